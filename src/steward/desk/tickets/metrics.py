"""Facts of the desk for contracts: breaches, compliance, tickets, what is unfinished."""

from datetime import datetime, timedelta
from decimal import Decimal
from urllib.parse import urlencode

from steward.core.evidence import api as evidence
from steward.desk.tickets.choices import VOID_STATES
from steward.desk.tickets.models import PolicyVersion, Ticket
from steward.desk.tickets.queries.judged import (
    Breach,
    Judged,
    Which,
    names_in,
    tickets_which,
)
from steward.desk.tickets.queries.parts import judged_in_parts
from steward.desk.tickets.queries.unfinished import unfinished_which
from steward.kernel.subjects import Subject

TICKET_PARAMS = {"ticket_kinds": "工单类型，空为全部", "severities": "级别，空为全部"}
CLOCK_PARAMS = TICKET_PARAMS | {"clock_kinds": "时限种类（respond、onsite、resolve 等），空为全部"}


def _which(query: evidence.MetricQuery) -> Which:
    return Which(
        contract=query.contract,
        start=query.start,
        end=query.end,
        as_of=query.as_of,
        ticket_kinds=names_in(query.params, "ticket_kinds"),
        severities=names_in(query.params, "severities"),
        clock_kinds=names_in(query.params, "clock_kinds"),
    )


def _address(path: str, which: Which, **more: str) -> str:
    """The page that shows exactly the rows meant."""
    given = {
        "contract": which.contract,
        "start": which.start.isoformat(),
        "end": which.end.isoformat(),
        "as_of": which.as_of.isoformat(),
        "ticket_kinds": ",".join(which.ticket_kinds),
        "severities": ",".join(which.severities),
        "clock_kinds": ",".join(which.clock_kinds),
        **more,
    }
    return f"{path}?{urlencode({name: value for name, value in given.items() if value})}"


def _judge(query: evidence.MetricQuery) -> tuple[Which, Judged | None]:
    """None when the contract never promised a clock: then there is nothing to judge."""
    which = _which(query)
    key = ("desk.promised", query.contract, query.end, query.as_of)
    if key not in query.shared:
        query.shared[key] = PolicyVersion.objects.filter(
            contract=query.contract, effective_from__lt=query.end, installed_at__lte=query.as_of
        ).exists()
    return which, judged_in_parts(query, which) if query.shared[key] else None


NO_POLICY = "合同没有安装时限政策"


def _event(breach: Breach) -> evidence.MetricEvent:
    return evidence.MetricEvent(
        key=f"desk.clock:{breach.clock_id}",
        subject=Subject("desk.clock", str(breach.clock_id), f"{breach.number} {breach.label}"),
        occurred_at=breach.at,
        label=f"{breach.number} {breach.title}：{breach.label}超时",
        url=f"/desk/clocks/{breach.clock_id}/",
        excluded=breach.excluded,
        group=breach.number,
    )


@evidence.metric(
    code="desk.clock_breaches", label="时限超时次数", unit="count", params=CLOCK_PARAMS
)
def clock_breaches(query: evidence.MetricQuery) -> evidence.MetricResult:
    """Clocks of tickets opened in the period that ran out; excused and void ones are listed only."""
    which, judged = _judge(query)
    if judged is None:
        return evidence.MetricResult.nothing(NO_POLICY)
    return evidence.MetricResult(
        value=Decimal(judged.counted),
        events=tuple(_event(breach) for breach in judged.breaches),
        population=judged.population,
        url=_address("/desk/clocks/", which),
    )


@evidence.metric(
    code="desk.clock_compliance", label="时限达标率", unit="ratio", params=CLOCK_PARAMS
)
def clock_compliance(query: evidence.MetricQuery) -> evidence.MetricResult:
    """Met clocks by judged clocks; what does not count is in neither."""
    which, judged = _judge(query)
    if judged is None:
        return evidence.MetricResult.nothing(NO_POLICY)
    excused = sum(1 for breach in judged.breaches if breach.excluded.startswith("裁定免责"))
    total = judged.population - excused
    if total <= 0:
        return evidence.MetricResult.nothing("本期没有已判定的时限")
    return evidence.MetricResult(
        value=Decimal(total - judged.counted) / Decimal(total),
        events=tuple(_event(breach) for breach in judged.breaches),
        population=judged.population,
        url=_address("/desk/clocks/", which),
        detail={"met": total - judged.counted, "judged": total},
    )


def _ticket_event(row: Ticket, as_of: datetime) -> evidence.MetricEvent:
    ended = row.state in VOID_STATES and row.closed_at is not None and row.closed_at < as_of
    return evidence.MetricEvent(
        key=f"desk.ticket:{row.pk}",
        subject=row.subject,
        occurred_at=row.opened_at,
        label=f"{row.number} {row.title}",
        url=f"/desk/{row.pk}/",
        excluded=f"{row.get_state_display()}：{row.end_reason}" if ended else "",
        group=row.number,
    )


FIELDS = ("number", "title", "state", "end_reason", "opened_at", "closed_at")


@evidence.metric(code="desk.tickets", label="工单数", unit="count", params=TICKET_PARAMS)
def tickets(query: evidence.MetricQuery) -> evidence.MetricResult:
    """Tickets opened in the period; cancelled, void and duplicate ones are listed only."""
    which = _which(query)
    rows = tickets_which(which).only(*FIELDS).order_by("id")
    events = tuple(_ticket_event(row, query.as_of) for row in rows)
    return evidence.MetricResult(
        value=Decimal(sum(1 for event in events if not event.excluded)),
        events=events,
        population=len(events),
        url=_address("/desk/list/", which),
    )


@evidence.metric(
    code="desk.unfinished",
    label="未完成的工单数",
    unit="count",
    params=TICKET_PARAMS | {"grace_minutes": "建单后多少分钟内未完成不计"},
)
def unfinished(query: evidence.MetricQuery) -> evidence.MetricResult:
    """Tickets opened in the period that were not resolved by `as_of` (e.g. 处置完成率)."""
    which = _which(query)
    grace = timedelta(minutes=int(query.params.get("grace_minutes") or 0))
    left = unfinished_which(which).filter(opened_at__lt=query.as_of - grace)
    rows = left.only(*FIELDS).order_by("id")
    events = tuple(_ticket_event(row, query.as_of) for row in rows)
    return evidence.MetricResult(
        value=Decimal(sum(1 for event in events if not event.excluded)),
        events=events,
        population=tickets_which(which).count(),
        url=_address("/desk/list/", which),
    )
