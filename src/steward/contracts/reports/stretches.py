"""The stretches that periodic reports cover: weeks, months and contract years cut to the term."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from steward.contracts.packs import api as packs
from steward.kernel.instants import at_local
from steward.kernel.periods import add_months

Rhythm = Literal["weekly", "monthly", "yearly"]
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that can be reported on: its key, its words, its half-open stretch."""

    key: str
    label: str
    start: datetime
    end: datetime


def stretches(rhythm: Rhythm, contract: packs.ContractInfo) -> Iterator[Choice]:
    """The stretches that partition the term, oldest first; keys are those of the obligations."""
    start = contract.start_date
    while start < contract.end_date:
        key, label, after = _CUTS[rhythm](start, contract)
        end = min(after, contract.end_date)
        yield Choice(key, label, at_local(start), at_local(end))
        start = end


def _week(start: date, contract: packs.ContractInfo) -> tuple[str, str, date]:
    year, week, weekday = start.isocalendar()
    after = start + timedelta(days=8 - weekday)
    last = min(after, contract.end_date) - DAY
    return f"{year}-W{week:02d}", f"{year}年第{week}周（{start:%m-%d}至{last:%m-%d}）", after


def _month(start: date, _: packs.ContractInfo) -> tuple[str, str, date]:
    after = add_months(start.replace(day=1), 1)
    return f"{start:%Y-%m}", f"{start.year}年{start.month}月", after


def _year(start: date, contract: packs.ContractInfo) -> tuple[str, str, date]:
    number = 1
    while add_months(contract.start_date, 12 * number) <= start:
        number += 1
    return f"y{number}", f"第{number}合同年度", add_months(contract.start_date, 12 * number)


_CUTS: dict[Rhythm, Callable[[date, packs.ContractInfo], tuple[str, str, date]]] = {
    "weekly": _week,
    "monthly": _month,
    "yearly": _year,
}
