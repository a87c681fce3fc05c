"""Half-open periods of UTC instants, and the calendar periods of Asia/Shanghai.

A period is never empty: what would be empty is `None` (intersect) or absent (lists).
Dates given to this module are dates on the clock of Asia/Shanghai.
"""

from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Self

from steward.kernel.errors import InvalidError
from steward.kernel.instants import at_local, local_date


class InvalidPeriodError(InvalidError):
    """A period that does not end after it starts, or that is not on the UTC line."""

    code = "kernel.invalid_period"


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """The instants from `start` (in) to `end` (out), both aware, kept in UTC.

    Raises InvalidPeriodError for naive datetimes and when `end` is not after `start`.
    """

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise InvalidPeriodError(
                f"时间段 {self.start} 至 {self.end} 没有时区，请给出带时区的时间"
            )
        object.__setattr__(self, "start", self.start.astimezone(UTC))
        object.__setattr__(self, "end", self.end.astimezone(UTC))
        if self.end <= self.start:
            raise InvalidPeriodError(
                f"时间段的结束 {self.end.isoformat()} 须晚于开始 {self.start.isoformat()}"
            )

    @property
    def duration(self) -> timedelta:
        return self.end - self.start

    def contains(self, instant: datetime) -> bool:
        """Whether the instant lies inside; the end does not."""
        return self.start <= instant < self.end

    def covers(self, other: Self) -> bool:
        """Whether every instant of `other` lies inside."""
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: Self) -> bool:
        """Whether at least one instant is common; touching ends are not."""
        return self.start < other.end and other.start < self.end

    def intersect(self, other: Self) -> "Period | None":
        """The common instants, or None when there are none."""
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Period(start, end) if start < end else None


def merge(periods: Iterable[Period]) -> list[Period]:
    """The union: sorted, disjoint, with touching periods joined."""
    merged: list[Period] = []
    for period in sorted(periods):
        if merged and period.start <= merged[-1].end:
            if period.end > merged[-1].end:
                merged[-1] = Period(merged[-1].start, period.end)
        else:
            merged.append(period)
    return merged


def subtract(periods: Iterable[Period], holes: Iterable[Period]) -> list[Period]:
    """The union of `periods` without any instant of `holes`: sorted and disjoint."""
    gaps = merge(holes)
    left: list[Period] = []
    for period in merge(periods):
        start = period.start
        for gap in gaps:
            if gap.end <= start:
                continue
            if gap.start >= period.end:
                break
            if gap.start > start:
                left.append(Period(start, gap.start))
            start = gap.end
        if start < period.end:
            left.append(Period(start, period.end))
    return left


def clip(periods: Iterable[Period], bounds: Period) -> list[Period]:
    """Each period cut to `bounds`, in the given order; those outside are dropped."""
    return [cut for period in periods if (cut := period.intersect(bounds)) is not None]


def total(periods: Iterable[Period]) -> timedelta:
    """The duration of the union: an instant covered twice counts once."""
    return sum((period.duration for period in merge(periods)), timedelta())


def _between(first: date, after: date) -> Period:
    return Period(at_local(first), at_local(after))


def dates_period(first: date, last: date) -> Period:
    """From the midnight that begins `first` to the midnight that ends `last`."""
    return _between(first, last + timedelta(days=1))


def day_of(day: date) -> Period:
    """The whole local day."""
    return dates_period(day, day)


def week_of(day: date) -> Period:
    """The ISO week (Monday to Sunday) that holds the day."""
    monday = day - timedelta(days=day.weekday())
    return _between(monday, monday + timedelta(days=7))


def month_of(day: date) -> Period:
    """The calendar month that holds the day."""
    first = day.replace(day=1)
    return _between(first, add_months(first, 1))


def quarter_of(day: date) -> Period:
    """The calendar quarter that holds the day."""
    first = date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
    return _between(first, add_months(first, 3))


def year_of(day: date) -> Period:
    """The calendar year that holds the day."""
    return _between(date(day.year, 1, 1), date(day.year + 1, 1, 1))


def add_months(day: date, months: int) -> date:
    """The same day of the month so many months later (or earlier), cut to the month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def months_between(first: date, second: date) -> int:
    """Whole months from `first` to `second`; negative when `second` is earlier."""
    if second < first:
        return -months_between(second, first)
    months = (second.year - first.year) * 12 + second.month - first.month
    return months if add_months(first, months) <= second else months - 1


def contract_year(effective: date, number: int) -> Period:
    """The `number`-th (from 1) contract year of a contract in force from `effective`."""
    if number < 1:
        raise InvalidPeriodError(f"合同年度从 1 开始，不能是 {number}")
    return _between(add_months(effective, 12 * (number - 1)), add_months(effective, 12 * number))


def contract_year_number(effective: date, day: date) -> int:
    """Which contract year (from 1) holds the day; InvalidPeriodError before the contract."""
    if day < effective:
        raise InvalidPeriodError(f"{day} 早于合同生效日 {effective}，不属于任何合同年度")
    return months_between(effective, day) // 12 + 1


def _pieces(period: Period, piece_of: Callable[[date], Period]) -> Iterator[Period]:
    cursor = period.start
    while cursor < period.end:
        piece = piece_of(local_date(cursor))
        yield piece
        cursor = piece.end


def days_in(period: Period) -> list[date]:
    """Every local date that the period touches."""
    return [local_date(piece.start) for piece in _pieces(period, day_of)]


def weeks_in(period: Period) -> list[Period]:
    """Every ISO week that the period touches, uncut (clip() cuts)."""
    return list(_pieces(period, week_of))


def months_in(period: Period) -> list[Period]:
    """Every calendar month that the period touches, uncut (clip() cuts)."""
    return list(_pieces(period, month_of))


def quarters_in(period: Period) -> list[Period]:
    """Every calendar quarter that the period touches, uncut (clip() cuts)."""
    return list(_pieces(period, quarter_of))
