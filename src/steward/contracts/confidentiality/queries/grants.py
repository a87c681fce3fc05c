"""Access: what was asked for, what holds, what was done with it, who needs to know."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from steward.contracts.confidentiality.choices import GrantState
from steward.contracts.confidentiality.errors import UnknownGrantError
from steward.contracts.confidentiality.models import AccessRequest, Grant, UseEntry
from steward.contracts.confidentiality.queries.agreements import covered_many, covers
from steward.contracts.packs import api as packs
from steward.core.access.api import Somebody
from steward.kernel.errors import NotFoundError
from steward.kernel.periods import Period
from steward.kernel.subjects import Subject

VIEW, VIEW_ALL = "confidentiality.grant.view", "confidentiality.grant.view_all"


@dataclass(frozen=True, slots=True)
class UseInfo:
    """One use of a grant; `rows` and `sha256` of what left, where it is an export."""

    id: int
    started_at: datetime
    ended_at: datetime
    action: str
    from_where: str
    output: str
    rows: int | None
    sha256: str
    recipient: str
    outside: str
    recorded_by: str
    witness: str


@dataclass(frozen=True, slots=True)
class GrantInfo:
    """A registered access as other apps see it; valid in [starts_at, ended_at)."""

    id: int
    number: str
    contract: str
    member_id: int
    member: str
    kind: str
    kind_label: str
    target: str
    purpose: str
    scope: str
    starts_at: datetime
    ends_at: datetime
    state: str
    state_label: str
    closed_at: datetime | None
    close_reason: str
    watcher: str
    approval_id: int | None
    uses: tuple[UseInfo, ...] = ()

    @property
    def ended_at(self) -> datetime:
        return min(self.closed_at or self.ends_at, self.ends_at)

    @property
    def subject(self) -> Subject:
        return Subject("confidentiality.grant", str(self.id), f"{self.kind_label} {self.target}")


def to_use(row: UseEntry) -> UseInfo:
    witness = getattr(row, "witness", None)
    return UseInfo(
        id=row.pk,
        started_at=row.started_at,
        ended_at=row.ended_at,
        action=row.action,
        from_where=row.from_where,
        output=row.output,
        rows=row.rows,
        sha256=row.sha256,
        recipient=row.recipient,
        outside=row.outside,
        recorded_by=row.recorded_by,
        witness=witness.by if witness else "",
    )


def to_grant(row: Grant, *, uses: tuple[UseInfo, ...] = ()) -> GrantInfo:
    return GrantInfo(
        id=row.pk,
        number=row.request.number,
        contract=row.contract,
        member_id=row.member_id,
        member=row.member.name,
        kind=row.kind,
        kind_label=row.get_kind_display(),
        target=row.target,
        purpose=row.request.purpose,
        scope=row.request.scope,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        state=row.state,
        state_label=row.get_state_display(),
        closed_at=row.closed_at,
        close_reason=row.close_reason,
        watcher=row.watcher.get_short_name() if row.watcher else "",
        approval_id=row.request.approval_id,
        uses=uses,
    )


def grants_of(contract: str) -> QuerySet[Grant]:
    return Grant.objects.filter(contract=contract).select_related("request", "member", "watcher")


def sees_all(user: Somebody, contract: str) -> bool:
    """Whether somebody sees everybody's access of a contract."""
    try:
        packs.contract_for(user, contract, VIEW_ALL)
    except NotFoundError:
        return False
    return True


def _mine(user: Somebody) -> Q:
    return Q(member__user_id=user.pk) | Q(watcher_id=user.pk)


def grants_for(user: Somebody, contract: str) -> QuerySet[Grant]:
    """Need to know: one's own, those one watches, or all with the permission to see all."""
    rows = grants_of(contract)
    return rows if sees_all(user, contract) else rows.filter(_mine(user))


def requests_for(user: Somebody, contract: str) -> QuerySet[AccessRequest]:
    """Requests by the same rule, and those that one filed."""
    rows = AccessRequest.objects.filter(contract=contract).select_related(
        "member", "watcher", "grant", "extends"
    )
    if sees_all(user, contract):
        return rows
    return rows.filter(_mine(user) | Q(requested_by_id=user.pk))


def grant_for(user: Somebody, contract: str, *, grant_id: int) -> Grant:
    """One grant through its scope; unknown and forbidden alike."""
    row = grants_for(user, contract).filter(pk=grant_id).first()
    if row is None:
        raise UnknownGrantError("没有这项授权")
    return row


def request_for(user: Somebody, contract: str, *, request_id: int) -> AccessRequest:
    """One request through its scope; unknown and forbidden alike."""
    row = requests_for(user, contract).filter(pk=request_id).first()
    if row is None:
        raise UnknownGrantError("没有这项访问申请")
    return row


def _between(contract: str, start: datetime, end: datetime, *, as_of: datetime) -> QuerySet[Grant]:
    rows = grants_of(contract).filter(granted_at__lte=as_of, starts_at__lt=end, ends_at__gt=start)
    return rows.exclude(closed_at__lte=start).order_by("starts_at", "id")


def grants_between(
    contract: str, start: datetime, end: datetime, *, as_of: datetime
) -> list[GrantInfo]:
    """Access that held at some time in [start, end), with what was done in it, known at `as_of`."""
    rows = _between(contract, start, end, as_of=as_of)
    uses: dict[int, list[UseInfo]] = {}
    entries = UseEntry.objects.filter(grant__in=rows, recorded_at__lte=as_of)
    for entry in entries.select_related("witness").order_by("started_at", "id"):
        uses.setdefault(entry.grant_id, []).append(to_use(entry))
    return [to_grant(row, uses=tuple(uses.get(row.pk, ()))) for row in rows]


@dataclass(frozen=True, slots=True)
class Uncovered:
    """A grant that held while the person had no agreement."""

    grant: GrantInfo
    since: datetime


def uncovered_between(
    contract: str, start: datetime, end: datetime, *, as_of: datetime
) -> tuple[list[Uncovered], int]:
    """Grants that held in [start, end) for some time without an agreement, and how many held."""
    rows = list(_between(contract, start, end, as_of=as_of))
    signed = covered_many([row.member_id for row in rows], as_of=as_of)
    found, looked = [], 0
    for row in rows:
        closed = row.closed_at if row.closed_at and row.closed_at <= as_of else row.ends_at
        first, last = max(row.starts_at, start), min(closed, row.ends_at, end, as_of)
        if last <= first:
            continue
        looked += 1
        if not covers(signed.get(row.member_id, []), Period(first, last)):
            found.append(Uncovered(to_grant(row), first))
    return found, looked


@dataclass(frozen=True, slots=True)
class OutsideUse:
    """A use when the grant did not hold."""

    use: UseInfo
    grant: GrantInfo


def outside_between(
    contract: str, start: datetime, end: datetime, *, as_of: datetime
) -> tuple[list[OutsideUse], int]:
    """Uses begun in [start, end) outside their grant's time, and how many uses there were."""
    rows = UseEntry.objects.filter(
        grant__contract=contract, started_at__gte=start, started_at__lt=end,
        recorded_at__lte=as_of,
    ).select_related("grant__request", "grant__member", "grant__watcher", "witness")  # fmt: skip
    entries = list(rows.order_by("started_at", "id"))
    found = [OutsideUse(to_use(e), to_grant(e.grant)) for e in entries if e.outside]
    return found, len(entries)


def due_grants(now: datetime) -> list[int]:
    """Active grants whose time is over."""
    rows = Grant.objects.filter(state=GrantState.ACTIVE, ends_at__lte=now).order_by("ends_at")
    return list(rows.values_list("pk", flat=True))
