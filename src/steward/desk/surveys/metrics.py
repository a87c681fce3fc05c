"""Facts of satisfaction for contracts."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from steward.core.evidence import api as evidence
from steward.desk.surveys.choices import RATINGS, Basis, Formula
from steward.desk.surveys.figures import Terms, ratio
from steward.desk.surveys.models import Round, TicketRating
from steward.desk.surveys.queries import Results, closed_between, results
from steward.kernel.instants import local_date
from steward.kernel.subjects import Subject


def terms_of(params: Mapping[str, Any]) -> Terms:
    """What the contract says about the figure; what it leaves out is the platform's default."""
    usual = Terms()
    return Terms(
        formula=Formula(params.get("formula", usual.formula)).value,
        satisfied_from=int(params.get("satisfied_from", usual.satisfied_from)),
        basis=Basis(params.get("basis", usual.basis)).value,
        minimum=int(params.get("minimum", usual.minimum)),
    )


@evidence.metric(
    code="survey.satisfaction",
    label="满意度调查",
    unit="ratio",
    params={
        "formula": "计算方法（share 满意占比，mean 平均分折算）",
        "satisfied_from": "满意起点分（2–5）",
        "basis": "计入的题（all 全部评分题，overall 仅整体满意度）",
        "minimum": "最少有效份数",
    },
)
def satisfaction(query: evidence.MetricQuery) -> evidence.MetricResult:
    """The ratings of every round closed by then whose surveyed period begins in the query's.

    Several rounds count together, answer by answer. The events are the rounds, never persons.
    """
    terms = terms_of(query.params)
    rows = closed_between(
        query.contract, local_date(query.start), local_date(query.end), as_of=query.as_of
    )
    if not rows:
        return evidence.MetricResult.nothing("本期还没有结束的满意度调查")
    found = [(row, results(row, terms)) for row in rows]
    answers = sum(result.answers for _, result in found)
    if answers < terms.minimum:
        return evidence.MetricResult.nothing(
            f"有效答卷 {answers} 份，少于最少份数 {terms.minimum}，不能作为满意度"
        )
    counts = {r: sum(result.counts.get(r, 0) for _, result in found) for r, _ in RATINGS}
    return evidence.MetricResult(
        value=ratio(counts, terms),
        events=tuple(_event(row, result) for row, result in found),
        population=answers,
        grade=max(row.grade for row in rows),
        url=_page(rows[-1], terms) if len(rows) == 1 else _list(query),
        detail={"formula": terms.words(), "rounds": len(rows)},
    )


def _event(row: Round, found: Results) -> evidence.MetricEvent:
    words = "—" if found.value is None else f"{found.value * 100:.2f}%"
    return evidence.MetricEvent(
        key=f"surveys.round:{row.pk}",
        subject=row.subject,
        occurred_at=row.closed_at or row.created_at,
        label=f"{row.title}：有效答卷 {found.answers} 份，满意度 {words}",
        amount=Decimal(found.answers),
        url=_page(row, found.terms),
        group=f"surveys.round:{row.pk}",
    )


def _page(row: Round, terms: Terms) -> str:
    """The round's page with the contract's terms, so that it shows the same figure."""
    given = {
        "formula": terms.formula,
        "satisfied_from": terms.satisfied_from,
        "basis": terms.basis,
        "minimum": terms.minimum,
    }
    return f"/surveys/{row.pk}/?{urlencode(given)}"


def _list(query: evidence.MetricQuery) -> str:
    given = {
        "contract": query.contract,
        "from": local_date(query.start).isoformat(),
        "until": local_date(query.end).isoformat(),
        "state": "closed",
    }
    return f"/surveys/?{urlencode(given)}"


@evidence.metric(code="desk.ticket_satisfaction", label="工单评价满意占比", unit="ratio",
                 params={"satisfied_from": "满意起点分（2–5）"})  # fmt: skip
def ticket_satisfaction(query: evidence.MetricQuery) -> evidence.MetricResult:
    """The share of rated tickets whose requester was satisfied; the events are the others."""
    least = int(query.params.get("satisfied_from", 4))
    rows = list(
        TicketRating.objects.filter(
            contract=query.contract, rated_at__gte=query.start, rated_at__lt=query.end,
            rated_at__lte=query.as_of,
        ).select_related("ticket").order_by("rated_at", "id")
    )  # fmt: skip
    if not rows:
        return evidence.MetricResult.nothing("本期没有工单评价")
    poor = [row for row in rows if row.rating < least]
    events = tuple(
        evidence.MetricEvent(
            key=f"surveys.ticket_rating:{row.pk}",
            subject=Subject("desk.ticket", str(row.ticket_id), str(row.ticket)),
            occurred_at=row.rated_at,
            label=f"{row.ticket}：{row.rating} 分 {row.comment}".strip(),
            url=f"/desk/{row.ticket_id}/",
            group=str(row.ticket_id),
        )
        for row in poor
    )
    value = Decimal(len(rows) - len(poor)) / len(rows)
    return evidence.MetricResult(
        value=value.quantize(Decimal("0.00000001")), events=events, population=len(rows), grade="A"
    )
