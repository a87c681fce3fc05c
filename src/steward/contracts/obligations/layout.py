"""Lay a duty out over a term (clause C3): pure, from the pack and the calendar to windows."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from steward.contracts.obligations.daybook import DayBook
from steward.contracts.packs.api import HOLIDAYS, Obligation, Rhythm
from steward.kernel.instants import at_local, local_date
from steward.kernel.periods import add_months

DAY = timedelta(days=1)
DEFAULT_OPEN_DAYS = 15
_YEAR = 12


@dataclass(frozen=True, slots=True)
class Term:
    """Local dates from `start` to `end`, half-open."""

    start: date
    end: date


@dataclass(frozen=True, slots=True)
class MomentSpan:
    """A confirmed important moment; `known_at` is when both sides had agreed on it."""

    id: int
    title: str
    starts_at: datetime
    ends_at: datetime
    known_at: datetime


@dataclass(frozen=True, slots=True)
class Planned:
    """One occurrence: the window [opens_at, due_at), and what it is called.

    `key` is stable for ever within a duty; `for_at` is the end of the stretch that it belongs to,
    never after `due_at`; `planned_at` is the suggested end of one of n shares;
    `is_expected` says that an unpublished holiday notice may still move it.
    """

    key: str
    label: str
    opens_at: datetime
    due_at: datetime
    for_at: datetime
    planned_at: datetime | None = None
    is_expected: bool = False
    moment_id: int | None = None


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of the term, half-open, that one or several occurrences belong to."""

    key: str
    label: str
    first: date
    after: date


def lay_out(
    duty: Obligation, term: Term, *, days: DayBook, moments: Sequence[MomentSpan] = ()
) -> list[Planned]:
    """Every occurrence of a duty in a term, in the order of their due times.

    Stretches lie inside the term; only a stated `days_after` carries a due time past its end.
    """
    makers: dict[str, Callable[[], Iterator[Planned]]] = {
        "before_holidays": lambda: _before_holidays(duty, term, days),
        "ahead": lambda: _ahead(duty, term, moments),
        "during": lambda: _during(duty, term, days, moments=moments),
        "once": lambda: _once(duty, term, days),
        "per_period": lambda: _counted(duty, term, days),
    }
    made = makers.get(duty.rhythm.kind, lambda: _each(duty, term, days))()
    return sorted(made, key=lambda planned: (planned.due_at, planned.key))


def stretches(kind: str, term: Term, *, days: DayBook, rhythm: Rhythm) -> Iterator[Stretch]:
    """The parts that partition the term, the first and the last cut to it.

    With `working_days_only` the days off are left out of the days.
    """
    start = term.start
    while start < term.end:
        key, label, after = _CUTS[kind](start, term)
        stretch = Stretch(key, label, start, min(after, term.end))
        if not rhythm.working_days_only or kind != "daily" or days.is_working_day(start):
            yield stretch
        start = stretch.after


def _day(start: date, _: Term) -> tuple[str, str, date]:
    return start.isoformat(), f"{start.year}年{start.month}月{start.day}日", start + DAY


def _week(start: date, term: Term) -> tuple[str, str, date]:
    year, week, weekday = start.isocalendar()
    after = start + timedelta(days=8 - weekday)
    last = min(after, term.end) - DAY
    return f"{year}-W{week:02d}", f"{year}年第{week}周（{start:%m-%d}至{last:%m-%d}）", after


def _month(start: date, _: Term) -> tuple[str, str, date]:
    return (
        f"{start:%Y-%m}",
        f"{start.year}年{start.month}月",
        add_months(start.replace(day=1), 1),
    )


def _quarter(start: date, _: Term) -> tuple[str, str, date]:
    number = (start.month + 2) // 3
    after = add_months(date(start.year, number * 3, 1), 1)
    return f"{start.year}-Q{number}", f"{start.year}年第{number}季度", after


def _half(start: date, _: Term) -> tuple[str, str, date]:
    number = 1 if start.month <= 6 else 2
    after = add_months(date(start.year, number * 6, 1), 1)
    return f"{start.year}-H{number}", f"{start.year}年{'上' if number == 1 else '下'}半年", after


def _contract_year(start: date, term: Term) -> tuple[str, str, date]:
    number = 1
    while add_months(term.start, _YEAR * number) <= start:
        number += 1
    return f"y{number}", f"第{number}合同年度", add_months(term.start, _YEAR * number)


def _whole(_: date, term: Term) -> tuple[str, str, date]:
    return "term", "合同期", term.end


_CUTS: dict[str, Callable[[date, Term], tuple[str, str, date]]] = {
    "daily": _day,
    "weekly": _week,
    "week": _week,
    "monthly": _month,
    "month": _month,
    "quarterly": _quarter,
    "quarter": _quarter,
    "half_yearly": _half,
    "half_year": _half,
    "yearly": _contract_year,
    "contract_year": _contract_year,
    "term": _whole,
}


