"""Facade of quality: the library, checked tables and their runs, orders."""

from steward.data.quality.choices import OrderState, RunState, Trigger, VersionState
from steward.data.quality.column_types import InvalidTypeError, declare_types
from steward.data.quality.definitions import InvalidRuleError, read_definition
from steward.data.quality.dispatching import FINDING_SOURCE
from steward.data.quality.events import TableChecked
from steward.data.quality.library import (
    RuleDraft,
    RuleStateError,
    create_rule,
    retire_rule,
    revise_rule,
    submit_version,
)
from steward.data.quality.models import ORDER_KIND, RUN_KIND, TABLE_KIND
from steward.data.quality.pack_uses import PackUseDraft, PackUseInfo, use_pack
from steward.data.quality.packs import PackDraft, PackVersionInfo, register_pack, submit_pack
from steward.data.quality.running import Outcome, execute_run
from steward.data.quality.tables import (
    InvalidTableError,
    TableDraft,
    TableStateError,
    UseDraft,
    assign_rule,
    register_table,
    request_run,
    run_due,
)

__all__ = [
    "FINDING_SOURCE",
    "ORDER_KIND",
    "RUN_KIND",
    "TABLE_KIND",
    "InvalidRuleError",
    "InvalidTableError",
    "InvalidTypeError",
    "OrderState",
    "Outcome",
    "PackDraft",
    "PackUseDraft",
    "PackUseInfo",
    "PackVersionInfo",
    "RuleDraft",
    "RuleStateError",
    "RunState",
    "TableChecked",
    "TableDraft",
    "TableStateError",
    "Trigger",
    "UseDraft",
    "VersionState",
    "assign_rule",
    "create_rule",
    "declare_types",
    "execute_run",
    "read_definition",
    "register_pack",
    "register_table",
    "request_run",
    "retire_rule",
    "revise_rule",
    "run_due",
    "submit_pack",
    "submit_version",
    "use_pack",
]
