"""What a run found, as plain data that can be stored and compared with the next run."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Any

from steward.engine.rules.kind import Value
from steward.engine.rules.model import Dimension, Severity


class Status(Enum):
    """How a rule ended."""

    PASSED = "passed"
    FAILED = "failed"
    ERROR = "error"

    @property
    def label(self) -> str:
        return {"passed": "合格", "failed": "不合格", "error": "未能检查"}[self.value]


@dataclass(frozen=True, slots=True)
class RuleResult:
    """One rule's answer; `failing` is exact, and None for a rule about the whole table."""

    id: str
    name: str
    kind: str
    dimension: Dimension
    severity: Severity
    version: str
    fingerprint: str
    status: Status
    failing: int | None = None
    observed: Mapping[str, Value] = field(default_factory=dict)
    detail: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class CheckResult:
    """A run over one table; `failing_rows` counts each row once, None if rows were not marked.

    `dimensions` counts, for each of the six, the rows that break any of its rules.
    """

    rule_set: str
    version: str
    source: str
    checked_at: datetime
    rows: int
    rules: tuple[RuleResult, ...]
    failing_rows: int | None = None
    dimensions: Mapping[Dimension, int] = field(default_factory=dict)
    failures: Path | None = None
    incremental: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        return all(rule.status is Status.PASSED for rule in self.rules)

    def rule(self, rule_id: str) -> RuleResult:
        """The result of one rule; KeyError where the run had none of that id."""
        for item in self.rules:
            if item.id == rule_id:
                return item
        raise KeyError(rule_id)

    def to_json(self) -> str:
        """A JSON text; `from_json` reads it back."""
        data = asdict(self)
        data["dimensions"] = {key.value: count for key, count in self.dimensions.items()}
        return json.dumps(data, default=_plain, ensure_ascii=False, indent=2)

    @classmethod
    def from_json(cls, text: str) -> "CheckResult":
        data: dict[str, Any] = json.loads(text)
        rules = tuple(_rule(item) for item in data.pop("rules"))
        failures = data.pop("failures")
        dimensions = {Dimension(key): count for key, count in data.pop("dimensions").items()}
        result = cls(rules=rules, dimensions=dimensions, **data)
        return replace(
            result,
            checked_at=datetime.fromisoformat(data["checked_at"]),
            failures=None if failures is None else Path(failures),
            incremental=tuple(data["incremental"]),
            notes=tuple(data["notes"]),
        )


def _rule(item: dict[str, Any]) -> RuleResult:
    converted = {
        "dimension": Dimension(item["dimension"]),
        "severity": Severity(item["severity"]),
        "status": Status(item["status"]),
    }
    return RuleResult(**{**item, **converted})


def _plain(value: object) -> object:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value)
