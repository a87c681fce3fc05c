"""A year of a calendar as twelve months of weeks of days, ready to be drawn."""

import calendar as weeks
from dataclasses import dataclass
from datetime import date

from steward.core.calendars.queries import CalendarInfo
from steward.kernel.worktime import is_provisional


@dataclass(frozen=True, slots=True)
class Day:
    """One cell; `kind` is off (a named day off), work (a make-up day), part (hours of its own),
    rest (a usual day off) or empty for a usual working day.
    """

    number: int
    kind: str
    sign: str
    words: str
    is_provisional: bool


@dataclass(frozen=True, slots=True)
class Month:
    number: int
    weeks: list[list[Day | None]]


def months_of(info: CalendarInfo, year: int) -> list[Month]:
    """The twelve months, weeks beginning on Monday; None stands for days of other months."""
    grid = weeks.Calendar(firstweekday=0)
    return [
        Month(
            number,
            [
                [_day(info, day) if day.month == number else None for day in week]
                for week in grid.monthdatescalendar(year, number)
            ],
        )
        for number in range(1, 13)
    ]


def _day(info: CalendarInfo, day: date) -> Day:
    hours = info.calendar.hours_on(day)
    usual = info.calendar.week[day.isoweekday()]
    name = info.day_names.get(day, "")
    kind, sign = _kind(hours, usual, named=bool(name))
    words = name or ("休息" if not hours else "工作日")
    if kind == "part":
        words = f"{words}：{'、'.join(map(str, hours))}"
    return Day(day.day, kind, sign, words, is_provisional(info.calendar, day))


def _kind(hours: object, usual: object, *, named: bool) -> tuple[str, str]:
    if not hours:
        return ("off", "休") if named or usual else ("rest", "")
    if hours == usual:
        return "", ""
    return ("part", "半") if usual else ("work", "班")
