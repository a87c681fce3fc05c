"""The month as a grid and the year as a strip: what comes due when, and how it stands."""

import calendar as weeks
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db.models import Count, F, QuerySet
from django.db.models.functions import TruncMonth
from django.http import Http404, HttpRequest, HttpResponse

from steward.contracts.obligations.choices import SHADES, Decision, Standing
from steward.contracts.obligations.models import Moment, Occurrence
from steward.contracts.obligations.pages.frame import chooser, filters_of, titles
from steward.contracts.obligations.queries.moments import moments_visible_to
from steward.contracts.obligations.queries.occurrences import (
    VIEW,
    OccurrenceInfo,
    shown_between,
    standing_filter,
    to_info,
    visible_to,
)
from steward.core.ui.api import page, render_page
from steward.kernel.instants import SHANGHAI, at_local, local_date, now
from steward.kernel.periods import add_months

_SECOND = timedelta(seconds=1)
_SHOWN_A_DAY = 5
_STRIP = 13
_STAMP = "%Y-%m-%dT%H:%M:%SZ"
ORDER = (
    Standing.OVERDUE,
    Standing.DUE,
    Standing.LATE,
    Standing.UPCOMING,
    Standing.DONE,
    Standing.WAIVED,
)


@dataclass(frozen=True, slots=True)
class Daily:
    """The daily duties of one day together: how many of them stand how, in words."""

    done: int
    total: int
    shade: str
    words: str


@dataclass(frozen=True, slots=True)
class Cell:
    """One day: what comes due by its end; `more` are not shown for want of room."""

    day: date
    is_today: bool
    is_other: bool
    duties: list[OccurrenceInfo]
    more: int
    daily: Daily | None
    moments: list[Moment]
    since: str
    until: str


def _month(request: HttpRequest) -> date:
    text = request.GET.get("month", "") or f"{local_date(now()):%Y-%m}"
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise Http404("month") from None


@page(VIEW)
def month(request: HttpRequest) -> HttpResponse:
    """A month: each day with what comes due on it."""
    first = _month(request)
    at = now()
    days = [day for week in weeks.Calendar().monthdatescalendar(first.year, first.month)
            for day in week]  # fmt: skip
    since, until = at_local(days[0]), at_local(days[-1] + timedelta(days=1))
    rows = shown_between(_live(request), since, until).order_by("due_at", "id")
    by_day: dict[date, list[Occurrence]] = defaultdict(list)
    for row in rows:
        by_day[local_date((row.planned_at or row.due_at) - _SECOND)].append(row)
    moments = _moments(request, since, until)
    cells = [_cell(day, by_day[day], first=first, at=at, moments=moments) for day in days]
    context = {
        "choose": chooser(request),
        "first": first,
        "previous": f"{add_months(first, -1):%Y-%m}",
        "next": f"{add_months(first, 1):%Y-%m}",
        "weeks": [cells[i : i + 7] for i in range(0, len(cells), 7)],
        "agenda": [cell for cell in cells if not cell.is_other and (cell.duties or cell.moments)],
        "legend": [(s.label, SHADES[s]) for s in ORDER],
        "titles": titles(request),
    }
    title = f"{first.year}年{first.month}月义务"
    return render_page(request, "obligations/month.html", context, title=title)


def _live(request: HttpRequest) -> QuerySet[Occurrence]:
    """The asked occurrences; on a calendar the daily ones are always counted, in one line."""
    asked = replace(filters_of(request), daily=True)
    return asked.apply(visible_to(request.user)).filter(retired_at__isnull=True)


def _moments(request: HttpRequest, since: datetime, until: datetime) -> list[Moment]:
    rows = moments_visible_to(request.user).filter(
        state__in=(Decision.AGREED, Decision.PROPOSED), starts_at__lt=until, ends_at__gt=since
    )
    chosen = request.GET.get("contract", "")
    return list(rows.filter(contract=chosen) if chosen else rows)


