"""The roster of a month as a grid: what was planned and what happened, a cell for each day."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from steward.contracts.staffing import api as staffing
from steward.contracts.staffing.choices import Outcome, PlanState
from steward.contracts.staffing.models import RosterEntry
from steward.kernel.instants import local_date


@dataclass(frozen=True, slots=True)
class Cell:
    """One person on one day: a sign, its colour and the words for it."""

    day: date
    sign: str = ""
    css: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    member: staffing.MemberInfo
    cells: tuple[Cell, ...]
    present: int


@dataclass(frozen=True, slots=True)
class Grid:
    days: tuple[staffing.DayStanding, ...]
    rows: tuple[Row, ...]
    today: date

    @property
    def short(self) -> int:
        """Ended working days with a gap."""
        return sum(1 for day in self.days if day.day < self.today and day.gap)


def grid_of(contract: str, first: date, last: date, *, now: datetime) -> Grid:
    """The grid of [first, last) inside the contract's term, in a fixed number of queries."""
    today = local_date(now)
    days = tuple(staffing.standings(contract, first, last, known_at=now))
    entries = {
        (entry.member_id, entry.day): entry
        for entry in RosterEntry.objects.filter(
            member__contract=contract, day__gte=first, day__lt=last
        ).select_related("substitutes")
    }
    presences = {(p.member_id, d.day): p for d in days for p in d.presences}
    rows = []
    for member in staffing.everybody(contract):
        if not (member.is_on_site and _touches(member, first, last)):
            continue
        cells = tuple(
            _cell(
                standing.day,
                entries.get((member.id, standing.day)),
                presences.get((member.id, standing.day)),
                today=today,
            )
            if member.is_there(standing.day)
            else Cell(standing.day, css="out")
            for standing in days
        )
        present = sum(1 for (who, _), p in presences.items() if who == member.id and p.counts)
        rows.append(Row(member, cells, present))
    return Grid(days, tuple(rows), today)


def _touches(member: staffing.MemberInfo, first: date, last: date) -> bool:
    until = member.left_date or last + timedelta(days=1)
    return member.joined_date < last and until > first


def _cell(
    day: date, plan: RosterEntry | None, presence: staffing.Presence | None, *, today: date
) -> Cell:
    if presence is not None:
        return _present(day, presence)
    if plan is None or plan.state == PlanState.OFF:
        return Cell(day)
    if plan.state == PlanState.ABSENT:
        return Cell(day, "假", "absent", f"请假：{plan.reason}")
    if day < today:
        return Cell(day, "缺", "bad", "排班未到岗")
    if plan.substitutes is not None:
        return Cell(day, "代", "plan", f"代{plan.substitutes.name}到岗")
    return Cell(day, "○", "plan", "计划到岗")


def _present(day: date, presence: staffing.Presence) -> Cell:
    if presence.dispute == Outcome.OPEN:
        return Cell(day, "?", "warn", "到岗争议中，暂不计")
    if presence.dispute == Outcome.UPHELD:
        return Cell(day, "×", "bad", "认定未到岗")
    if presence.origin == staffing.Origin.LATE:
        return Cell(day, "补", "good", "事后登记到岗")
    return Cell(day, "●", "good", "本人签到")
