"""Working time: a versioned calendar and the one function that measures by it.

The same function measures the due time and the pauses. Local hours become UTC instants through
the zone: a wall-clock time that a DST change skips stands for the instant of the change, one
that occurs twice stands for the first. Instants are cut to the whole second.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, Self

from steward.kernel.errors import InvalidError
from steward.kernel.periods import Period
from steward.kernel.workhours import Hours, InvalidCalendarError, parse_hours, read_zone
from steward.kernel.worktable import WorkTable, from_epoch, to_epoch

__all__ = [
    "Calendar",
    "Hours",
    "InvalidCalendarError",
    "InvalidDurationError",
    "add_working_time",
    "end_of_working_day",
    "is_provisional",
    "is_working_day",
    "shift_working_days",
    "working_days_between",
    "working_intervals",
    "working_time",
]

SHANGHAI_ZONE = "Asia/Shanghai"
_WEEKDAYS = "一二三四五六日"
_KEYS = ("zone", "version", "official_until", "week", "exceptions")


class InvalidDurationError(InvalidError):
    """A negative duration or a day count below one."""

    code = "kernel.invalid_duration"


class Calendar:
    """One immutable version of a working calendar.

    `week` maps an ISO weekday (1 Monday to 7 Sunday) to its hours, `exceptions` a date to the
    hours it has instead: none for a holiday, hours of their own for a make-up day or a half day.
    Hours are texts like "09:00-12:00" (half-open, "24:00" allowed). Dates after `official_until`
    are provisional; None means that no date ever is. InvalidCalendarError names the wrong place.
    """

    def __init__(
        self,
        *,
        week: Mapping[int, Iterable[Hours | str]],
        official_until: date | None,
        version: str,
        exceptions: Mapping[date, Iterable[Hours | str]] | None = None,
        zone: str = SHANGHAI_ZONE,
    ) -> None:
        self._zone = read_zone(zone)
        self._week = tuple(
            parse_hours(week.get(day, ()), f"周{name}")
            for day, name in enumerate(_WEEKDAYS, start=1)
        )
        unknown = [day for day in week if day not in range(1, 8)]
        if unknown:
            raise InvalidCalendarError(f"星期应为 1（周一）到 7（周日），不能是 {unknown[0]}")
        if not any(self._week):
            raise InvalidCalendarError("日历的一周里没有任何工作时间，请至少给出一天的工作时段")
        given = exceptions or {}
        self._exceptions = {day: parse_hours(given[day], str(day)) for day in sorted(given)}
        self._official_until = official_until
        self._version = version
        self._table = WorkTable(self._zone, self.hours_on, official_until)

    @classmethod
    def always(cls) -> Self:
        """7×24: every instant is working time."""
        week = dict.fromkeys(range(1, 8), ("00:00-24:00",))
        return cls(week=week, official_until=None, version="7×24")

    @property
    def zone(self) -> str:
        return self._zone.key

    @property
    def version(self) -> str:
        return self._version

    @property
    def official_until(self) -> date | None:
        return self._official_until

    @property
    def week(self) -> dict[int, tuple[Hours, ...]]:
        """Hours of each ISO weekday; a copy."""
        return dict(enumerate(self._week, start=1))

    @property
    def exceptions(self) -> dict[date, tuple[Hours, ...]]:
        """Dates with hours of their own; a copy."""
        return dict(self._exceptions)

    @property
    def table(self) -> WorkTable:
        """The measured line of this version, for the clock: integers, seconds of the epoch."""
        return self._table

    def hours_on(self, day: date) -> tuple[Hours, ...]:
        """The hours of one local date: its exception, else its weekday."""
        own = self._exceptions.get(day)
        return self._week[day.weekday()] if own is None else own

    def local_date(self, instant: datetime) -> date:
        """The date of an instant in the zone of the calendar."""
        return instant.astimezone(self._zone).date()

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON; `from_dict` reads it back."""
        return {
            "zone": self.zone,
            "version": self._version,
            "official_until": self._official_until and self._official_until.isoformat(),
            "week": {str(n): [str(h) for h in hours] for n, hours in self.week.items() if hours},
            "exceptions": {
                day.isoformat(): [str(h) for h in hours] for day, hours in self._exceptions.items()
            },
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Read `to_dict`; InvalidCalendarError names the wrong place."""
        missing = [key for key in ("version", "official_until", "week") if key not in data]
        unknown = [key for key in data if key not in _KEYS]
        if missing or unknown:
            problem = f"缺少 {missing[0]}" if missing else f"没有名为“{unknown[0]}”的项"
            raise InvalidCalendarError(f"日历{problem}，应有：{'、'.join(_KEYS)}")
        until = data["official_until"]
        week, exceptions = (_read_table(data, key) for key in ("week", "exceptions"))
        return cls(
            zone=str(data.get("zone", SHANGHAI_ZONE)),
            version=str(data["version"]),
            official_until=None if until is None else _read_date(until, "official_until"),
            week={_read_weekday(key): hours for key, hours in week.items()},
            exceptions={_read_date(key, "exceptions"): hours for key, hours in exceptions.items()},
        )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Calendar) and self.to_dict() == other.to_dict()

    def __hash__(self) -> int:
        return hash((self.zone, self._version, self._official_until, self._week))

    def __repr__(self) -> str:
        return f"Calendar({self._version!r}, {self.zone})"


def _read_table(data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = data.get(key, {})
    if not isinstance(value, Mapping):
        raise InvalidCalendarError(f"{key} 应是一组“日子: 时段列表”，不能是“{value}”")
    return value


def _read_weekday(key: object) -> int:
    try:
        return int(str(key))
    except ValueError:
        raise InvalidCalendarError(f"星期应为 1（周一）到 7（周日），不能是“{key}”") from None


def _read_date(value: object, place: str) -> date:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise InvalidCalendarError(f"{place}：日期应写成 2026-02-14，不能是“{value}”") from None


def working_intervals(calendar: Calendar, period: Period) -> list[Period]:
    """The working periods inside `period`, in order; adjacent ones are joined."""
    return [
        Period(from_epoch(start), from_epoch(end))
        for start, end in calendar.table.intervals(to_epoch(period.start), to_epoch(period.end))
    ]


def working_time(calendar: Calendar, start: datetime, end: datetime) -> timedelta:
    """Working time from `start` to `end`; negative when `end` is earlier."""
    table = calendar.table
    return timedelta(seconds=table.upto(to_epoch(end)) - table.upto(to_epoch(start)))


def add_working_time(calendar: Calendar, start: datetime, duration: timedelta) -> datetime:
    """The earliest instant, not before `start`, at which so much working time has passed.

    The exact inverse of `working_time`: four hours from Friday 17:00 end when the day's hours
    end, not when the next ones begin. InvalidDurationError for a negative duration.
    """
    if duration < timedelta():
        raise InvalidDurationError(f"工作时长不能为负：{duration}")
    table, first = calendar.table, to_epoch(start)
    seconds = duration // timedelta(seconds=1)
    return from_epoch(max(first, table.reach(table.upto(first) + seconds)) if seconds else first)


def end_of_working_day(
    calendar: Calendar, start: datetime, n: int, *, count_start_day: bool = False
) -> datetime:
    """The end of the working hours of the `n`-th (from 1) working day after `start`.

    The first working day after the date of `start` is day 1. With `count_start_day` the date of
    `start` itself is day 1, if it is a working day whose hours have not yet ended at `start`.
    """
    if n < 1:
        raise InvalidDurationError(f"工作日数须不小于 1，不能是 {n}")
    table = calendar.table
    base = table.day_base(to_epoch(start), count_start_day=count_start_day)
    return from_epoch(table.reach_day(table.days_upto(base) + n))


def working_days_between(
    calendar: Calendar, start: datetime, end: datetime, *, count_start_day: bool = False
) -> int:
    """How many working days, counted as `end_of_working_day` counts them, have ended by `end`."""
    table = calendar.table
    base = table.day_base(to_epoch(start), count_start_day=count_start_day)
    return max(0, table.days_upto(to_epoch(end)) - table.days_upto(base))


def is_working_day(calendar: Calendar, day: date) -> bool:
    """Whether the local date has working hours at all."""
    return bool(calendar.hours_on(day))


def shift_working_days(calendar: Calendar, day: date, n: int) -> date:
    """The `n`-th working day after the date, or before it when `n` is negative; 0 is the date."""
    step = timedelta(days=1 if n > 0 else -1)
    for _ in range(abs(n)):
        day += step
        while not is_working_day(calendar, day):
            day += step
    return day


def is_provisional(calendar: Calendar, day: date) -> bool:
    """Whether the date lies after the last officially announced one."""
    return calendar.official_until is not None and day > calendar.official_until
