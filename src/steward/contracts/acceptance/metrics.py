"""Facts of acceptance for the contracts' penalties."""

from decimal import Decimal

from steward.contracts.acceptance.choices import ActKind
from steward.contracts.acceptance.models import Acceptance, AcceptanceAct
from steward.contracts.acceptance.queries import standing_of
from steward.core.evidence import api as evidence


@evidence.metric(
    code="acceptance.refusals_without_reason", label="甲方无正当理由拒绝验收", unit="count"
)
def refusals(query: evidence.MetricQuery) -> evidence.MetricResult:
    """Refusals by the client that state no reason, by when they were recorded."""
    rows = AcceptanceAct.objects.filter(
        acceptance__contract=query.contract,
        kind=ActKind.REFUSE,
        recorded_at__gte=query.start,
        recorded_at__lte=query.as_of,
    ).select_related("acceptance")
    events = tuple(
        evidence.MetricEvent(
            key=f"acceptance.act:{act.pk}",
            subject=act.acceptance.subject,
            occurred_at=act.recorded_at,
            label=f"{act.acceptance.title}：甲方拒绝验收，没有写明理由",
            url=f"/acceptance/{act.acceptance_id}/",
            group=f"acceptance:{act.acceptance_id}",
            evidence=(str(act.evidence_id),),
        )
        for act in rows
        if not act.text
    )
    return evidence.MetricResult(
        value=Decimal(len(events)), events=events, population=len(rows), grade="C"
    )


@evidence.metric(code="acceptance.days_overdue", label="甲方逾期验收天数", unit="count")
def days_overdue(query: evidence.MetricQuery) -> evidence.MetricResult:
    """Begun days by which steps of the client were or are late; silence that passed is not late."""
    events: list[evidence.MetricEvent] = []
    rows = Acceptance.objects.filter(contract=query.contract, created_at__lte=query.as_of)
    for row in rows.prefetch_related("acts"):
        standing = standing_of(row, now=query.as_of, acts=row.acts.all())
        for number, clock in enumerate(standing.clocks):
            days = 0 if clock.limit.deemed else clock.overdue_days(query.as_of)
            if days:
                events.append(
                    evidence.MetricEvent(
                        key=f"acceptance:{row.pk}:{clock.limit.id}:{number}",
                        subject=row.subject,
                        occurred_at=clock.due_at,
                        label=f"{row.title}：{clock.limit.title}逾期 {days} 天",
                        amount=Decimal(days),
                        url=f"/acceptance/{row.pk}/",
                        group=f"acceptance:{row.pk}",
                    )
                )
    total = sum((event.amount for event in events), Decimal(0))
    return evidence.MetricResult(value=total, events=tuple(events), population=len(rows))
