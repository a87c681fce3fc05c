"""The rows of quality: library, checked tables and runs, orders and corrections, cleaning."""

from steward.data.quality.models.cleaning import CleaningProject, CleaningRun, CleaningTable
from steward.data.quality.models.library import RULE_KIND, VERSION_KIND, LibraryRule, RuleVersion
from steward.data.quality.models.orders import (
    CHANGES_KIND,
    ORDER_KIND,
    CellChange,
    ChangeSet,
    OrderSpell,
    ProblemOrder,
)
from steward.data.quality.models.packs import (
    PACK_KIND,
    PACK_VERSION_KIND,
    PackUse,
    PackVersion,
    RulePack,
)
from steward.data.quality.models.tables import (
    RUN_KIND,
    TABLE_KIND,
    BodyOutcome,
    CheckedTable,
    QualityRun,
    RuleOutcome,
    RuleUse,
)

__all__ = [
    "CHANGES_KIND",
    "ORDER_KIND",
    "PACK_KIND",
    "PACK_VERSION_KIND",
    "RULE_KIND",
    "RUN_KIND",
    "TABLE_KIND",
    "VERSION_KIND",
    "BodyOutcome",
    "CellChange",
    "ChangeSet",
    "CheckedTable",
    "CleaningProject",
    "CleaningRun",
    "CleaningTable",
    "LibraryRule",
    "OrderSpell",
    "PackUse",
    "PackVersion",
    "ProblemOrder",
    "QualityRun",
    "RuleOutcome",
    "RulePack",
    "RuleUse",
    "RuleVersion",
]
