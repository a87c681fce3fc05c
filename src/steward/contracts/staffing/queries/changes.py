"""Changes of people, and those that nobody approved."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from steward.contracts.staffing.choices import ChangeState
from steward.contracts.staffing.errors import NotOnTeamError
from steward.contracts.staffing.models import Member, TeamChange
from steward.contracts.staffing.queries.days import local_days, within_term
from steward.contracts.staffing.queries.team import terms_on
from steward.kernel.instants import at_local, local_date
from steward.kernel.subjects import Subject

AGREED = (ChangeState.ACCEPTED, ChangeState.APPLIED)


@dataclass(frozen=True, slots=True)
class ChangeInfo:
    """A change of people as other apps see it (人员变更情况说明)."""

    id: int
    number: str
    contract: str
    leaving: str
    leaving_position: str
    incoming: str
    incoming_position: str
    incoming_qualification: str
    reason_kind: str
    reason: str
    handover_plan: str
    needs_approval: bool
    is_short_notice: bool
    effective_date: date
    state: str
    state_label: str
    approval_id: int | None
    requested_by: str
    requested_at: datetime
    decided_at: datetime | None
    applied_at: datetime | None

    @property
    def subject(self) -> Subject:
        return Subject("staffing.change", str(self.id), f"{self.number} {self.title}")

    @property
    def title(self) -> str:
        if not self.leaving:
            return f"增派{self.incoming}"
        return f"{self.leaving}更换为{self.incoming}" if self.incoming else f"{self.leaving}离场"


def to_change(row: TeamChange) -> ChangeInfo:
    coming: dict[str, Any] = row.incoming or {}
    return ChangeInfo(
        id=row.pk,
        number=row.number,
        contract=row.contract,
        leaving=row.leaving.name if row.leaving else "",
        leaving_position=row.leaving.position_title if row.leaving else "",
        incoming=coming.get("name", ""),
        incoming_position=coming.get("position_title", ""),
        incoming_qualification=coming.get("qualification", ""),
        reason_kind=row.get_reason_kind_display(),
        reason=row.reason,
        handover_plan=row.handover_plan,
        needs_approval=row.needs_approval,
        is_short_notice=row.is_short_notice,
        effective_date=row.effective_date,
        state=row.state,
        state_label=row.get_state_display(),
        approval_id=row.approval_id,
        requested_by=row.requested_by,
        requested_at=row.requested_at,
        decided_at=row.decided_at,
        applied_at=row.applied_at,
    )


def changes_of(contract: str) -> QuerySet[TeamChange]:
    return TeamChange.objects.filter(contract=contract).select_related("leaving", "successor")


def change_row(contract: str, change_id: int) -> TeamChange:
    """One change of a contract; NotOnTeamError when there is none."""
    row = changes_of(contract).filter(pk=change_id).first()
    if row is None:
        raise NotOnTeamError("没有这项人员变更")
    return row


def changes_between(
    contract: str, start: datetime, end: datetime, *, as_of: datetime | None = None
) -> list[ChangeInfo]:
    """Changes that take effect in [start, end), refused ones too, asked for by `as_of`."""
    rows = changes_of(contract).filter(
        effective_date__gte=local_date(start), effective_date__lt=local_date(end)
    )
    if as_of is not None:
        rows = rows.filter(requested_at__lte=as_of)
    return [to_change(row) for row in rows.order_by("effective_date", "id")]


@dataclass(frozen=True, slots=True)
class UnapprovedChange:
    """Somebody whose going needed the client's approval went without it."""

    member_id: int
    name: str
    position_title: str
    left_date: date
    why: str

    @property
    def subject(self) -> Subject:
        words = f"{self.name}（{self.position_title}）"
        return Subject("staffing.member", str(self.member_id), words)


def unapproved_between(
    contract: str, start: datetime, end: datetime, *, as_of: datetime
) -> tuple[list[UnapprovedChange], int]:
    """Who left in [start, end) without the approval that was needed, and how many left at all.

    Needed for key persons, and for everybody where the contract says so. An approval counts when
    it was given by the day of leaving for that day or an earlier one.
    """
    first, last = within_term(contract, *local_days(start, end))
    rows = Member.objects.filter(
        contract=contract, left_date__gte=first, left_date__lt=last, left_recorded_at__lte=as_of
    )
    agreed = _agreed(contract, as_of=as_of)
    left = list(rows.order_by("left_date", "id"))
    found = []
    for row in left:
        day = row.left_date
        assert day is not None
        why = _why(agreed.get(row.pk, []), day)
        if why and _needs_approval(row, day, as_of=as_of):
            found.append(UnapprovedChange(row.pk, row.name, row.position_title, day, why))
    return found, len(left)


def _agreed(contract: str, *, as_of: datetime) -> dict[int, list[TeamChange]]:
    rows = TeamChange.objects.filter(
        contract=contract, state__in=AGREED, needs_approval=True, leaving__isnull=False,
        decided_at__lte=as_of,
    )  # fmt: skip
    found: dict[int, list[TeamChange]] = {}
    for row in rows:
        found.setdefault(row.leaving_id or 0, []).append(row)
    return found


def _why(agreed: list[TeamChange], left: date) -> str:
    """What is wrong with somebody's leaving; empty when an approval covers it."""
    if not agreed:
        return "没有经甲方同意的变更申请"
    for change in agreed:
        in_time = change.decided_at is not None and local_date(change.decided_at) <= left
        if in_time and change.effective_date <= left:
            return ""
    return "早于甲方同意的日期离场"


def _needs_approval(row: Member, left: date, *, as_of: datetime) -> bool:
    if row.is_key:
        return True
    terms = terms_on(row.contract, left, known_at=as_of).staffing
    return terms is not None and terms.changes is not None and terms.changes.approval == "all"


def due_changes(now: datetime) -> list[int]:
    """Accepted changes whose day has come."""
    rows = TeamChange.objects.filter(
        state=ChangeState.ACCEPTED, effective_date__lte=local_date(now)
    )
    return list(rows.order_by("effective_date", "id").values_list("pk", flat=True))


def left_at(row: UnapprovedChange) -> datetime:
    return at_local(row.left_date)