def _cell(
    day: date, rows: list[Occurrence], *, first: date, at: datetime, moments: list[Moment]
) -> Cell:
    infos = [to_info(row, at) for row in rows if row.rhythm != "daily"]
    infos.sort(key=lambda info: ORDER.index(info.standing))
    start, end = at_local(day), at_local(day + timedelta(days=1))
    return Cell(
        day=day,
        is_today=day == local_date(at),
        is_other=day.month != first.month,
        duties=infos[:_SHOWN_A_DAY],
        more=max(0, len(infos) - _SHOWN_A_DAY),
        daily=_daily([to_info(row, at) for row in rows if row.rhythm == "daily"]),
        moments=[m for m in moments if m.starts_at < end and m.ends_at > start],
        since=f"{start:{_STAMP}}",
        until=f"{end:{_STAMP}}",
    )


def _daily(infos: list[OccurrenceInfo]) -> Daily | None:
    if not infos:
        return None
    counts = Counter(info.standing for info in infos)
    done = counts[Standing.DONE] + counts[Standing.LATE] + counts[Standing.WAIVED]
    worst = next(s for s in ORDER if counts[s])
    return Daily(done, len(infos), SHADES[worst], worst.label)


@dataclass(frozen=True, slots=True)
class Box:
    """One duty in one month: fulfilled of all, the worst standing in words, the list's address."""

    done: int
    total: int
    words: str
    shade: str
    url: str


@dataclass(frozen=True, slots=True)
class Line:
    contract: str
    code: str
    title: str
    boxes: list[Box | None]


@page(VIEW)
def year(request: HttpRequest) -> HttpResponse:
    """Thirteen months in a row for each duty.

    A contract year that begins within a month ends within that month of the next year.
    """
    first = _first_month(request)
    months = [add_months(first, n) for n in range(_STRIP)]
    since, until = at_local(months[0]), at_local(add_months(first, _STRIP))
    rows = shown_between(_live(request), since, until)
    context = {
        "choose": chooser(request),
        "first": first,
        "previous": f"{add_months(first, -12):%Y-%m}",
        "next": f"{add_months(first, 12):%Y-%m}",
        "months": months,
        "lines": _lines(rows, months, at=now()),
        "legend": [(s.label, SHADES[s]) for s in ORDER],
        "titles": titles(request),
    }
    return render_page(request, "obligations/year.html", context, title="年度义务")


def _first_month(request: HttpRequest) -> date:
    """The month asked for; else the first month of the chosen contract, else of this year."""
    if request.GET.get("month"):
        return _month(request)
    choose = chooser(request)
    start = next((c.start_date for c in choose.contracts if c.code == choose.contract), None)
    today = local_date(now())
    if start is None:
        return today.replace(month=1, day=1)
    begun = start.replace(day=1)
    while add_months(begun, 12) <= today.replace(day=1):
        begun = add_months(begun, 12)
    return begun


def _lines(rows: QuerySet[Occurrence], months: list[date], *, at: datetime) -> list[Line]:
    """One grouped query counts everything; a duty of an amended contract is one line."""
    counted = (
        rows.annotate(month=TruncMonth(F("shown_at") - _SECOND, tzinfo=SHANGHAI))
        .order_by()
        .values("contract", "code", "month")
        .annotate(
            **{s.value: Count("pk", filter=standing_filter(s, at)) for s in ORDER},
        )
    )
    names = dict(rows.order_by("duty__version").values_list("code", "duty__title").distinct())
    table: dict[tuple[str, str], dict[date, Box]] = defaultdict(dict)
    for row in counted:
        table[row["contract"], row["code"]][row["month"].date()] = _box(dict(row))
    return [
        Line(contract, code, names[code], [boxes.get(m) for m in months])
        for (contract, code), boxes in sorted(table.items())
    ]


def _box(row: dict[str, object]) -> Box:
    counts = {s: int(str(row[s.value])) for s in ORDER}
    worst = next((s for s in ORDER if counts[s]), Standing.UPCOMING)
    first = row["month"]
    assert isinstance(first, datetime)
    start = at_local(first.date())
    end = at_local(add_months(first.date(), 1))
    query = f"contract={row['contract']}&duty={row['code']}&daily=1&standing=all"
    times = f"shown_from={start:{_STAMP}}&shown_to={end:{_STAMP}}"
    return Box(
        done=counts[Standing.DONE] + counts[Standing.LATE] + counts[Standing.WAIVED],
        total=sum(counts.values()),
        words=worst.label,
        shade=SHADES[worst],
        url=f"/obligations/?{query}&{times}",
    )
