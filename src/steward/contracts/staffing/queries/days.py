"""Who was there day by day, as known at an instant, against the number that the contract wants."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from steward.contracts.packs import api as packs
from steward.contracts.staffing.choices import Origin, Outcome, PlanState
from steward.contracts.staffing.models import (
    DAY_KIND,
    Attendance,
    DayConfirmation,
    Dispute,
    RosterEntry,
)
from steward.contracts.staffing.queries.team import Terms, terms_between
from steward.core.calendars import api as calendars
from steward.kernel.instants import at_local, local_date
from steward.kernel.subjects import Subject
from steward.kernel.worktime import is_working_day

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Presence:
    """One person's presence on one day; it does not count while disputed or when refuted."""

    attendance_id: int
    member_id: int
    name: str
    origin: str
    recorded_at: datetime
    dispute: str

    @property
    def counts(self) -> bool:
        return self.dispute not in (Outcome.OPEN, Outcome.UPHELD)


@dataclass(frozen=True, slots=True)
class DayStanding:
    """One local date: how many are wanted, planned and were there."""

    contract: str
    day: date
    required: int
    is_working: bool
    planned: int
    presences: tuple[Presence, ...]
    is_confirmed: bool

    @property
    def present(self) -> int:
        return sum(1 for presence in self.presences if presence.counts)

    @property
    def gap(self) -> int:
        """How many were missing; a day that is no working day wants nobody."""
        return max(0, self.required - self.present) if self.is_working else 0

    @property
    def planned_gap(self) -> int:
        return max(0, self.required - self.planned) if self.is_working else 0

    @property
    def ends_at(self) -> datetime:
        return at_local(self.day + ONE_DAY)

    @property
    def grade(self) -> str:
        """C once the client confirmed the day, D while only the supplier states it."""
        return "C" if self.is_confirmed else "D"

    @property
    def subject(self) -> Subject:
        return Subject(DAY_KIND, day_key(self.contract, self.day), f"{self.day} 驻场出勤")


def day_key(contract: str, day: date) -> str:
    return f"{contract}:{day}"


def within_term(contract: str, first: date, last: date) -> tuple[date, date]:
    """[first, last) cut to the contract's term; perhaps empty (first = last)."""
    info = packs.get(contract)
    begin, end = max(first, info.start_date), min(last, info.end_date)
    return (begin, end) if begin < end else (begin, begin)


def standings(contract: str, first: date, last: date, *, known_at: datetime) -> list[DayStanding]:
    """Every local date of [first, last) inside the term, by what was recorded up to `known_at`."""
    begin, end = within_term(contract, first, last)
    if begin == end:
        return []
    terms = terms_between(contract, begin, end, known_at=known_at)
    present = _presences(contract, begin, end, known_at=known_at)
    planned = _planned(contract, begin, end)
    confirmed = _confirmed(contract, begin, end, known_at=known_at)
    return [
        DayStanding(
            contract=contract,
            day=day,
            required=holding.required,
            is_working=_works(holding, day, known_at=known_at),
            planned=planned.get(day, 0),
            presences=tuple(present.get(day, ())),
            is_confirmed=day in confirmed,
        )
        for day in (begin + timedelta(days=n) for n in range((end - begin).days))
        for holding in (_holding(terms, day),)
    ]


def _holding(terms: list[Terms], day: date) -> Terms:
    return max((t for t in terms if t.since <= day), key=lambda t: t.since)


def _works(terms: Terms, day: date, *, known_at: datetime) -> bool:
    if terms.staffing is None:
        return False
    return is_working_day(calendars.get(terms.calendar, known_at).calendar, day)


def _presences(
    contract: str, begin: date, end: date, *, known_at: datetime
) -> dict[date, list[Presence]]:
    rows = Attendance.objects.filter(
        member__contract=contract, day__gte=begin, day__lt=end, recorded_at__lte=known_at
    ).select_related("member")
    disputed = _disputes(contract, begin, end, known_at=known_at)
    found: dict[date, list[Presence]] = defaultdict(list)
    for row in rows.order_by("day", "recorded_at", "id"):
        found[row.day].append(
            Presence(
                attendance_id=row.pk,
                member_id=row.member_id,
                name=row.member.name,
                origin=row.origin,
                recorded_at=row.recorded_at,
                dispute=disputed.get(row.pk, ""),
            )
        )
    return found


def _disputes(contract: str, begin: date, end: date, *, known_at: datetime) -> dict[int, str]:
    """The last word on each disputed presence, as it stood at `known_at`."""
    rows = Dispute.objects.filter(
        attendance__member__contract=contract,
        attendance__day__gte=begin,
        attendance__day__lt=end,
        opened_at__lte=known_at,
    )
    found = {}
    for row in rows.order_by("id"):
        ended = row.closed_at is not None and row.closed_at <= known_at
        found[row.attendance_id] = row.outcome if ended else Outcome.OPEN.value
    return found


def _planned(contract: str, begin: date, end: date) -> dict[date, int]:
    rows = RosterEntry.objects.filter(
        member__contract=contract, day__gte=begin, day__lt=end, state=PlanState.ON_SITE
    )
    found: dict[date, int] = defaultdict(int)
    for day in rows.values_list("day", flat=True):
        found[day] += 1
    return found


def _confirmed(contract: str, begin: date, end: date, *, known_at: datetime) -> set[date]:
    rows = DayConfirmation.objects.filter(
        contract=contract, day__gte=begin, day__lt=end, confirmed_at__lte=known_at
    )
    return set(rows.values_list("day", flat=True))


def standing_on(contract: str, day: date, *, known_at: datetime) -> DayStanding | None:
    """One day of the term, or None outside it."""
    found = standings(contract, day, day + ONE_DAY, known_at=known_at)
    return found[0] if found else None


def understaffed(
    contract: str, start: datetime, end: datetime, *, as_of: datetime
) -> tuple[list[DayStanding], int]:
    """The working days of [start, end) that ended by `as_of` with too few there, and how many
    working days were looked at.
    """
    first, last = local_days(start, min(end, as_of))
    ended = [
        standing
        for standing in standings(contract, first, last, known_at=as_of)
        if standing.is_working and standing.ends_at <= min(end, as_of)
    ]
    return [standing for standing in ended if standing.gap], len(ended)


def local_days(start: datetime, end: datetime) -> tuple[date, date]:
    """The local dates that begin in [start, end), as [first, last)."""
    return _next_midnight(start), _next_midnight(end)


def _next_midnight(instant: datetime) -> date:
    day = local_date(instant)
    return day if at_local(day) >= instant else day + ONE_DAY


@dataclass(frozen=True, slots=True)
class OpenDispute:
    """A dispute that waits for one side."""

    id: int
    contract: str
    day: date
    name: str
    reason: str
    answer: str


def open_disputes(contracts: list[str]) -> list[OpenDispute]:
    """What is still disputed in these contracts, the oldest day first."""
    rows = Dispute.objects.filter(
        outcome=Outcome.OPEN, attendance__member__contract__in=contracts
    ).select_related("attendance__member")
    return [
        OpenDispute(
            row.pk,
            row.attendance.member.contract,
            row.attendance.day,
            row.attendance.member.name,
            row.reason,
            row.answer,
        )
        for row in rows.order_by("attendance__day", "id")[:100]
    ]


def origin_words(origin: str) -> str:
    return Origin(origin).label
