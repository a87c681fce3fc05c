"""The measured line behind a calendar: whole seconds of the epoch, found by bisection.

Years are laid out when they are first asked for. Cumulative values are counted from the first
year ever laid out, so they stay the same when the line grows to either side; a grown line
replaces the old one in one assignment, so readers in other threads see one or the other.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from itertools import accumulate
from typing import NamedTuple

from steward.kernel.errors import InvalidError
from steward.kernel.workhours import DAY_MINUTES, Hours

FIRST_YEAR, LAST_YEAR = 1970, 2199
FOREVER = 1 << 62
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class CalendarRangeError(InvalidError):
    """An instant outside the years that a calendar lays out."""

    code = "kernel.calendar_range"


def to_epoch(instant: datetime) -> int:
    """Whole seconds of the epoch, cut down; a naive datetime is a programming error."""
    if instant.tzinfo is None:
        raise ValueError("naive datetime")
    passed = instant - _EPOCH
    return passed.days * 86_400 + passed.seconds


def from_epoch(seconds: int) -> datetime:
    """The UTC instant of whole seconds of the epoch."""
    return datetime.fromtimestamp(seconds, UTC)


def local_to_epoch(day: date, minutes: int, zone: tzinfo) -> int:
    """The instant of a wall-clock time; a skipped one is the instant of the change."""
    wall = datetime(day.year, day.month, day.day) + timedelta(minutes=minutes)  # noqa: DTZ001
    first = to_epoch(wall.replace(tzinfo=zone))
    if from_epoch(first).astimezone(zone).replace(tzinfo=None) == wall:
        return first
    low, high = to_epoch(wall.replace(tzinfo=zone, fold=1)), first
    before = from_epoch(low).astimezone(zone).utcoffset()
    while high - low > 1:
        middle = (low + high) // 2
        if from_epoch(middle).astimezone(zone).utcoffset() == before:
            low = middle
        else:
            high = middle
    return high


class _Day(NamedTuple):
    """One working date: its midnights, and when its hours open and close."""

    begins: int
    opens: int
    closes: int
    ends: int


@dataclass(frozen=True, slots=True)
class _Year:
    """One year of a calendar as instants."""

    year: int
    low: int
    high: int
    intervals: tuple[tuple[int, int], ...]
    days: tuple["_Day", ...]


@dataclass(frozen=True, slots=True)
class _Line:
    """Consecutive years joined: what bisection needs."""

    years: tuple[_Year, ...]
    anchor: int
    low: int
    high: int
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    before: tuple[int, ...]
    """Working seconds before each start, and at last the total."""
    days: tuple[_Day, ...]
    day_begins: tuple[int, ...]
    day_closes: tuple[int, ...]
    days_before: int
    """How many of the days lie before the anchor year."""


class WorkTable:
    """Two measures of the line of time: working seconds and ended working days.

    `upto` and `days_upto` are cumulative (only differences mean anything); `reach` and
    `reach_day` are their inverses: the earliest instant with that cumulative value.
    """

    def __init__(
        self,
        zone: tzinfo,
        hours_on: Callable[[date], tuple[Hours, ...]],
        official_until: date | None = None,
    ) -> None:
        self._zone = zone
        self._hours_on = hours_on
        self.official_end = (
            FOREVER if official_until is None else local_to_epoch(official_until, DAY_MINUTES, zone)
        )
        """The end of the last official date: what is due later is provisional."""
        self._line: _Line | None = None

    def upto(self, instant: int) -> int:
        """Working seconds before the instant."""
        line = self._line
        if line is None or not line.low <= instant < line.high:
            line = self._cover(instant)
        index = bisect_right(line.starts, instant)
        if not index:
            return line.before[0]
        if instant < line.ends[index - 1]:
            return line.before[index - 1] + instant - line.starts[index - 1]
        return line.before[index]

    def reach(self, value: int) -> int:
        """The earliest instant before which `value` working seconds lie."""
        line = self._line or self._cover(0)
        while value <= line.before[0]:
            line = self._extend(line.years[0].year - 1)
        while value > line.before[-1]:
            line = self._extend(line.years[-1].year + 1)
        index = bisect_left(line.before, value) - 1
        return line.starts[index] + value - line.before[index]

    def days_upto(self, instant: int) -> int:
        """Working days whose hours have ended at the instant."""
        line = self._line
        if line is None or not line.low <= instant < line.high:
            line = self._cover(instant)
        return bisect_right(line.day_closes, instant) - line.days_before

    def reach_day(self, value: int) -> int:
        """The closing of the working day that brings `days_upto` to `value`."""
        line = self._line or self._cover(0)
        while value + line.days_before < 1:
            line = self._extend(line.years[0].year - 1)
        while value + line.days_before > len(line.day_closes):
            line = self._extend(line.years[-1].year + 1)
        return line.day_closes[value + line.days_before - 1]

    def opening(self, closing: int) -> int:
        """The opening of the working day that closes then (a value of `reach_day`)."""
        line = self._cover(closing)
        return line.days[bisect_left(line.day_closes, closing)].opens

    def day_base(self, instant: int, *, count_start_day: bool) -> int:
        """From where working days are counted: the instant, or the closing of its local date."""
        if count_start_day:
            return instant
        line = self._cover(instant)
        index = bisect_right(line.day_begins, instant) - 1
        if index < 0 or instant >= line.days[index].ends:
            return instant
        return max(instant, line.days[index].closes)

    def intervals(self, start: int, end: int) -> list[tuple[int, int]]:
        """The working intervals cut to [start, end), in order, adjacent ones joined."""
        self._cover(start)
        line = self._cover(end)
        first = max(bisect_right(line.starts, start) - 1, 0)
        last = bisect_left(line.starts, end)
        pairs = zip(line.starts[first:last], line.ends[first:last], strict=True)
        cut = [(max(a, start), min(b, end)) for a, b in pairs]
        return [(a, b) for a, b in cut if a < b]

    def _cover(self, instant: int) -> _Line:
        line = self._line
        if line is None:
            year = from_epoch(instant).astimezone(self._zone).year
            line = self._extend(min(max(year, FIRST_YEAR), LAST_YEAR))
        while instant < line.low:
            line = self._extend(line.years[0].year - 1)
        while instant >= line.high:
            line = self._extend(line.years[-1].year + 1)
        return line

    def _extend(self, year: int) -> _Line:
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise CalendarRangeError(
                f"工作日历只覆盖 {FIRST_YEAR} 到 {LAST_YEAR} 年，无法推算到 {year} 年"
            )
        years = self._line.years if self._line else ()
        laid = _lay_out(self._zone, self._hours_on, year)
        years = tuple(sorted((*years, laid), key=lambda one: one.year))
        anchor = self._line.anchor if self._line else year
        self._line = line = _connect(years, anchor)
        return line


def _lay_out(zone: tzinfo, hours_on: Callable[[date], tuple[Hours, ...]], year: int) -> _Year:
    intervals: list[tuple[int, int]] = []
    days: list[_Day] = []
    for ordinal in range(date(year, 1, 1).toordinal(), date(year + 1, 1, 1).toordinal()):
        day = date.fromordinal(ordinal)
        edges = [
            (local_to_epoch(day, h.start, zone), local_to_epoch(day, h.end, zone))
            for h in hours_on(day)
        ]
        intervals.extend((start, end) for start, end in edges if start < end)
        if edges:
            begins, ends = local_to_epoch(day, 0, zone), local_to_epoch(day, DAY_MINUTES, zone)
            days.append(_Day(begins, edges[0][0], edges[-1][1], ends))
    low, high = (local_to_epoch(date(y, 1, 1), 0, zone) for y in (year, year + 1))
    return _Year(year, low, high, tuple(intervals), tuple(days))


def _connect(years: tuple[_Year, ...], anchor: int) -> _Line:
    joined: list[tuple[int, int]] = []
    for start, end in (pair for one in years for pair in one.intervals):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    earlier = [one for one in years if one.year < anchor]
    seconds_before = sum(end - start for one in earlier for start, end in one.intervals)
    days = tuple(day for one in years for day in one.days)
    return _Line(
        years=years,
        anchor=anchor,
        low=years[0].low,
        high=years[-1].high,
        starts=tuple(start for start, _ in joined),
        ends=tuple(end for _, end in joined),
        before=tuple(accumulate((end - start for start, end in joined), initial=-seconds_before)),
        days=days,
        day_begins=tuple(day.begins for day in days),
        day_closes=tuple(day.closes for day in days),
        days_before=sum(len(one.days) for one in earlier),
    )
