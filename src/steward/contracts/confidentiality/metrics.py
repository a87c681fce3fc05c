"""Facts of confidentiality for contracts."""

from decimal import Decimal
from urllib.parse import urlencode

from steward.contracts.confidentiality.models import Agreement, Grant
from steward.contracts.confidentiality.queries.grants import outside_between, uncovered_between
from steward.core.evidence import api as evidence


def _address(query: evidence.MetricQuery, path: str) -> str:
    given = {
        "start": query.start.isoformat(),
        "end": query.end.isoformat(),
        "as_of": query.as_of.isoformat(),
    }
    return f"/confidentiality/{query.contract}/{path}/?{urlencode(given)}"


def _in_use(query: evidence.MetricQuery) -> bool:
    """Whether anything about confidentiality was ever recorded for the contract."""
    grants = Grant.objects.filter(contract=query.contract, granted_at__lte=query.as_of)
    signed = Agreement.objects.filter(contract=query.contract, recorded_at__lte=query.as_of)
    return grants.exists() or signed.exists()


NOTHING = "还没有登记保密协议或访问授权"


@evidence.metric(
    code="confidentiality.grants_without_agreement",
    label="没有有效保密协议的访问授权",
    unit="count",
)
def grants_without_agreement(query: evidence.MetricQuery) -> evidence.MetricResult:
    """Access that held for some time of the period while its person had no agreement."""
    if not _in_use(query):
        return evidence.MetricResult.nothing(NOTHING)
    found, population = uncovered_between(query.contract, query.start, query.end, as_of=query.as_of)
    events = tuple(
        evidence.MetricEvent(
            key=f"confidentiality.grant:{row.grant.id}",
            subject=row.grant.subject,
            occurred_at=row.since,
            label=f"{row.grant.number} {row.grant.kind_label}：授权期间没有有效的保密协议",
            url=f"/confidentiality/{query.contract}/grants/{row.grant.id}/",
            group=row.grant.number,
        )
        for row in found
    )
    return evidence.MetricResult(
        value=Decimal(len(events)),
        events=events,
        population=population,
        grade="D",
        url=_address(query, "uncovered"),
    )


@evidence.metric(code="confidentiality.expired_in_use", label="超出授权时间的使用", unit="count")
def expired_in_use(query: evidence.MetricQuery) -> evidence.MetricResult:
    """Uses begun in the period before, after or beyond the time of their grant."""
    if not _in_use(query):
        return evidence.MetricResult.nothing(NOTHING)
    found, population = outside_between(query.contract, query.start, query.end, as_of=query.as_of)
    events = tuple(
        evidence.MetricEvent(
            key=f"confidentiality.use:{row.use.id}",
            subject=row.grant.subject,
            occurred_at=row.use.started_at,
            label=f"{row.grant.number} {row.use.outside}：{row.use.action[:60]}",
            url=f"/confidentiality/{query.contract}/grants/{row.grant.id}/",
            group=row.grant.number,
        )
        for row in found
    )
    return evidence.MetricResult(
        value=Decimal(len(events)),
        events=events,
        population=population,
        grade="D",
        url=_address(query, "outside"),
    )
