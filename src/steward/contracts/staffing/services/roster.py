"""The roster: laid from each person's week over the working calendar, then edited by people."""

from datetime import date, datetime, timedelta

from django.db import transaction

from steward.contracts.staffing.choices import PlanState
from steward.contracts.staffing.errors import InvalidStaffingError, StaffingStateError
from steward.contracts.staffing.models import Member, RosterEntry
from steward.contracts.staffing.queries.days import within_term
from steward.contracts.staffing.queries.team import members_of, terms_on, to_info
from steward.contracts.staffing.services.team import locked
from steward.core.audit import api as audit
from steward.core.calendars import api as calendars
from steward.kernel.actors import Actor
from steward.kernel.instants import local_date
from steward.kernel.worktime import Calendar, is_working_day

LONGEST = timedelta(days=92)
DEFAULT_CALENDAR = "cn-work"


@transaction.atomic
def generate_roster(contract: str, first: date, last: date, *, by: Actor, now: datetime) -> int:
    """Plan every on-site person for [first, last) by their week; how many days were added.

    Holidays are free; on a make-up day at a weekend everybody is planned who works in the week.
    What is planned already stays, so that doing it again adds nothing.
    """
    if last <= first or last - first > LONGEST:
        raise InvalidStaffingError("请选择不超过三个月的一段日期")
    begin, end = within_term(contract, first, last)
    terms = terms_on(contract, begin, known_at=now)
    calendar = calendars.get(terms.calendar or DEFAULT_CALENDAR, now).calendar
    team = [row for row in members_of(contract) if row.is_on_site]
    days = [begin + timedelta(days=n) for n in range((end - begin).days)]
    wanted = [
        RosterEntry(
            member=row,
            day=day,
            state=PlanState.ON_SITE,
            changed_at=now,
            changed_by=by.label[:100],
        )
        for row in team
        for day in days
        if to_info(row).is_there(day) and works_on(row, day, calendar)
    ]
    before = RosterEntry.objects.filter(member__in=team).count()
    RosterEntry.objects.bulk_create(wanted, ignore_conflicts=True, batch_size=1000)
    return RosterEntry.objects.filter(member__in=team).count() - before


def works_on(row: Member, day: date, calendar: Calendar) -> bool:
    """Whether a person's week and the calendar have them on site that day."""
    if not is_working_day(calendar, day):
        return False
    in_week = str(day.isoweekday()) in row.weekdays
    return in_week or not calendar.week.get(day.isoweekday())


@transaction.atomic
def plan_day(member_id: int, day: date, *, by: Actor, now: datetime) -> None:
    """Put somebody on site on a day, whatever was planned."""
    row = _plannable(member_id, day, now=now)
    _write(row, day, state=PlanState.ON_SITE, by=by, now=now)


@transaction.atomic
def free_day(member_id: int, day: date, *, by: Actor, now: datetime) -> None:
    """Take somebody off the roster of a day, without an absence."""
    row = _plannable(member_id, day, now=now)
    _write(row, day, state=PlanState.OFF, by=by, now=now)


@transaction.atomic
def mark_absent(
    member_id: int,
    day: date,
    *,
    reason: str,
    substitute_id: int | None = None,
    by: Actor,
    now: datetime,
) -> None:
    """Somebody does not come on a day, and perhaps who comes instead.

    The substitute is of the team on that day and not planned already: one person fills one place.
    """
    row = _plannable(member_id, day, now=now)
    if not reason.strip():
        raise InvalidStaffingError("请填写请假说明", field="reason")
    if row.attendance.filter(day=day).exists():
        raise StaffingStateError(f"“{row.name}”{day} 已有到岗记录，不能再登记请假")
    RosterEntry.objects.filter(substitutes=row, day=day).delete()
    _write(row, day, state=PlanState.ABSENT, reason=reason.strip(), by=by, now=now)
    if substitute_id is None:
        return
    other = _plannable(substitute_id, day, now=now)
    if other.pk == row.pk:
        raise InvalidStaffingError("代班的须是另一个人", field="substitute")
    planned = RosterEntry.objects.filter(member=other, day=day).first()
    if planned is not None and planned.state != PlanState.OFF:
        raise StaffingStateError(
            f"“{other.name}”{day} 已排为{planned.get_state_display()}，不能再代班"
        )
    _write(other, day, state=PlanState.ON_SITE, substitutes=row, by=by, now=now)


def _plannable(member_id: int, day: date, *, now: datetime) -> Member:
    row = locked(member_id)
    if day < local_date(now):
        raise StaffingStateError("过去的排班不能改动；实际到岗以到岗记录为准")
    if not to_info(row).is_there(day):
        raise InvalidStaffingError(f"“{row.name}”{day} 不在团队中")
    return row


def _write(
    row: Member,
    day: date,
    *,
    state: PlanState,
    by: Actor,
    now: datetime,
    reason: str = "",
    substitutes: Member | None = None,
) -> None:
    RosterEntry.objects.update_or_create(
        member=row,
        day=day,
        defaults={
            "state": state,
            "reason": reason[:200],
            "substitutes": substitutes,
            "is_edited": True,
            "changed_at": now,
            "changed_by": by.label[:100],
        },
    )
    words = f"代{substitutes.name}到岗" if substitutes else state.label
    audit.record(
        "staffing.roster_changed",
        row.subject,
        by=by,
        now=now,
        after={"day": day, "state": words},
        reason=reason,
    )
