"""Facts of a contract's period: every metric asked once, entered values put in their place."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from steward.contracts.assessment.agreement import STATE_WORDS, State, is_in_force, state_of
from steward.contracts.assessment.facts import Answer, Facts
from steward.contracts.assessment.ledger import (
    agreed_exclusions,
    answers_about,
    breaches,
    payments,
)
from steward.contracts.assessment.left_out import left_out
from steward.contracts.assessment.models import About, EntryKind, ExpertEntry
from steward.contracts.assessment.penalties import Case, Cases
from steward.contracts.assessment.registry import ZERO, Award
from steward.contracts.packs.api import Pack, Source
from steward.core.evidence.api import MetricEvent, MetricQuery, MetricResult, metric_spec
from steward.kernel.canonical import content_hash
from steward.kernel.instants import local_date
from steward.kernel.periods import Period
from steward.kernel.subjects import Subject

ENTRY_KIND = "assessment.entry"
_PLANNED = "平台尚未提供这项取数，可由评审人核定"


def query_of(pack: Pack, *, period: Period, as_of: datetime, fresh: bool = False) -> MetricQuery:
    """What every metric of a pack is asked: the period so far, as known at `as_of`."""
    return MetricQuery(
        contract=pack.code,
        start=period.start,
        end=max(period.start, min(as_of, period.end)),
        as_of=as_of,
        fresh=fresh,
    )


def gather(pack: Pack, query: MetricQuery, *, number: int, period: Period) -> Facts:
    """Ask every metric that the pack names; the same question is asked once.

    A `fresh` query reads every fact anew, without what metrics remember of earlier readings.
    """
    entries = entries_as_of(pack.code, number, query.as_of)
    asked: dict[str, MetricResult] = {}
    answers = {
        (owner, source.id): _answer(
            source,
            _ask(source, replace(query, params=source.params), asked),
            entries.get((owner, source.id)),
            place=place,
        )
        for owner, source, place in _sources(pack)
    }
    awards = {
        owner: Award(
            points=entry.value,
            reviewer=entry.reviewer,
            reason=entry.reason,
            evidence=str(entry.evidence_id),
            unconfirmed=unconfirmed,
        )
        for (owner, _), (entry, unconfirmed) in entries.items()
        if entry.kind == EntryKind.POINTS
    }
    facts = Facts(
        answers,
        awards,
        ended=query.as_of >= period.end,
        cases=_cases(pack, number, as_of=query.as_of),
    )
    return left_out(facts, pack, agreed_exclusions(pack.code, as_of=query.as_of))


def _cases(pack: Pack, number: int, *, as_of: datetime) -> Cases:
    """The breaches of the supplier that both sides agreed on, or the client upheld, by an instant."""
    if not any(penalty.payer == "supplier" for penalty in pack.penalties):
        return Cases()
    rows = tuple(
        Case(breach.lapse(), breach.penalty, breach.what)
        for breach in breaches(pack.code, as_of=as_of, period=number, payer="supplier")
        if breach.proposal.in_force
    )
    paid = ZERO
    if rows and any(penalty.base == "paid" for penalty in pack.penalties):
        known = payments(pack.code, as_of=as_of)
        paid = sum((row.amount for row in known if row.proposal.in_force), ZERO)
    return Cases(rows, paid, local_date(as_of))


def _sources(pack: Pack) -> Iterable[tuple[str, Source, str]]:
    """Owner, source, and the page on which an entry about it can be seen."""
    home = f"/contracts/{pack.code}/"
    for indicator in pack.indicators():
        page = f"{home}indicators/{indicator.id}/"
        yield from ((indicator.id, source, page) for source in indicator.sources)
    yield from ((veto.id, veto.source, f"{home}payable/#vetoes") for veto in pack.vetoes)


def _ask(source: Source, query: MetricQuery, asked: dict[str, MetricResult]) -> MetricResult:
    if source.planned:
        return MetricResult.nothing(_PLANNED)
    key = content_hash({"metric": source.metric, "params": dict(source.params)})
    if key not in asked:
        asked[key] = metric_spec(source.metric).compute(query)
    return asked[key]


Entered = tuple[ExpertEntry, str]


def entries_as_of(contract: str, period: int, as_of: datetime) -> dict[tuple[str, str], Entered]:
    """The entry in force for each (owner, source), and why it is not settled yet, or nothing.

    The latest recorded by then that was neither withdrawn nor dismissed. An entry that the other
    side has not confirmed counts in the live score and is marked; a settlement refuses it.
    """
    rows = ExpertEntry.objects.filter(contract=contract, period=period, recorded_at__lte=as_of)
    entries = list(rows.order_by("id"))
    answers = answers_about(About.ENTRY, [row.pk for row in entries], as_of=as_of)
    found: dict[tuple[str, str], Entered] = {}
    for row in entries:
        state = state_of(answers[row.pk])
        if state not in ("withdrawn", "dismissed"):
            found[row.owner, row.source] = (row, _unconfirmed(state))
    return found


def _unconfirmed(state: State) -> str:
    return "" if is_in_force(state) else STATE_WORDS[state]


def _answer(source: Source, result: MetricResult, entered: Entered | None, *, place: str) -> Answer:
    """A measured value stands; an entered one only fills where nothing was measured."""
    answer = Answer(source, result)
    if entered is None or not answer.missing:
        return answer
    entry, unconfirmed = entered
    url = place if "#" in place else f"{place}#entry-{entry.pk}"
    filled = MetricResult(
        value=entry.value,
        population=1,
        grade="C",
        url=url,
        events=_entered_events(source, entry, url),
    )
    return Answer(
        source, filled, entered_by=entry.reviewer, reason=entry.reason, unconfirmed=unconfirmed
    )


def _entered_events(source: Source, entry: ExpertEntry, url: str) -> tuple[MetricEvent, ...]:
    if source.unit != "count":
        return ()
    subject = Subject(ENTRY_KIND, str(entry.pk), source.title)
    return tuple(
        MetricEvent(
            key=f"entry:{entry.pk}:{n}",
            subject=subject,
            occurred_at=entry.recorded_at,
            label=f"{source.title}（{entry.reviewer}核定）：{entry.reason}",
            amount=Decimal(1),
            url=url,
            group=f"entry:{entry.pk}:{n}",
            evidence=(str(entry.evidence_id),),
        )
        for n in range(1, int(entry.value) + 1)
    )
