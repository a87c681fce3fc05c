"""Facts without the events that both sides agreed to leave out; pure.

Only rules that count what went wrong are touched, so that one more exclusion never lowers the
score: what counts good things (trainings held), ratios and deadlines keep their own figures, whose
exclusions are made where they are measured (clocks of a ticket, windows of a monitor).
"""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from steward.contracts.assessment.facts import Answer, Facts
from steward.contracts.assessment.registry import ZERO
from steward.contracts.packs.api import Pack
from steward.core.evidence.api import MetricEvent

COUNTING = ("per_event", "per_unit_over", "expert")


def left_out(facts: Facts, pack: Pack, agreed: Mapping[str, str]) -> Facts:
    """Mark the agreed events as excluded; `agreed` maps an event's key to the words of it."""
    if not agreed:
        return facts
    owners = {i.id for i in pack.indicators() if i.rule["kind"] in COUNTING}
    owners |= {veto.id for veto in pack.vetoes}
    answers = {
        (owner, source): _without(answer, agreed) if owner in owners else answer
        for (owner, source), answer in facts.answers.items()
    }
    return replace(facts, answers=answers)


def _without(answer: Answer, agreed: Mapping[str, str]) -> Answer:
    result, unit = answer.result, answer.source.unit
    fresh = {e.key for e in result.events if e.key in agreed and not e.excluded}
    if result.value is None or unit not in ("count", "seconds") or not fresh:
        return answer
    events = tuple(
        replace(event, excluded=agreed[event.key]) if event.key in fresh else event
        for event in result.events
    )
    less = sum((_weight(e, unit) for e in result.events if e.key in fresh), ZERO)
    value = max(ZERO, result.value - less)
    return replace(answer, result=replace(result, events=events, value=value))


def _weight(event: MetricEvent, unit: str) -> Decimal:
    return event.amount if unit == "seconds" else Decimal(1)
