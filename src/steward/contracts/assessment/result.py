"""The result tree: what the pages show, snapshots keep and anyone can recompute byte by byte."""

import hashlib
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, PlainSerializer

from steward.kernel.canonical import canonical_json, decimal_text

Number = Annotated[Decimal, PlainSerializer(decimal_text, return_type=str)]
Status = Literal["scored", "unscored"]
VetoStatus = Literal["clear", "triggered", "unscored"]


class Tree(BaseModel):
    """A frozen part of a result."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class EventNode(Tree):
    """A leaf: what it cost, the record behind it, and, when it does not count, why."""

    label: str
    points: Number
    key: str = ""
    subject_kind: str = ""
    subject_key: str = ""
    subject_label: str = ""
    occurred_at: datetime | None = None
    amount: Number = Decimal(1)
    url: str = ""
    group: str = ""
    evidence: tuple[str, ...] = ()
    reason: str = ""


class SourceNode(Tree):
    """One metric as it was asked and what it answered."""

    id: str
    title: str
    metric: str
    params: dict[str, Any]
    unit: str
    planned: bool
    value: Number | None
    population: int
    grade: str
    url: str
    no_data: str
    detail: dict[str, str] = {}
    entered_by: str = ""
    reason: str = ""
    unconfirmed: str = ""


class IndicatorNode(Tree):
    """One line of the assessment table with everything that made its points."""

    id: str
    title: str
    rule: str
    rule_label: str
    params: dict[str, Any]
    full: Number
    points: Number
    possible: Number
    status: Status
    value: Number | None
    unit: str
    formula: str
    explanation: str
    clause_ref: str
    clause_quote: str
    note: str
    remedy: str
    sources: tuple[SourceNode, ...]
    events: tuple[EventNode, ...]
    excluded: tuple[EventNode, ...]
    population: int
    grade: str
    url: str
    suggestion: Number | None = None
    suggested_by: str = ""
    reviewer: str = ""
    unconfirmed: str = ""

    @property
    def deducted(self) -> Decimal:
        """What its leaves cost together, before cap and floor."""
        return -sum((event.points for event in self.events), Decimal(0))

    @property
    def lost(self) -> Decimal:
        return self.full - self.points


class GroupNode(Tree):
    id: str
    title: str
    full: Number
    points: Number
    possible: Number
    indicators: tuple[IndicatorNode, ...]


class VetoNode(Tree):
    id: str
    title: str
    status: VetoStatus
    explanation: str
    clause_ref: str
    clause_quote: str
    source: SourceNode
    events: tuple[EventNode, ...]
    excluded: tuple[EventNode, ...]


class PayStep(Tree):
    """One line of the derivation; `anchor` is what its figure links to (score, stages, vetoes)."""

    title: str
    formula: str
    amount: Number | None = None
    anchor: str = ""


class PenaltyNode(Tree):
    """A breach of the supplier that counts, and what it comes to."""

    case: int
    penalty: str
    title: str
    what: str
    formula: str
    amount: Number
    clause_ref: str
    clause_quote: str
    url: str


class StageNode(Tree):
    id: str
    title: str
    due: str
    amount: Number
    formula: str
    clause_ref: str
    clause_quote: str


class Payable(Tree):
    """Money: `payable` by the confirmed points, `possible` if everything open came out full.

    `by_score` is what formula and vetoes leave; `payable` is less by the supplier's penalties
    (`deducted`) and never below nothing. Penalties of the client are part of the account alone.
    """

    amount: Number
    by_score: Number
    deducted: Number
    payable: Number
    possible: Number
    vetoed: bool
    overpaid: Number
    full_at: Number | None
    clause_ref: str
    clause_quote: str
    steps: tuple[PayStep, ...]
    penalties: tuple[PenaltyNode, ...]
    stages: tuple[StageNode, ...]

    def step(self, title: str) -> PayStep:
        """One line of the derivation by its title."""
        return next(step for step in self.steps if step.title == title)


class Change(Tree):
    """Something that would move the score: what, by how much, and what it does to the money."""

    indicator: str
    title: str
    action: str
    points: Number
    money: Number
    kind: Literal["gain", "risk"]


class Outlook(Tree):
    """The end of the period as a range: nothing more goes wrong, or it goes on as until now."""

    best_points: Number
    best_possible: Number
    rate_points: Number
    rate_possible: Number
    best_payable: Number
    rate_payable: Number
    elapsed: Number
    method: str
    rows: tuple[dict[str, str], ...]


class PromiseNode(Tree):
    """One time limit of the contract: how many clocks were judged, ran out, were excused."""

    id: str
    title: str
    target: int
    unit: str
    basis: str
    scores: bool
    ratio: Number | None
    judged: int
    late: int
    excused: int
    url: str
    no_data: str
    clause_ref: str
    clause_quote: str


class ScoreResult(Tree):
    """A contract's score over one period as known at `as_of`."""

    contract: str
    title: str
    version: int
    pack_hash: str
    kind: Literal["live", "projected", "settled"]
    period: int
    start: datetime
    end: datetime
    as_of: datetime
    maximum: Number
    points: Number
    possible: Number
    groups: tuple[GroupNode, ...]
    vetoes: tuple[VetoNode, ...]
    pay: Payable
    changes: tuple[Change, ...] = ()
    outlook: Outlook | None = None
    promises: tuple[PromiseNode, ...] = ()

    def canonical(self) -> str:
        """The one text of this result: keys sorted, no spaces, decimals plain."""
        return canonical_json(self.model_dump(mode="json")).decode()

    def digest(self) -> str:
        """SHA-256 of the canonical text, in hex."""
        return hashlib.sha256(self.canonical().encode()).hexdigest()

    def indicators(self) -> list[IndicatorNode]:
        return [indicator for group in self.groups for indicator in group.indicators]

    def indicator(self, indicator_id: str) -> IndicatorNode | None:
        return next((i for i in self.indicators() if i.id == indicator_id), None)

    @property
    def unscored(self) -> list[IndicatorNode]:
        return [i for i in self.indicators() if i.status == "unscored"]

    @property
    def unconfirmed(self) -> list[tuple[str, str, str]]:
        """What was entered and is not settled yet: (indicator or veto, its title, why)."""
        found = [(i.id, i.title, i.unconfirmed) for i in self.indicators() if i.unconfirmed]
        return found + [
            (v.id, v.title, v.source.unconfirmed) for v in self.vetoes if v.source.unconfirmed
        ]

    @property
    def has_table(self) -> bool:
        """Whether the contract assesses by points at all."""
        return self.maximum > 0

    @property
    def is_partial(self) -> bool:
        """Whether points are still open, so that the score is a range."""
        return self.possible != self.points
