"""Who was there: stated by the person on the day, disputed or confirmed by the client."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from steward.contracts.packs import api as packs
from steward.contracts.staffing.choices import Origin, Outcome
from steward.contracts.staffing.errors import (
    InvalidStaffingError,
    NotOnTeamError,
    StaffingStateError,
)
from steward.contracts.staffing.models import Attendance, DayConfirmation, Dispute, Member
from steward.contracts.staffing.queries.days import (
    DayStanding,
    day_key,
    standing_on,
    standings,
    within_term,
)
from steward.contracts.staffing.queries.team import members_of, there_on, to_info
from steward.contracts.staffing.services.team import locked
from steward.core.audit import api as audit
from steward.core.evidence import api as evidence
from steward.kernel.actors import Actor
from steward.kernel.instants import local_date
from steward.kernel.subjects import Subject

ONE_DAY = timedelta(days=1)
LONGEST = timedelta(days=92)


@transaction.atomic
def check_in(contract: str, *, by: Actor, now: datetime, note: str = "") -> int:
    """The person states, on the day, to be on site; saying it twice says it once.

    The day is the local date of `now`. NotOnTeamError for whoever is not of the on-site team
    today. Returns the id of the record.
    """
    day = local_date(now)
    rows = members_of(contract).filter(there_on(day), user_id=by.user_id or 0, is_on_site=True)
    row = rows.select_for_update(no_key=True).first()
    if row is None:
        raise NotOnTeamError("您今天不在本合同的驻场团队中，不能签到")
    _within_term(contract, day)
    return _record(row, day, origin=Origin.SELF, note=note, by=by, now=now)


@transaction.atomic
def register_late(member_id: int, day: date, *, note: str, by: Actor, now: datetime) -> int:
    """State afterwards that somebody was there, and why it was not stated on the day."""
    row = locked(member_id)
    if not note.strip():
        raise InvalidStaffingError("请填写事后登记的说明", field="note")
    if day > local_date(now):
        raise InvalidStaffingError("不能登记将来的到岗", field="day")
    if not row.is_on_site or not to_info(row).is_there(day):
        raise InvalidStaffingError(f"“{row.name}”{day} 不在驻场团队中", field="day")
    _within_term(row.contract, day)
    if _is_confirmed(row.contract, day):
        raise StaffingStateError(f"{day} 的出勤已由甲方确认，不能再登记")
    return _record(row, day, origin=Origin.LATE, note=note.strip(), by=by, now=now)


def _within_term(contract: str, day: date) -> None:
    begin, end = within_term(contract, day, day + ONE_DAY)
    if begin == end:
        raise StaffingStateError(f"{day} 不在合同期内")


def _record(row: Member, day: date, *, origin: Origin, note: str, by: Actor, now: datetime) -> int:
    found, created = Attendance.objects.get_or_create(
        member=row,
        day=day,
        defaults={
            "origin": origin,
            "note": note[:200],
            "recorded_at": now,
            "recorded_by_id": by.user_id,
            "recorded_by": by.label[:100],
        },
    )
    if created:
        audit.record(
            "staffing.attendance",
            row.subject,
            by=by,
            now=now,
            after={"day": day, "how": origin.label},
            reason=note,
        )
    return found.pk


@transaction.atomic
def dispute_attendance(attendance_id: int, *, reason: str, by: Actor, now: datetime) -> int:
    """The client does not accept a presence; it does not count until the dispute ends."""
    row = _attendance(attendance_id)
    if not reason.strip():
        raise InvalidStaffingError("请填写争议理由，乙方会看到", field="reason")
    if _is_confirmed(row.member.contract, row.day):
        raise StaffingStateError(f"{row.day} 的出勤已由甲方确认，不能再提出争议")
    known = row.disputes.order_by("-id").first()
    if known is not None and known.outcome != Outcome.WITHDRAWN:
        raise StaffingStateError(
            f"“{row.member.name}”{row.day} 的到岗{known.get_outcome_display()}"
        )
    made = Dispute.objects.create(
        attendance=row, reason=reason.strip()[:300], opened_at=now, opened_by=by.label[:100]
    )
    audit.record(
        "staffing.disputed", row.member.subject, by=by, now=now, reason=reason.strip(),
        after={"day": row.day},
    )  # fmt: skip
    return made.pk


def _attendance(attendance_id: int) -> Attendance:
    rows = Attendance.objects.select_for_update(of=("self",)).select_related("member")
    row = rows.filter(pk=attendance_id).first()
    if row is None:
        raise NotOnTeamError("没有这条到岗记录")
    return row


def _open_dispute(dispute_id: int) -> Dispute:
    rows = Dispute.objects.select_for_update(of=("self",)).select_related("attendance__member")
    row = rows.filter(pk=dispute_id).first()
    if row is None:
        raise NotOnTeamError("没有这项到岗争议")
    if row.outcome != Outcome.OPEN:
        raise StaffingStateError(f"这项争议已有结论：{row.get_outcome_display()}")
    return row


@transaction.atomic
def answer_dispute(dispute_id: int, *, answer: str, by: Actor, now: datetime) -> None:
    """The supplier says what it has to say; the client decides."""
    row = _open_dispute(dispute_id)
    if not answer.strip():
        raise InvalidStaffingError("请填写说明", field="answer")
    row.answer, row.answered_at, row.answered_by = answer.strip()[:300], now, by.label[:100]
    row.save(update_fields=["answer", "answered_at", "answered_by"])
    audit.record(
        "staffing.dispute_answered", row.attendance.member.subject, by=by, now=now,
        reason=row.answer, after={"day": row.attendance.day},
    )  # fmt: skip


@transaction.atomic
def settle_dispute(dispute_id: int, *, upheld: bool, by: Actor, now: datetime) -> None:
    """The client ends a dispute: the person was not there, or was there after all."""
    row = _open_dispute(dispute_id)
    row.outcome = Outcome.UPHELD if upheld else Outcome.WITHDRAWN
    row.closed_at, row.closed_by = now, by.label[:100]
    row.save(update_fields=["outcome", "closed_at", "closed_by"])
    audit.record(
        "staffing.dispute_settled", row.attendance.member.subject, by=by, now=now,
        after={"day": row.attendance.day, "outcome": row.get_outcome_display()},
    )  # fmt: skip


def _is_confirmed(contract: str, day: date) -> bool:
    return DayConfirmation.objects.filter(contract=contract, day=day).exists()


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What a confirmation reached: days confirmed, and days left open by disputes."""

    days: int
    disputed: tuple[date, ...]


