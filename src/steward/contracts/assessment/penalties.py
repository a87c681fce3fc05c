"""What a breach costs (clause C5): a pure function of the cases, the pack's penalty and a date.

Days late are local dates: the last day in time is day 0, the next one day 1. A day of payment or
correction still counts as late when it lies after the last day. Days of an agreed excuse do not
count. A cap holds over all cases of a penalty together, taken in the order in which they occurred.
Money is Decimal and each case is rounded once, after the cap, half up to the 分.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from steward.contracts.assessment.registry import ZERO, quotient
from steward.contracts.packs.api import Pack, Penalty
from steward.kernel.canonical import decimal_text as plain
from steward.kernel.money import format_yuan as yuan
from steward.kernel.money import round_money
from steward.kernel.worktime import Calendar, is_working_day

_DAY = timedelta(days=1)
_UNIT_DAYS = {"day": 1, "week": 7, "fortnight": 15}
_UNIT_WORDS = {"day": "日", "week": "周", "fortnight": "个 15 日"}
_BASE_WORDS = {
    "amount": "合同金额",
    "due": "逾期未付款",
    "paid": "已付款",
    "late": "逾期交付部分",
}


@dataclass(frozen=True, slots=True)
class Lapse:
    """One case as the arithmetic needs it.

    `occurred`: the day it happened, or for lateness the last day in time; `noticed`: when the
    other side demanded correction (penalties with cure days count from there). `cured`: the day
    it was put right or paid, None while it goes on. `base`: the amount that is late or due, where
    the penalty is worked out from it. `excused`: spans of dates, both included, agreed not to
    count.
    """

    id: int
    occurred: date
    noticed: date | None = None
    cured: date | None = None
    base: Decimal | None = None
    excused: tuple[tuple[date, date], ...] = ()


@dataclass(frozen=True, slots=True)
class Terms:
    """What the contract brings to a penalty: its amount, what is paid, the pack's calendars."""

    amount: Decimal
    paid: Decimal = ZERO
    calendars: Mapping[str, Calendar] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Case:
    """A breach of the supplier that counts: under which penalty, what happened, where it is."""

    lapse: Lapse
    penalty: str
    what: str


@dataclass(frozen=True, slots=True)
class Cases:
    """Every breach of the supplier that counts at a cut-off, with what is paid until then."""

    rows: tuple[Case, ...] = ()
    paid: Decimal = ZERO
    day: date = date.max


@dataclass(frozen=True, slots=True)
class Owed:
    """What one case comes to; `last_day` is the last day in time, `may_end` says that the right to
    end the contract has arisen, `exact` is the amount before cap and rounding.
    """

    id: int
    last_day: date
    days: int
    units: int
    exact: Decimal
    amount: Decimal
    formula: str
    capped: bool = False
    may_end: bool = False
    end_words: str = ""


def last_day_of(penalty: Penalty, lapse: Lapse) -> date:
    """The last day on which it was still in time."""
    begins = (lapse.noticed or lapse.occurred) if penalty.cure_days else lapse.occurred
    return begins + timedelta(days=penalty.cure_days)


def owed(penalty: Penalty, lapses: Iterable[Lapse], terms: Terms, *, as_of: date) -> list[Owed]:
    """What each case of one penalty comes to by a date, in the order in which they occurred."""
    spent = ZERO
    found = []
    for lapse in sorted(lapses, key=lambda one: (one.occurred, one.id)):
        one = _owed(penalty, lapse, terms, as_of=as_of, spent=spent)
        spent += min(one.exact, _left(penalty, _base(penalty, lapse, terms), spent))
        found.append(one)
    return found


def owed_by_supplier(pack: Pack, cases: Cases) -> list[tuple[Case, Penalty, Owed]]:
    """What each breach of the supplier comes to by the terms of a pack, penalty by penalty."""
    terms = Terms(pack.amount, cases.paid)
    found = []
    for penalty in pack.penalties:
        rows = {case.lapse.id: case for case in cases.rows if case.penalty == penalty.id}
        lapses = [case.lapse for case in rows.values()]
        found += [
            (rows[one.id], penalty, one) for one in owed(penalty, lapses, terms, as_of=cases.day)
        ]
    return found


def _left(penalty: Penalty, base: Decimal, spent: Decimal) -> Decimal:
    """What the cap still leaves; without a cap everything."""
    if penalty.cap is None:
        return Decimal("Infinity")
    return max(ZERO, penalty.cap * base - spent)


def _base(penalty: Penalty, lapse: Lapse, terms: Terms) -> Decimal:
    if penalty.base == "amount":
        return terms.amount
    if penalty.base == "paid":
        return terms.paid
    return min(terms.amount, terms.amount if lapse.base is None else lapse.base)


def _owed(penalty: Penalty, lapse: Lapse, terms: Terms, *, as_of: date, spent: Decimal) -> Owed:
    last_day = last_day_of(penalty, lapse)
    late = _late_days(lapse, last_day, as_of) if penalty.by_time else []
    units = _units(penalty, len(late)) if penalty.by_time else int(lapse.occurred <= as_of)
    base = _base(penalty, lapse, terms)
    exact = base * penalty.rate * units
    left = _left(penalty, base, spent)
    capped = exact > left
    amount = round_money(max(ZERO, min(exact, left)))
    may_end, end_words = _right_to_end(penalty, late, terms)
    return Owed(
        id=lapse.id,
        last_day=last_day,
        days=len(late),
        units=units,
        exact=exact,
        amount=amount,
        formula=_words(penalty, base, (units, len(late)), amount=amount, capped=capped),
        capped=capped,
        may_end=may_end,
        end_words=end_words,
    )


def _late_days(lapse: Lapse, last_day: date, as_of: date) -> list[date]:
    """Every date that counts as late: after the last day, up to the cure or the date asked."""
    end = as_of if lapse.cured is None else min(lapse.cured, as_of)
    days = (last_day + _DAY * n for n in range(1, (end - last_day).days + 1))
    return [day for day in days if not any(a <= day <= b for a, b in lapse.excused)]


def _units(penalty: Penalty, days: int) -> int:
    rounding = ROUND_CEILING if penalty.begun else ROUND_FLOOR
    units = quotient(Decimal(days), Decimal(_UNIT_DAYS[penalty.per]))
    return int(units.to_integral_value(rounding=rounding))


def _right_to_end(penalty: Penalty, late: list[date], terms: Terms) -> tuple[bool, str]:
    bound = penalty.ends_contract_after_days
    if bound is None:
        return False, ""
    calendar = terms.calendars.get(penalty.ends_contract_calendar or "")
    days = len(late)
    if calendar is not None:
        days = sum(1 for day in late if is_working_day(calendar, day))
    unit = "个工作日" if calendar is not None else "天"
    reached = penalty.ends_contract_on == "reached"
    may_end = days >= bound if reached else days > bound
    told = f"{'满' if reached else '超过'} {bound} {unit}可解除或终止合同，已逾期 {days} {unit}"
    return may_end, told


def _words(
    penalty: Penalty,
    base: Decimal,
    counted: tuple[int, int],
    *,
    amount: Decimal,
    capped: bool,
) -> str:
    units, days = counted
    words = f"{_BASE_WORDS[penalty.base]} {yuan(base)} × {plain(penalty.rate * 100)}%"
    if penalty.by_time:
        words += f" × {units} {_UNIT_WORDS[penalty.per]}（逾期 {days} 天）"
    if capped and penalty.cap is not None:
        words += f"，累计不超过 {plain(penalty.cap * 100)}%"
    return f"{words} = {yuan(amount)}"
