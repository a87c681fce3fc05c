from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from steward.core.access import api as access
from steward.core.access.api import Somebody
from steward.desk.changes.choices import RecordKind
from steward.desk.changes.models import AccessChange, Change
from steward.kernel.errors import NotFoundError

VIEW = "desk.change.view"


@dataclass(frozen=True, slots=True)
class ChangeInfo:
    """A change as other apps see it."""

    id: int
    number: str
    title: str
    state: str
    state_label: str
    contract: str
    approval_id: int | None
    maintenance_id: int | None
    approved_at: datetime | None
    started_at: datetime | None


def to_info(row: Change) -> ChangeInfo:
    return ChangeInfo(
        id=row.pk,
        number=row.number,
        title=row.title,
        state=row.state,
        state_label=row.get_state_display(),
        contract=row.contract,
        approval_id=row.approval_id,
        maintenance_id=row.maintenance_id,
        approved_at=row.approved_at,
        started_at=row.started_at,
    )


@dataclass(frozen=True, slots=True)
class AccessChangeInfo:
    """An organisation or permission change as other apps see it."""

    id: int
    number: str
    summary: str
    state: str
    state_label: str
    approval_id: int | None
    result: str


def to_access_info(row: AccessChange) -> AccessChangeInfo:
    return AccessChangeInfo(
        id=row.pk,
        number=row.number,
        summary=row.summary,
        state=row.state,
        state_label=row.get_state_display(),
        approval_id=row.approval_id,
        result=row.result,
    )


def _mine(user: Somebody) -> Q | None:
    bodies = access.visible_organizations(user, VIEW)
    return None if bodies is None else Q(organization_id__in=bodies) | Q(requested_by_id=user.pk)


def changes_for(user: Somebody) -> QuerySet[Change]:
    """The changes somebody may see: those of their bodies and their own."""
    mine = _mine(user)
    return Change.objects.all() if mine is None else Change.objects.filter(mine)


def access_changes_for(user: Somebody) -> QuerySet[AccessChange]:
    """The organisation and permission changes somebody may see."""
    mine = _mine(user)
    return AccessChange.objects.all() if mine is None else AccessChange.objects.filter(mine)


def change_for(user: Somebody, change_id: int) -> Change:
    """One change through its scope; NotFoundError whether unknown or forbidden."""
    row = changes_for(user).select_related("item", "ticket", "organization").filter(pk=change_id)
    found = row.first()
    if found is None:
        raise NotFoundError("没有这个变更")
    return found


def access_change_for(user: Somebody, change_id: int) -> AccessChange:
    """One organisation or permission change through its scope."""
    found = access_changes_for(user).filter(pk=change_id).first()
    if found is None:
        raise NotFoundError("没有这个变更")
    return found


@dataclass(frozen=True, slots=True)
class Executed:
    """An executed change and what its record lacks (empty when nothing)."""

    id: int
    number: str
    title: str
    at: datetime
    missing: str


def executed_between(
    contract: str, start: datetime, end: datetime, *, as_of: datetime
) -> list[Executed]:
    """Changes of a contract executed in [start, end), by what was recorded before `as_of`.

    Missing: an approval given before the execution began; once the window is over, the record of
    the execution or of the roll-back.
    """
    rows = Change.objects.filter(
        contract=contract, started_at__gte=start, started_at__lt=min(end, as_of)
    ).order_by("started_at", "id")
    found = []
    for row in rows.prefetch_related("records"):
        kept = any(
            record.kind in (RecordKind.EXECUTION, RecordKind.ROLLBACK) and record.at < as_of
            for record in row.records.all()
        )
        at = row.started_at or start
        late = row.approved_at is None or row.approved_at > at
        over = row.window_end <= as_of
        lacks = [
            words
            for words, is_so in (("执行前没有批准", late), ("没有执行记录", over and not kept))
            if is_so
        ]
        found.append(Executed(row.pk, row.number, row.title, at, "、".join(lacks)))
    return found
