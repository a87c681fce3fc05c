"""Rules as data: what a rule set states, and nothing about how it runs."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from pydantic import BaseModel, ConfigDict

from steward.engine.expressions import DataType, Expression


class Dimension(Enum):
    """The six dimensions of data quality (K12.1)."""

    COMPLETENESS = "completeness"
    ACCURACY = "accuracy"
    CONFORMITY = "conformity"
    UNIQUENESS = "uniqueness"
    CONSISTENCY = "consistency"
    RELEVANCE = "relevance"

    @property
    def label(self) -> str:
        return DIMENSION_LABELS[self]


DIMENSION_LABELS = {
    Dimension.COMPLETENESS: "完整性",
    Dimension.ACCURACY: "准确性",
    Dimension.CONFORMITY: "规范性",
    Dimension.UNIQUENESS: "唯一性",
    Dimension.CONSISTENCY: "一致性",
    Dimension.RELEVANCE: "关联性",
}


class Severity(Enum):
    """How much a failing row matters."""

    SERIOUS = "serious"
    NORMAL = "normal"
    NOTICE = "notice"

    @property
    def label(self) -> str:
        return SEVERITY_LABELS[self]


SEVERITY_LABELS = {Severity.SERIOUS: "严重", Severity.NORMAL: "一般", Severity.NOTICE: "提示"}


class Parameters(BaseModel):
    """What a kind asks for; each kind derives its own, and unknown names are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule; `when` limits it to the rows that meet a condition."""

    id: str
    name: str
    kind: str
    parameters: Parameters
    dimension: Dimension
    severity: Severity
    message: str
    remedy: str
    version: str
    when: Expression | None = None

    @property
    def fingerprint(self) -> str:
        """Changes whenever the rule could give another answer on the same data."""
        content = {
            "kind": self.kind,
            "parameters": self.parameters.model_dump(mode="json"),
            "when": None if self.when is None else self.when.text,
        }
        text = json.dumps(content, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class RuleSet:
    """Rules for one table.

    `key` names the columns that identify a row; `columns` states the types of columns that the
    source holds as text; `tables` says where reference tables are.
    """

    name: str
    version: str
    rules: tuple[Rule, ...]
    key: tuple[str, ...] = ()
    columns: Mapping[str, DataType] = field(default_factory=dict)
    tables: Mapping[str, str] = field(default_factory=dict)
