"""Dates written as text: which ways of writing are known, and which days exist."""

import re
from dataclasses import dataclass
from datetime import date
from functools import cache

from steward.engine.expressions.pattern import Pattern

_LEAP = "(0[48]|[2468][048]|[13579][26])"
_TIME = "([ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\\.[0-9]{1,9})?)?)?"


def calendar_days(separator: str = "", *, end: str = "", years: str = "[12][0-9]{3}") -> str:
    """A regular expression for the days that exist from the year 1000 to 2999.

    `separator` stands after year and month, `end` after the day; both are regular expressions.
    A day in an automaton costs one scan of the text, where arithmetic on substrings costs seven,
    and needs no cast that could fail.
    """
    day_of_month = "|".join(
        (
            f"(0[13578]|1[02]){separator}(0[1-9]|[12][0-9]|3[01])",
            f"(0[469]|11){separator}(0[1-9]|[12][0-9]|30)",
            f"02{separator}(0[1-9]|1[0-9]|2[0-8])",
        )
    )
    leap_years = f"([12][0-9]{_LEAP}|(12|16|20|24|28)00)"
    return f"({years}{separator}({day_of_month})|{leap_years}{separator}02{separator}29){end}"


@dataclass(frozen=True, slots=True)
class DateFormat:
    """One way of writing; `year`, `month` and `day` are the first characters, from 1."""

    code: str
    expression: str
    month: int
    day: int

    def pattern(self) -> Pattern:
        return _pattern(f"^{self.expression}$")


@cache
def _pattern(source: str) -> Pattern:
    return Pattern.parse(source)


FORMATS = {
    form.code: form
    for form in (
        DateFormat("yyyy-MM-dd", calendar_days("-") + _TIME, 6, 9),
        DateFormat("yyyy/MM/dd", calendar_days("/") + _TIME, 6, 9),
        DateFormat("yyyy.MM.dd", calendar_days("\\."), 6, 9),
        DateFormat("yyyyMMdd", calendar_days(), 5, 7),
    )
}


def any_format(codes: tuple[str, ...]) -> Pattern:
    """One pattern for all the given ways of writing."""
    return _pattern(f"^({'|'.join(FORMATS[code].expression for code in codes)})$")


def parse_day(text: str) -> date | None:
    """The day that a text in any known way of writing means, or None."""
    if not any_format(tuple(FORMATS)).found_in(text):
        return None
    digits = re.sub("[^0-9]", "", text[:10])[:8]
    return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
