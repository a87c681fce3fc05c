"""The status board: each system with its last 90 days, its state now, and two figures."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from steward.kernel.instants import local_date
from steward.kernel.periods import (
    Period,
    contract_year,
    contract_year_number,
    day_of,
    month_of,
    year_of,
)
from steward.operations.monitoring.availability import Account, UnknownPolicy
from steward.operations.monitoring.models import ContractTerm, Monitor, StateChoice
from steward.operations.monitoring.queries.figures import SystemFigure, picture, systems
from steward.operations.monitoring.queries.monitors import MonitorInfo, to_info
from steward.operations.monitoring.queries.scope import visible_to
from steward.operations.monitoring.queries.spans import Known

DAYS = 90
_ONE_DAY = timedelta(days=1)
_CLASSES = {"down": "d", "planned": "m", "excluded": "m", "unknown": "u", "up": "", "none": "n"}
_WORDS = {"down": "有中断", "planned": "批准的维护", "excluded": "不可抗力", "unknown": "有未知时段",
          "up": "正常", "none": "没有数据"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class DayCell:
    """One day of a bar: its worst state, in a class of the style sheet and in words."""

    day: date
    state: str
    down_seconds: int

    @property
    def css(self) -> str:
        return _CLASSES[self.state]

    @property
    def words(self) -> str:
        lost = f" {_length(self.down_seconds)}" if self.down_seconds else ""
        return f"{self.day:%m-%d} {_WORDS[self.state]}{lost}"


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One system: state now, 90 days, this month and the contract year to date."""

    item_id: int
    name: str
    contract: str
    kind_label: str
    monitors: tuple[MonitorInfo, ...]
    days: tuple[DayCell, ...]
    month: Decimal | None
    year: Decimal | None
    year_words: str
    year_period: Period

    @property
    def active(self) -> tuple[MonitorInfo, ...]:
        return tuple(m for m in self.monitors if m.enabled)

    @property
    def down(self) -> tuple[MonitorInfo, ...]:
        return tuple(m for m in self.active if m.state == StateChoice.DOWN)

    @property
    def state(self) -> str:
        if self.down:
            return "down"
        if any(m.state == StateChoice.UP for m in self.active):
            return "up"
        return "unknown" if self.active else "paused"


@dataclass(frozen=True, slots=True)
class Board:
    """The rows asked for, and the counts over all of them before the state filter."""

    rows: tuple[BoardRow, ...]
    counts: dict[str, int]
    contracts: tuple[str, ...]
    first_day: date
    last_day: date
    month: Period


@dataclass(frozen=True, slots=True)
class BoardFilter:
    """What to show; empty fields show all."""

    contract: str = ""
    state: str = ""
    text: str = ""
    item_id: int = 0


def board(user: Any, wanted: BoardFilter, *, now: datetime) -> Board:
    """The board of a person's scope; the number of queries does not grow with the systems."""
    rows = list(
        visible_to(user).select_related("item__system").order_by("item__name", "item_id", "name")
    )
    contracts = tuple(sorted({row.item.contract for row in rows if row.item.contract}))
    rows = [row for row in rows if _fits(row, wanted)]
    found = _rows(rows, now=now)
    counts = {s: sum(r.state == s for r in found) for s in ("down", "unknown", "up", "paused")}
    today = local_date(now)
    return Board(
        rows=tuple(r for r in found if not wanted.state or r.state == wanted.state),
        counts=counts,
        contracts=contracts,
        first_day=today - timedelta(days=DAYS - 1),
        last_day=today,
        month=month_of(today),
    )


def _fits(row: Monitor, wanted: BoardFilter) -> bool:
    if wanted.contract and row.item.contract != wanted.contract:
        return False
    if wanted.item_id and row.system_id != wanted.item_id:
        return False
    text = wanted.text.strip().lower()
    return (
        not text
        or text in f"{row.item.system or ''} {row.item.name} {row.item.code} {row.name}".lower()
    )