def _due(duty: Obligation, after: date, days: DayBook) -> tuple[date, bool]:
    """The first day after the window of a stretch that ends before `after`, and if expected."""
    window = duty.window
    if window.working_days_after is not None:
        last = days.after_working_days(after, window.working_days_after)
        return last + DAY, days.is_expected(last)
    return after + timedelta(days=window.days_after or 0), False


def _each(duty: Obligation, term: Term, days: DayBook) -> Iterator[Planned]:
    for stretch in stretches(duty.rhythm.kind, term, days=days, rhythm=duty.rhythm):
        due, expected = _due(duty, stretch.after, days)
        opens = stretch.after if duty.window.opens == "end" else stretch.first
        yield Planned(
            stretch.key, stretch.label, at_local(opens), at_local(due),
            for_at=at_local(stretch.after), is_expected=expected,
        )  # fmt: skip


def _counted(duty: Obligation, term: Term, days: DayBook) -> Iterator[Planned]:
    """n in each stretch: all may be done until its end, each has a share to plan it in."""
    count = duty.rhythm.count or 1
    for stretch in stretches(duty.rhythm.per, term, days=days, rhythm=duty.rhythm):
        due, expected = _due(duty, stretch.after, days)
        opens = stretch.after if duty.window.opens == "end" else stretch.first
        length = (stretch.after - stretch.first).days
        for number in range(1, count + 1):
            share = stretch.first + timedelta(days=max(1, length * number // count))
            planned = None if count == 1 or duty.window.opens == "end" else at_local(share)
            words = f"{stretch.label}第{number}次" if count > 1 else stretch.label
            yield Planned(
                f"{stretch.key}-{number}", words, at_local(opens), at_local(due),
                for_at=at_local(stretch.after), planned_at=planned, is_expected=expected,
            )  # fmt: skip


def _before_holidays(duty: Obligation, term: Term, days: DayBook) -> Iterator[Planned]:
    """In the days before the holiday's first day off; that day must lie inside the term."""
    length = timedelta(days=duty.window.open_days or duty.rhythm.days_ahead or DEFAULT_OPEN_DAYS)
    for name in dict.fromkeys(HOLIDAYS.get(name, name) for name in duty.rhythm.holidays):
        for year in range(term.start.year, term.end.year + 1):
            found = days.first_day_off(name, year)
            if found is None or not term.start < found[0] < term.end:
                continue
            first, expected = found
            opens = max(term.start, first - length)
            yield Planned(
                f"{name}-{year}", f"{year}年{name}前", at_local(opens), at_local(first),
                for_at=at_local(first), is_expected=expected,
            )  # fmt: skip


def _ahead(duty: Obligation, term: Term, moments: Sequence[MomentSpan]) -> Iterator[Planned]:
    """So many days before a moment begins; announced later than that, until it begins.

    A moment that had begun before both sides knew of it leaves nothing to check ahead.
    """
    start = at_local(term.start)
    length = timedelta(days=duty.window.open_days or DEFAULT_OPEN_DAYS)
    for moment in moments:
        if not start <= moment.starts_at < at_local(term.end):
            continue
        floor = max(start, moment.known_at)
        due = moment.starts_at - timedelta(days=duty.rhythm.days_ahead or 0)
        due = due if due > floor else moment.starts_at
        if due <= floor:
            continue
        yield Planned(
            f"moment-{moment.id}", f"“{moment.title}”前", max(start, due - length), due,
            for_at=due, moment_id=moment.id,
        )  # fmt: skip


def _during(
    duty: Obligation, term: Term, days: DayBook, *, moments: Sequence[MomentSpan]
) -> Iterator[Planned]:
    """While a moment lasts, with the days after it that the window allows for the record."""
    for moment in moments:
        if not at_local(term.start) <= moment.starts_at < at_local(term.end):
            continue
        due, expected = _due(duty, local_date(moment.ends_at), days)
        yield Planned(
            f"moment-{moment.id}", f"“{moment.title}”期间", moment.starts_at, at_local(due),
            for_at=min(moment.ends_at, at_local(due)), is_expected=expected, moment_id=moment.id,
        )  # fmt: skip


def _once(duty: Obligation, term: Term, days: DayBook) -> Iterator[Planned]:
    """Once: from the start of the term (until `days_after` it), or at its end."""
    if duty.rhythm.at == "end":
        due, expected = _due(duty, term.end, days)
        opens = term.end if duty.window.opens == "end" else term.start
        yield Planned(
            "once", "合同期满", at_local(opens), at_local(due),
            for_at=at_local(term.end), is_expected=expected,
        )  # fmt: skip
        return
    has_limit = duty.window.days_after is not None or duty.window.working_days_after is not None
    due, expected = _due(duty, term.start, days) if has_limit else (term.end, False)
    yield Planned(
        "once", "合同开始", at_local(term.start), at_local(due),
        for_at=at_local(min(due, term.end)), is_expected=expected,
    )  # fmt: skip
