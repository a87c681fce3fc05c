"""Duties as contracts count them: missing, late, missing months, missing documents (C3, C4)."""

from collections import defaultdict
from decimal import Decimal
from typing import Any

from steward.contracts.obligations.queries.figures import Asked, Outcome, knows_duties, outcomes
from steward.contracts.obligations.queries.occurrences import (
    last_day_words,
    subject_of,
    url_of,
    words_of,
)
from steward.core.evidence.api import MetricEvent, MetricQuery, MetricResult, metric
from steward.kernel.instants import local
from steward.kernel.subjects import Subject

PARAMS = {"ids": "义务编号，空为全部", "areas": "义务类别，空为全部"}
NOTHING = "合同没有铺排相应的义务"


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(str(item) for item in value) if isinstance(value, list | tuple) else ()


def _asked(query: MetricQuery) -> Asked:
    return Asked(
        contract=query.contract,
        start=query.start,
        end=query.end,
        as_of=query.as_of,
        duties=_texts(query.params.get("ids")),
        areas=_texts(query.params.get("areas")),
    )


def _result(asked: Asked, found: list[Outcome], events: tuple[MetricEvent, ...]) -> MetricResult:
    grades = [grade for outcome in found for grade in outcome.grades]
    return MetricResult(
        value=Decimal(sum(1 for event in events if not event.excluded)),
        events=events,
        population=len(found),
        grade=max(grades, default="A"),
        url=asked.url,
    )


def _missing_event(outcome: Outcome) -> MetricEvent:
    row = outcome.row
    why = outcome.verdict.lacking or "没有证明"
    return MetricEvent(
        key=f"obligations:{row.pk}:missing",
        subject=subject_of(row),
        occurred_at=outcome.due_at,
        label=f"{words_of(row)}：{why}，截止 {local(outcome.due_at):%Y-%m-%d %H:%M}",
        url=url_of(row.pk),
        excluded=outcome.waived,
        group=f"obligations:{row.pk}",
        evidence=outcome.evidence,
    )


def _is_missing(outcome: Outcome) -> bool:
    return outcome.verdict.fulfilled_at is None


@metric(
    code="obligations.missing",
    label="到期未履行的合同义务",
    unit="count",
    params=PARAMS,
)
def missing(query: MetricQuery) -> MetricResult:
    """Occurrences that came due in the period and are not proved sufficiently at the cut-off."""
    asked = _asked(query)
    if not knows_duties(asked):
        return MetricResult.nothing(NOTHING)
    found = outcomes(asked)
    return _result(asked, found, tuple(_missing_event(o) for o in found if _is_missing(o)))


@metric(code="obligations.late", label="逾期履行的合同义务", unit="count", params=PARAMS)
def late(query: MetricQuery) -> MetricResult:
    """Occurrences that came due in the period and were fulfilled afterwards."""
    asked = _asked(query)
    if not knows_duties(asked):
        return MetricResult.nothing(NOTHING)
    found = outcomes(asked)
    return _result(asked, found, tuple(_late_event(o) for o in found if o.verdict.status == "late"))


def _late_event(outcome: Outcome) -> MetricEvent:
    row, at = outcome.row, outcome.verdict.fulfilled_at
    assert at is not None
    return MetricEvent(
        key=f"obligations:{row.pk}:late",
        subject=subject_of(row),
        occurred_at=outcome.due_at,
        label=f"{words_of(row)}：{local(at):%Y-%m-%d %H:%M} 才履行，"
        f"截止 {local(outcome.due_at):%Y-%m-%d %H:%M}",
        url=url_of(row.pk),
        excluded=outcome.waived,
        group=f"obligations:{row.pk}",
        evidence=outcome.evidence,
    )


@metric(
    code="obligations.months_missing",
    label="有义务未履行的月份",
    unit="count",
    params=PARAMS,
)
def months_missing(query: MetricQuery) -> MetricResult:
    """Calendar months in which at least one of the duties came due and was not fulfilled."""
    asked = _asked(query)
    if not knows_duties(asked):
        return MetricResult.nothing(NOTHING)
    found = outcomes(asked)
    months: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in found:
        if _is_missing(outcome) and not outcome.waived:
            months[outcome.month].append(outcome)
    return _result(asked, found, tuple(_month_event(asked, m, months[m]) for m in sorted(months)))


def _month_event(asked: Asked, month: str, lacking: list[Outcome]) -> MetricEvent:
    names = "、".join(dict.fromkeys(outcome.row.duty.title for outcome in lacking))
    first = lacking[0]
    return MetricEvent(
        key=f"obligations:{asked.contract}:{'+'.join(asked.duties or asked.areas)}:{month}",
        subject=Subject("obligations.month", month, f"{month} {names}"),
        occurred_at=first.due_at,
        label=f"{month}：{names} 缺 {len(lacking)} 次",
        url=url_of(first.row.pk),
        group=f"obligations:{asked.contract}:{month}",
        evidence=tuple(number for outcome in lacking for number in outcome.evidence),
    )


@metric(
    code="documents.missing",
    label="缺失或未更新的文档",
    unit="count",
    params=PARAMS,
)
def documents_missing(query: MetricQuery) -> MetricResult:
    """Documents whose latest due delivery is missing: one for each document, however long.

    Without `ids` and `areas` the duties of the area document count.
    """
    asked = _asked(query)
    if not asked.duties and not asked.areas:
        asked = Asked(asked.contract, asked.start, asked.end, asked.as_of, areas=("document",))
    if not knows_duties(asked):
        return MetricResult.nothing(NOTHING)
    found = outcomes(asked)
    latest = {outcome.row.code: outcome for outcome in found}
    events = tuple(
        _document_event(outcome) for _, outcome in sorted(latest.items()) if _is_missing(outcome)
    )
    return _result(asked, list(latest.values()), events)


def _document_event(outcome: Outcome) -> MetricEvent:
    row = outcome.row
    return MetricEvent(
        key=f"documents:{row.pk}",
        subject=subject_of(row),
        occurred_at=outcome.due_at,
        label=f"{row.duty.deliverable}（{row.label}）：{outcome.verdict.lacking}，应在 {last_day_words(outcome.due_at)} 前提交",
        url=url_of(row.pk),
        excluded=outcome.waived,
        group=f"obligations:{row.pk}",
        evidence=outcome.evidence,
    )