def _rows(monitors: Sequence[Monitor], *, now: datetime) -> list[BoardRow]:
    today = local_date(now)
    bars = Period(day_of(today - timedelta(days=DAYS - 1)).start, day_of(today).end)
    ids = [m.pk for m in monitors]
    ninety = _figures(ids, bars, now=now)
    month = _figures(ids, month_of(today), now=now)
    years = year_starts({m.item.contract for m in monitors}, today)
    year: dict[int, SystemFigure] = {}
    for start in sorted({period.start for period, _ in years.values()}):
        some = [m for m in monitors if years[m.item.contract][0].start == start]
        period = years[some[0].item.contract][0]
        year |= _figures([m.pk for m in some], period, now=now)
    by_item: dict[int, list[Monitor]] = {}
    for monitor in monitors:
        by_item.setdefault(monitor.system_id, []).append(monitor)
    made = [_row(own, (ninety, month, year), years, bars=bars, now=now) for own in by_item.values()]
    return sorted(made, key=lambda row: (row.name, row.item_id))


def _row(
    own: list[Monitor],
    figures: tuple[dict[int, SystemFigure], ...],
    years: dict[str, tuple[Period, str]],
    *,
    bars: Period,
    now: datetime,
) -> BoardRow:
    ninety, month, year = figures
    first, item_id = own[0], own[0].system_id
    system = first.item.system or first.item
    period, words = years[first.item.contract]
    return BoardRow(
        item_id=item_id,
        name=system.name,
        contract=first.item.contract,
        kind_label=system.get_kind_display(),
        monitors=tuple(to_info(m, now=now) for m in own),
        days=tuple(day_cells(ninety[item_id].account, bars)),
        month=month[item_id].availability.ratio,
        year=year[item_id].availability.ratio,
        year_words=words,
        year_period=period,
    )


def _figures(ids: Sequence[int], period: Period, *, now: datetime) -> dict[int, SystemFigure]:
    seen = picture(ids, Known(period, now))
    return {figure.item_id: figure for figure in systems(seen, UnknownPolicy.EXCLUDED)}


def year_starts(contracts: set[str], today: date) -> dict[str, tuple[Period, str]]:
    """The contract year of each contract that holds today, else the calendar year, in words."""
    terms = dict(ContractTerm.objects.values_list("contract", "effective_date"))
    found = {}
    for contract in contracts:
        effective = terms.get(contract)
        if effective is None or effective > today:
            found[contract] = (year_of(today), "本年")
        else:
            number = contract_year_number(effective, today)
            found[contract] = (contract_year(effective, number), "合同年度")
    return found


def day_cells(account: Account, bars: Period) -> list[DayCell]:
    """The worst state of each local day (Asia/Shanghai has no daylight saving)."""
    count = bars.duration // _ONE_DAY
    states = ["none"] * count
    ranked = (("up", account.up), ("unknown", account.unknown), ("excluded", account.excluded),
              ("planned", account.planned), ("down", account.down))  # fmt: skip
    for state, periods in ranked:
        for period in periods:
            for index in _days_touched(period, bars):
                states[index] = state
    lost = _seconds_by_day(account.down, bars)
    first = local_date(bars.start)
    return [
        DayCell(first + timedelta(days=index), states[index], lost.get(index, 0))
        for index in range(count)
    ]


def _days_touched(period: Period, bars: Period) -> range:
    first = (period.start - bars.start) // _ONE_DAY
    last = (period.end - bars.start - timedelta(microseconds=1)) // _ONE_DAY
    return range(first, last + 1)


def _seconds_by_day(periods: Sequence[Period], bars: Period) -> dict[int, int]:
    lost: dict[int, int] = {}
    for period in periods:
        for index in _days_touched(period, bars):
            day = bars.start + index * _ONE_DAY
            part = period.intersect(Period(day, day + _ONE_DAY))
            if part is not None:
                lost[index] = lost.get(index, 0) + part.duration // timedelta(seconds=1)
    return lost


def _length(seconds: int) -> str:
    hours, rest = divmod(seconds, 3600)
    minutes, left = divmod(rest, 60)
    if hours:
        return f"{hours} h {minutes:02d} min"
    return f"{minutes} min" if minutes else f"{left} s"