@transaction.atomic
def confirm_days(contract: str, first: date, last: date, *, by: Actor, now: datetime) -> Confirmed:
    """The client agrees to who was there on the ended working days of [first, last).

    Days with an open dispute stay open; days confirmed before are left as they are.
    """
    if last <= first or last - first > LONGEST:
        raise InvalidStaffingError("请选择不超过三个月的一段日期")
    packs.get(contract)
    found = standings(contract, first, last, known_at=now)
    due = [d for d in found if d.is_working and d.ends_at <= now and not d.is_confirmed]
    disputed = [d for d in due if any(p.dispute == Outcome.OPEN for p in d.presences)]
    clear = [d for d in due if d not in disputed]
    for standing in clear:
        _, created = DayConfirmation.objects.get_or_create(
            contract=contract,
            day=standing.day,
            defaults={
                "present": standing.present,
                "confirmed_at": now,
                "confirmed_by": by.label[:100],
            },
        )
        kept = standing_on(contract, standing.day, known_at=now) if created else None
        if kept is not None:
            keep_day(kept, now=now)
    if clear:
        audit.record(
            "staffing.days_confirmed",
            Subject(packs.SUBJECT_KIND, contract, packs.get(contract).title),
            by=by,
            now=now,
            after={"first": clear[0].day, "last": clear[-1].day, "days": len(clear)},
        )
    return Confirmed(len(clear), tuple(d.day for d in disputed))


def keep_day(standing: DayStanding, *, now: datetime) -> None:
    """Keep a day as evidence: who was there against how many were wanted."""
    counted = [p for p in standing.presences if p.counts]
    evidence.keep(
        evidence.Fact(
            contract=standing.contract,
            kind="staffing.day",
            subject=Subject(
                "staffing.day",
                day_key(standing.contract, standing.day),
                f"{standing.day} 驻场 {standing.present}/{standing.required}",
            ),
            occurred_at=standing.ends_at,
            source="staffing",
            grade=standing.grade,
            payload={
                "day": standing.day.isoformat(),
                "required": standing.required,
                "present": standing.present,
                "gap": standing.gap,
                "members": [p.member_id for p in counted],
                "disputed": [p.member_id for p in standing.presences if not p.counts],
                "confirmed": standing.is_confirmed,
            },
        ),
        now=now,
    )
