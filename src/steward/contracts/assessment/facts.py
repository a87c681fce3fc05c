"""Metric answers and entered values put together to one reading per indicator; pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from steward.contracts.assessment.penalties import Cases
from steward.contracts.assessment.registry import ZERO, Award, Reading
from steward.contracts.packs.api import Indicator, Source
from steward.core.evidence.api import MetricEvent, MetricResult

_SIX = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class Answer:
    """What one source said; `entered_by` and `reason` when a reviewer entered the value.

    `unconfirmed` says why the entered value is not settled between the two sides yet.
    """

    source: Source
    result: MetricResult
    entered_by: str = ""
    reason: str = ""
    unconfirmed: str = ""

    @property
    def missing(self) -> str:
        """Why this is no data, or nothing when there is data. Nothing looked at may be no data."""
        if self.result.value is None:
            return self.result.no_data or "没有数据"
        if self.source.needs_records and not self.result.population and not self.entered_by:
            return "期内没有任何记录可查，不能视为达标"
        return ""


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything a score is made from: answers by (owner id, source id) and awarded points.

    The owner is an indicator or a veto; `ended` says that the period is over at the cut-off.
    `cases` are the breaches of the supplier that cost money whatever the score.
    """

    answers: Mapping[tuple[str, str], Answer]
    awards: Mapping[str, Award] = field(default_factory=dict)
    ended: bool = False
    cases: Cases = field(default_factory=Cases)

    def of(self, owner: str, sources: tuple[Source, ...]) -> list[Answer]:
        """The answers of an owner's sources, in the pack's order."""
        return [self.answers[owner, source.id] for source in sources]


def weakest(grades: list[str]) -> str:
    """The weakest of some grades (A strongest); A when there are none."""
    return max(grades, default="A")


def reading_of(answers: list[Answer], *, minimum_grade: str, facts: Facts) -> Reading:
    """One reading from all answers; whatever is missing makes the whole no data.

    The events that are known stay, so that what is certainly lost is not promised as possible.
    """
    present = [answer for answer in answers if not answer.missing]
    grade = weakest([answer.result.grade for answer in present])
    missing = "；".join(f"{a.source.title}：{a.missing}" for a in answers if a.missing)
    if present and grade > minimum_grade:
        missing = missing or f"证据等级 {grade} 低于要求的 {minimum_grade}"
    return Reading(
        value=None if missing or not answers else _together(present),
        unit=answers[0].source.unit if answers else "points",
        events=_once(event for answer in present for event in answer.result.events),
        population=sum(answer.result.population for answer in present),
        grade=grade,
        no_data=missing,
        url=next((a.result.url for a in present if a.result.url), ""),
        ended=facts.ended,
    )


def _once(events: Iterable[MetricEvent]) -> tuple[MetricEvent, ...]:
    """Each event once, whoever reports it again: the agreed exclusion, then the earlier report."""
    found: dict[str, MetricEvent] = {}
    for event in events:
        other = found.get(event.key)
        if other is None or _precedence(event) < _precedence(other):
            found[event.key] = event
    return tuple(found.values())


def _precedence(event: MetricEvent) -> tuple[bool, datetime, str, str, Decimal]:
    return not event.excluded, event.occurred_at, event.excluded, event.label, event.amount


def _together(answers: list[Answer]) -> Decimal:
    """Counts and durations add up; of several ratios the mean says how good the whole is."""
    values = [a.result.value for a in answers if a.result.value is not None]
    total = sum(values, ZERO)
    ratios = bool(values) and all(a.source.unit == "ratio" for a in answers)
    return (total / len(values)).quantize(_SIX) if ratios and len(values) > 1 else total


def indicator_reading(indicator: Indicator, facts: Facts) -> Reading:
    """The reading of one indicator."""
    answers = facts.of(indicator.id, indicator.sources)
    return reading_of(answers, minimum_grade=indicator.minimum_grade, facts=facts)
