"""When an instalment falls due, what of it is paid, and how late it is; pure (clause C5).

Nothing is due before what it needs (invoice, confirmation, acceptance, funding) is on record, and
days to pay in are counted from the last of it. Where the text names no last day, or the named one
had passed before the last condition came, there is a day from which payment may be asked, and no
lateness of its own accord.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from steward.contracts.assessment.registry import ZERO
from steward.contracts.packs.api import Pack, Stage

NEED_WORDS = {
    "invoice": "乙方开具发票",
    "confirmation": "甲方确认工作量",
    "acceptance": "验收通过",
    "funding": "财政资金到位",
}
State = Literal["waiting", "open", "due", "late", "part", "paid"]
STATE_WORDS: dict[State, str] = {
    "waiting": "条件未满足",
    "open": "未到付款期",
    "due": "应付款",
    "late": "已逾期",
    "part": "部分已付",
    "paid": "已付清",
}


@dataclass(frozen=True, slots=True)
class DueDate:
    """From which day a stage may be asked for and its last day; what it still waits for."""

    from_day: date | None
    last_day: date | None
    missing: tuple[str, ...]
    words: str


def due_of(stage: Stage, pack: Pack, known: Mapping[str, date]) -> DueDate:
    """The due date of a stage; `known` maps each fulfilled need to its date."""
    missing = tuple(need for need in stage.needs if need not in known)
    if stage.due == "acceptance" and "acceptance" not in known and "acceptance" not in missing:
        missing = (*missing, "acceptance")
    if missing:
        words = "、".join(NEED_WORDS[need] for need in missing)
        return DueDate(None, stage.due_date, missing, f"待{words}")
    start = max([_anchor(stage, pack, known), *(known[need] for need in stage.needs)])
    if stage.due_date is not None and start <= stage.due_date:
        return DueDate(start, stage.due_date, (), f"不晚于 {stage.due_date}")
    if stage.due_date is not None:
        words = f"条件于 {start} 满足，晚于约定的 {stage.due_date}，合同未写新的最后日期"
        return DueDate(start, None, (), words)
    if stage.due_days is None:
        return DueDate(start, None, (), f"{start} 起可付，合同未写最后日期")
    last = start + timedelta(days=stage.due_days)
    return DueDate(start, last, (), f"{start} 起 {stage.due_days} 日内，不晚于 {last}")


def _anchor(stage: Stage, pack: Pack, known: Mapping[str, date]) -> date:
    if stage.due == "acceptance":
        return known["acceptance"]
    if stage.due == "term_end":
        return pack.period.end
    return pack.period.start


@dataclass(frozen=True, slots=True)
class Paid:
    """One confirmed payment."""

    day: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Standing:
    """How a stage stands on a date."""

    paid: Decimal
    open: Decimal
    state: State
    days_late: int
    paid_off: date | None


def standing_of(amount: Decimal, due: DueDate, paid: Iterable[Paid], *, as_of: date) -> Standing:
    """What is paid and open of an amount; `paid_off` is the day on which it became whole."""
    rows = sorted((row for row in paid if row.day <= as_of), key=lambda row: row.day)
    total = sum((row.amount for row in rows), ZERO)
    left = max(ZERO, amount - total)
    paid_off = _paid_off(amount, rows)
    end = as_of if paid_off is None else paid_off
    late = max(0, (end - due.last_day).days) if due.last_day and not due.missing else 0
    state = _state(due, (total, left), late, as_of=as_of)
    return Standing(total, left, state, late, paid_off)


def _state(due: DueDate, money: tuple[Decimal, Decimal], late: int, *, as_of: date) -> State:
    paid, left = money
    if not left:
        return "paid"
    if due.missing:
        return "waiting"
    if due.from_day is not None and as_of < due.from_day:
        return "open"
    if late:
        return "late"
    return "part" if paid else "due"


def _paid_off(amount: Decimal, rows: list[Paid]) -> date | None:
    total = ZERO
    for row in rows:
        total += row.amount
        if total >= amount:
            return row.day
    return None
