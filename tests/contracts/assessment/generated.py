"""Generated years: facts for every source of a pack, to be scored without a database."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from steward.contracts.assessment.facts import Answer, Facts
from steward.contracts.packs.document import Pack, Source
from steward.core.evidence.api import MetricEvent, MetricResult
from steward.kernel.subjects import Subject

FIRST = datetime(2025, 9, 1, tzinfo=UTC)


@st.composite
def _events(draw: st.DrawFn, source: Source, owner: str) -> tuple[MetricEvent, ...]:
    days = draw(st.lists(st.integers(0, 300), max_size=7, unique=True))
    return tuple(
        MetricEvent(
            key=f"{owner}:{source.id}:{day}",
            subject=Subject("desk.ticket", str(draw(st.integers(1, 4))), ""),
            occurred_at=FIRST + timedelta(days=day),
            label=f"事项 {day}",
            amount=Decimal(draw(st.integers(1, 400_000))),
            excluded=draw(st.sampled_from(["", "", "不可抗力"])),
        )
        for day in days
    )


@st.composite
def _results(draw: st.DrawFn, source: Source, owner: str) -> MetricResult:
    if draw(st.integers(0, 5)) == 0:
        return MetricResult.nothing("没有数据")
    grade = draw(st.sampled_from("ABCD"))
    if source.unit == "ratio":
        ratio = Decimal(draw(st.integers(8_000, 10_000))) / 10_000
        return MetricResult(value=ratio, population=9, grade=grade)
    events = draw(_events(source, owner))
    return MetricResult(value=_value(events), events=events, population=9, grade=grade)


def _value(events: tuple[MetricEvent, ...]) -> Decimal:
    return Decimal(sum(1 for event in events if not event.excluded))


@st.composite
def facts_of(draw: st.DrawFn, pack: Pack) -> Facts:
    """Facts of any year, good and bad, with gaps and exclusions."""
    owners = [(i.id, source) for i in pack.indicators() for source in i.sources]
    owners += [(veto.id, veto.source) for veto in pack.vetoes]
    answers = {
        (owner, source.id): Answer(source, draw(_results(source, owner)))
        for owner, source in owners
    }
    return Facts(answers, ended=draw(st.booleans()))


def counted(facts: Facts) -> list[tuple[str, str]]:
    """The answers that count events and have data."""
    return [
        key
        for key, answer in sorted(facts.answers.items())
        if answer.source.unit != "ratio" and answer.result.value is not None
    ]


def with_events(facts: Facts, key: tuple[str, str], events: tuple[MetricEvent, ...]) -> Facts:
    """The same year with other events at one source."""
    answer = facts.answers[key]
    result = replace(answer.result, events=events, value=_value(events))
    return replace(facts, answers=dict(facts.answers) | {key: replace(answer, result=result)})


def one_more(key: tuple[str, str], ticket: int) -> MetricEvent:
    """A further bad event."""
    return MetricEvent(
        key=f"{key[0]}:{key[1]}:more",
        subject=Subject("desk.ticket", str(ticket), ""),
        occurred_at=FIRST + timedelta(days=301),
        label="又一次",
        amount=Decimal(200_000),
    )
