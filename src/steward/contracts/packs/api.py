"""Facade of contract packs: check and load packs, their versions, what each of them says."""

from steward.contracts.packs.acceptance import Acceptance, AcceptanceLimit, Deliverable
from steward.contracts.packs.confidentiality import Confidentiality
from steward.contracts.packs.differences import Difference
from steward.contracts.packs.document import (
    Contradiction,
    Group,
    Indicator,
    Pack,
    SlaRule,
    Source,
    Veto,
)
from steward.contracts.packs.events import ContractVersionInstalled
from steward.contracts.packs.obligations import HOLIDAYS, Obligation, Rhythm, Window
from steward.contracts.packs.payment import Excuse, Formula, Payment, Penalty, Stage
from steward.contracts.packs.problems import PackInvalidError, PackProblem
from steward.contracts.packs.queries import (
    SUBJECT_KIND,
    VIEW,
    ContractInfo,
    UnknownContractError,
    VersionInfo,
    all_contracts,
    contract_for,
    contracts_for,
    difference,
    get,
    pack_of,
    source_of,
    version_in_force,
    versions_of,
)
from steward.contracts.packs.registry import RuleShape, declare_rule_kind, rule_shapes, rule_words
from steward.contracts.packs.schema import SCHEMA_FILE, schema_text, write_schema
from steward.contracts.packs.services import (
    NoSuchPackError,
    PackConflictError,
    check_pack,
    library,
    load_library_pack,
    load_pack,
    load_pack_file,
    set_client_organization,
)
from steward.contracts.packs.shape import Clause
from steward.contracts.packs.staffing import Position, Staffing
from steward.contracts.packs.turning import Knob, knobs_of, with_values

__all__ = [
    "HOLIDAYS",
    "SCHEMA_FILE",
    "SUBJECT_KIND",
    "VIEW",
    "Acceptance",
    "AcceptanceLimit",
    "Clause",
    "Confidentiality",
    "ContractInfo",
    "ContractVersionInstalled",
    "Contradiction",
    "Deliverable",
    "Difference",
    "Excuse",
    "Formula",
    "Group",
    "Indicator",
    "Knob",
    "NoSuchPackError",
    "Obligation",
    "Pack",
    "PackConflictError",
    "PackInvalidError",
    "PackProblem",
    "Payment",
    "Penalty",
    "Position",
    "Rhythm",
    "RuleShape",
    "SlaRule",
    "Source",
    "Staffing",
    "Stage",
    "UnknownContractError",
    "VersionInfo",
    "Veto",
    "Window",
    "all_contracts",
    "check_pack",
    "contract_for",
    "contracts_for",
    "declare_rule_kind",
    "difference",
    "get",
    "knobs_of",
    "library",
    "load_library_pack",
    "load_pack",
    "load_pack_file",
    "pack_of",
    "rule_shapes",
    "rule_words",
    "schema_text",
    "set_client_organization",
    "source_of",
    "version_in_force",
    "versions_of",
    "with_values",
    "write_schema",
]
