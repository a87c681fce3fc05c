"""Data quality rules: a rule set over a table in one pass, on the engine where the data lives.

rule_set = read_rules(Path("人口.yaml"))
result = check(rule_set, open_path("人口.parquet"), now=now(), failures=Path("不合格.parquet"))
rows = FailuresReader(result.failures).page("身份证号格式")
"""

from steward.engine.rules.check import Options, check
from steward.engine.rules.engine import Limits, all_engines, engine_for
from steward.engine.rules.errors import FailuresError, RuleError, RuleSetError, SourceError
from steward.engine.rules.failures import FailingRow, FailuresReader
from steward.engine.rules.generate import Described, GeneratedSql, generate_sql
from steward.engine.rules.incremental import Changes, Request, recheck
from steward.engine.rules.kind import Kind, all_kinds
from steward.engine.rules.load import Problem, build_rules, parse_rules, read_rules
from steward.engine.rules.model import Dimension, Parameters, Rule, RuleSet, Severity
from steward.engine.rules.offered import (
    OfferedPack,
    offer_pack,
    offered_pack,
    offered_packs,
)
from steward.engine.rules.result import CheckResult, RuleResult, Status
from steward.engine.rules.sources import (
    ArrowSource,
    FileSource,
    Source,
    TableSource,
    describe,
    open_delta,
    open_path,
)

__all__ = [
    "ArrowSource",
    "Changes",
    "CheckResult",
    "Described",
    "Dimension",
    "FailingRow",
    "FailuresError",
    "FailuresReader",
    "FileSource",
    "GeneratedSql",
    "Kind",
    "Limits",
    "OfferedPack",
    "Options",
    "Parameters",
    "Problem",
    "Request",
    "Rule",
    "RuleError",
    "RuleResult",
    "RuleSet",
    "RuleSetError",
    "Severity",
    "Source",
    "SourceError",
    "Status",
    "TableSource",
    "all_engines",
    "all_kinds",
    "build_rules",
    "check",
    "describe",
    "engine_for",
    "generate_sql",
    "offer_pack",
    "offered_pack",
    "offered_packs",
    "open_delta",
    "open_path",
    "parse_rules",
    "read_rules",
    "recheck",
]
