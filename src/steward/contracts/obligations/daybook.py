"""Days as one version of a working calendar knows them, with holidays found or expected."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

from steward.kernel.worktime import Calendar, is_provisional, shift_working_days

# Expected first days off of holidays by the moon, for years without a notice; the eve of the
# Spring Festival is a statutory day off since 2025. Replaced as soon as the notice is loaded.
EXPECTED: dict[tuple[str, int], date] = {
    ("春节", 2027): date(2027, 2, 5),
    ("春节", 2028): date(2028, 1, 25),
    ("春节", 2029): date(2029, 2, 12),
    ("春节", 2030): date(2030, 2, 2),
    ("清明", 2027): date(2027, 4, 5),
    ("清明", 2028): date(2028, 4, 4),
    ("清明", 2029): date(2029, 4, 4),
    ("清明", 2030): date(2030, 4, 5),
    ("端午", 2027): date(2027, 6, 9),
    ("端午", 2028): date(2028, 5, 28),
    ("端午", 2029): date(2029, 6, 16),
    ("端午", 2030): date(2030, 6, 5),
    ("中秋", 2027): date(2027, 9, 15),
    ("中秋", 2028): date(2028, 10, 3),
    ("中秋", 2029): date(2029, 9, 22),
    ("中秋", 2030): date(2030, 9, 12),
}
FIXED = {"元旦": (1, 1), "劳动节": (5, 1), "国庆节": (10, 1)}


@dataclass(frozen=True)
class DayBook:
    """A calendar with the names of its days off."""

    calendar: Calendar
    names: Mapping[date, str] = field(default_factory=dict)

    @cached_property
    def _blocks(self) -> dict[tuple[str, int], date]:
        """(holiday, year) → the first day off of the unbroken block that holds it.

        A block belongs to the year of its last day: 元旦 may begin on 30 December.
        """
        days = sorted(day for day in self.names if not self.calendar.hours_on(day))
        found: dict[tuple[str, int], date] = {}
        start = last = None
        run: list[date] = []
        for day in [*days, date.max]:
            if last is not None and day - last != timedelta(days=1):
                for inside in run:
                    found.setdefault((self.names[inside], last.year), start or inside)
                run, start = [], None
            run.append(day)
            start, last = start or day, day
        return found

    def first_day_off(self, holiday: str, year: int) -> tuple[date, bool] | None:
        """The first day off of a holiday in a year, and whether it is only expected.

        None when neither a notice nor an expectation knows it.
        """
        known = self._blocks.get((holiday, year))
        if known is not None:
            return known, False
        if holiday in FIXED:
            return date(year, *FIXED[holiday]), True
        expected = EXPECTED.get((holiday, year))
        return None if expected is None else (expected, True)

    def after_working_days(self, day: date, count: int) -> date:
        """The `count`-th working day from `day` on, `day` itself being the first that may count."""
        return shift_working_days(self.calendar, day - timedelta(days=1), count)

    def is_working_day(self, day: date) -> bool:
        return bool(self.calendar.hours_on(day))

    def is_expected(self, day: date) -> bool:
        """Whether the day lies after the last officially announced one."""
        return is_provisional(self.calendar, day)
