"""Facts of staffing for contracts."""

from decimal import Decimal
from urllib.parse import urlencode

from steward.contracts.staffing.queries.changes import left_at, unapproved_between
from steward.contracts.staffing.queries.days import DayStanding, understaffed
from steward.contracts.staffing.queries.team import members_of, terms_between
from steward.core.evidence import api as evidence
from steward.kernel.instants import local_date


def _address(query: evidence.MetricQuery, path: str) -> str:
    given = {
        "start": query.start.isoformat(),
        "end": query.end.isoformat(),
        "as_of": query.as_of.isoformat(),
    }
    return f"/staffing/{query.contract}/{path}/?{urlencode(given)}"


def _nobody(query: evidence.MetricQuery, *, on_site: bool) -> bool:
    rows = members_of(query.contract).filter(recorded_at__lte=query.as_of)
    return not (rows.filter(is_on_site=True) if on_site else rows).exists()


@evidence.metric(code="staffing.understaffed_days", label="驻场人数不足的工作日", unit="count")
def understaffed_days(query: evidence.MetricQuery) -> evidence.MetricResult:
    """Ended working days with fewer people on site than the contract wants; disputed do not count."""
    first, last = local_date(query.start), local_date(query.end)
    terms = terms_between(query.contract, first, last, known_at=query.as_of)
    if not any(holding.required for holding in terms):
        return evidence.MetricResult.nothing("合同没有约定驻场人数")
    if _nobody(query, on_site=True):
        return evidence.MetricResult.nothing("还没有登记驻场人员")
    short, population = understaffed(query.contract, query.start, query.end, as_of=query.as_of)
    return evidence.MetricResult(
        value=Decimal(len(short)),
        events=tuple(_event(standing) for standing in short),
        population=population,
        grade="C" if short and all(standing.is_confirmed for standing in short) else "D",
        url=_address(query, "days"),
    )


def _event(standing: DayStanding) -> evidence.MetricEvent:
    return evidence.MetricEvent(
        key=f"staffing.day:{standing.subject.key}",
        subject=standing.subject,
        occurred_at=standing.ends_at,
        label=f"{standing.day} 驻场 {standing.present}/{standing.required} 人",
        url=f"/staffing/{standing.contract}/days/{standing.day}/",
        group=standing.subject.key,
    )


@evidence.metric(code="staffing.unapproved_changes", label="未经同意的人员更换", unit="count")
def unapproved_changes(query: evidence.MetricQuery) -> evidence.MetricResult:
    """People who left without the approval that the contract wants."""
    if _nobody(query, on_site=False):
        return evidence.MetricResult.nothing("还没有登记团队成员")
    found, population = unapproved_between(
        query.contract, query.start, query.end, as_of=query.as_of
    )
    events = tuple(
        evidence.MetricEvent(
            key=f"staffing.member:{gone.member_id}",
            subject=gone.subject,
            occurred_at=left_at(gone),
            label=f"{gone.name}（{gone.position_title}）{gone.left_date} 离场：{gone.why}",
            url=f"/staffing/{query.contract}/members/{gone.member_id}/",
            group=f"staffing.member:{gone.member_id}",
        )
        for gone in found
    )
    return evidence.MetricResult(
        value=Decimal(len(events)),
        events=events,
        population=population,
        grade="D",
        url=_address(query, "left"),
    )
