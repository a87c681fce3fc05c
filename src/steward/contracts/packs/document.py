"""The shape of a contract pack (clause C1): what a YAML file may say, before any cross-check.

Dates are local dates of Asia/Shanghai, periods half-open; money and ratios are Decimal, a ratio
lies between 0 and 1. What needs other rows or other parts of the file is checked in `linting`.
"""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from steward.contracts.packs.acceptance import Acceptance
from steward.contracts.packs.confidentiality import Confidentiality
from steward.contracts.packs.obligations import Obligation
from steward.contracts.packs.payment import Payment, Penalty
from steward.contracts.packs.shape import Clause, Code, Money, Part, Points, Words
from steward.contracts.packs.staffing import Staffing

GradeName = Literal["A", "B", "C", "D"]


class Version(Part):
    """Which version this file is; an amendment (补充协议) takes effect later and says why."""

    effective: date
    amends: Annotated[int, Field(ge=1)] | None = None
    reason: str = ""

    @model_validator(mode="after")
    def _amendment_has_a_reason(self) -> "Version":
        if self.amends is not None and not self.reason:
            raise ValueError("补充协议须在 reason 写明变更原因")
        return self


class Party(Part):
    """One side of the contract. Names of persons and of companies stay out of a pack."""

    role: Literal["client", "supplier"]
    name: Words
    organization: Code | None = None


class Period(Part):
    """The term, half-open: `end` is the first day after it."""

    start: date
    end: date

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> "Period":
        if self.end <= self.start:
            raise ValueError(f"结束日期 {self.end} 须晚于开始日期 {self.start}（结束日不含在内）")
        return self


class CalendarUse(Part):
    """A calendar under the name by which the pack's rules use it; `code` is the platform's."""

    id: Code
    code: Code
    title: Words


class Severity(Part):
    code: Code
    title: Words
    meaning: str = ""


class PauseReason(Part):
    """Why a clock may pause; a rule names the reasons that stop it."""

    code: Code
    title: Words


class TicketKind(Part):
    """A kind of work order that the contract speaks of."""

    code: Code
    title: Words


class Warn(Part):
    """When to warn: at a percentage of the target, or minutes before it is due; one of both."""

    percent: Annotated[int, Field(ge=1, le=1000)] | None = None
    lead_minutes: Annotated[int, Field(ge=1)] | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> "Warn":
        if (self.percent is None) == (self.lead_minutes is None):
            raise ValueError("预警须且只须给出 percent 或 lead_minutes 之一")
        return self


class SlaRule(Part):
    """One clock of the contract (clause C2).

    `basis` says which text promises it; `scores` whether the assessment table counts it. An empty
    `severities` means every severity.
    """

    id: Code
    title: Words
    basis: Literal["service", "assessment"]
    scores: bool
    ticket_kinds: Annotated[tuple[Code, ...], Field(min_length=1)]
    severities: tuple[Code, ...] = ()
    clock: Code
    target: Annotated[int, Field(ge=1)]
    unit: Literal["elapsed_minutes", "working_minutes", "working_days"]
    calendar: Code
    start: Code = "opened"
    stop: Code
    pause_reasons: tuple[Code, ...] = ()
    warnings: tuple[Warn, ...] = ()
    clause: Clause
    note: str = ""


class ServiceHours(Part):
    """When help is at hand; a promise without minutes, so that no clock is invented for it.

    An empty `ticket_kinds` means every kind.
    """

    id: Code
    title: Words
    calendar: Code
    ticket_kinds: tuple[Code, ...] = ()
    clause: Clause


class RightToEnd(Part):
    """Who may end the contract on what ground; `after` how long, with `notice_days` of notice."""

    id: Code
    title: Words
    holder: Literal["client", "supplier", "either"]
    after: Annotated[int, Field(ge=1)] | None = None
    after_unit: Literal["days", "working_days"] = "days"
    notice_days: Annotated[int, Field(ge=1)] | None = None
    clause: Clause


class Source(Part):
    """A metric that an indicator or veto reads, with the metric's own parameters.

    `planned`: no app offers it yet, so it is no data until somebody enters a confirmed value.
    `needs_records`: nothing looked at is no data instead of nothing wrong. `accrues` says how the
    figure grows until the end of the period, for projections.
    """

    id: Code
    metric: Code
    title: Words
    unit: Literal["count", "ratio", "seconds", "points"]
    params: dict[str, Any] = Field(default_factory=dict)
    planned: bool = False
    needs_records: bool = False
    accrues: Literal["events", "time", "once"] = "events"


class Indicator(Part):
    """One line of the assessment table: what is measured, how it scores, and where it says so."""

    id: Code
    title: Words
    points: Points
    sources: tuple[Source, ...] = ()
    rule: dict[str, Any]
    minimum_grade: GradeName = "D"
    no_data: Literal["unscored", "zero"] = "unscored"
    exclusive_group: Code | None = None
    double_punishment: Literal["allowed"] | None = None
    remedy: str = ""
    clause: Clause
    note: str = ""


class Group(Part):
    id: Code
    title: Words
    points: Points
    indicators: Annotated[tuple[Indicator, ...], Field(min_length=1)]


class Assessment(Part):
    """The whole table; `maximum` is what the points add up to.

    `besides_penalties` names the penalties for each failure that may come beside lost points.
    """

    period: Literal["contract_year"]
    maximum: Points = Decimal(100)
    besides_penalties: tuple[Code, ...] = ()
    groups: Annotated[tuple[Group, ...], Field(min_length=1)]
    clause: Clause


class Veto(Part):
    """What fails the acceptance whatever the score; `effect` is what it does to the money."""

    id: Code
    title: Words
    source: Source
    rule: dict[str, Any]
    minimum_grade: GradeName = "D"
    effect: Literal["refuse_unpaid"]
    clause: Clause


class Contradiction(Part):
    """Places of the text that disagree, or one that is unclear: kept, and how it is read."""

    id: Code
    topic: Words
    texts: Annotated[tuple[Clause, ...], Field(min_length=1)]
    decision: Words


class Pack(Part):
    """A whole contract as data."""

    format: Literal[1]
    code: Code
    title: Words
    version: Version
    parties: Annotated[tuple[Party, ...], Field(min_length=2)]
    period: Period
    amount: Money
    payment: Payment
    penalties: tuple[Penalty, ...] = ()
    rights_to_end: tuple[RightToEnd, ...] = ()
    calendars: Annotated[tuple[CalendarUse, ...], Field(min_length=1)]
    ticket_kinds: Annotated[tuple[TicketKind, ...], Field(min_length=1)]
    severities: Annotated[tuple[Severity, ...], Field(min_length=1)]
    pause_reasons: tuple[PauseReason, ...] = ()
    service_hours: tuple[ServiceHours, ...] = ()
    reopen_limit: Annotated[int, Field(ge=0, le=20)] = 3
    sla: Annotated[tuple[SlaRule, ...], Field(min_length=1)]
    obligations: tuple[Obligation, ...] = ()
    staffing: Staffing | None = None
    confidentiality: Confidentiality | None = None
    assessment: Assessment | None = None
    vetoes: tuple[Veto, ...] = ()
    acceptance: Acceptance | None = None
    contradictions: tuple[Contradiction, ...] = ()

    def indicators(self) -> list[Indicator]:
        """Every indicator in the order of the table."""
        groups = self.assessment.groups if self.assessment else ()
        return [indicator for group in groups for indicator in group.indicators]

    def party(self, role: str) -> Party:
        """The party of a role; the linter guarantees that there is exactly one of each."""
        return next(party for party in self.parties if party.role == role)
