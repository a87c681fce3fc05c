from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from steward.core.accounts.api import actor_of
from steward.core.calendars import api as calendars
from steward.core.calendars.notices import (
    Difference,
    Draft,
    InvalidNoticeError,
    differences,
    draft,
    read_entries,
)
from steward.core.calendars.pages.forms import NoticeForm
from steward.core.calendars.pages.months import months_of
from steward.core.calendars.queries import CalendarInfo, versions_of
from steward.core.calendars.seeds import WORK
from steward.core.ui.api import page, render_page
from steward.kernel.instants import local_date, now

VIEW, CHANGE = "calendars.calendar.view", "calendars.calendar.change"
YEARS = range(2000, 2101)


@page(VIEW)
def first(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """The statutory working calendar is what people look for."""
    return redirect("calendars:year", code=WORK)


def _version(code: str, number: str) -> CalendarInfo:
    """The version of that number, or the newest."""
    if number.isdecimal():
        for info in versions_of(code):
            if info.number == int(number):
                return info
        raise Http404
    return calendars.get(code)


@page(VIEW)
def year(request: HttpRequest, code: str) -> HttpResponse:
    """One year of a calendar: holidays, make-up days and half days, with the versions."""
    info = _version(code, request.GET.get("version", ""))
    text = request.GET.get("year", "")
    chosen = int(text) if text.isdecimal() else local_date(now()).year
    chosen = min(max(chosen, YEARS.start), YEARS.stop - 1)
    context = {
        "info": info,
        "calendars": calendars.all_calendars(),
        "year": chosen,
        "months": months_of(info, chosen),
        "spans": calendars.holiday_spans(info, chosen),
        "versions": versions_of(code),
        "provisional": info.official_until is not None and chosen > info.official_until.year,
        "may_change": request.user.has_perm(CHANGE),
    }
    return render_page(request, "calendars/year.html", context, title="工作日历")


@page(VIEW)
def compare(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """What a version changed against the one before it."""
    known = {info.number: info for info in versions_of(code)}
    if number not in known or number - 1 not in known:
        raise Http404
    old, new = known[number - 1], known[number]
    context = {
        "old": old,
        "new": new,
        "differences": differences(old, Draft(new.calendar, new.day_names)),
    }
    return render_page(request, "calendars/compare.html", context, title="版本差别")


@page(CHANGE)
def notice(request: HttpRequest, code: str) -> HttpResponse:
    """Enter a notice: check its dates, show what would change, and record it on confirmation."""
    info = calendars.get(code)
    form = NoticeForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"info": info, "form": form, "problems": []}
    if form.is_valid():
        try:
            drafted, changes = _read(form, info)
        except InvalidNoticeError as error:
            context["problems"] = error.problems
        else:
            if "confirm" in request.POST and changes:
                return _record(request, form, drafted, code=code)
            context |= {"form": form.shown_again(), "changes": changes, "checked": True}
    status = 422 if context["problems"] else 200
    return render_page(request, "calendars/notice.html", context, title="登记通知", status=status)


def _read(form: NoticeForm, info: CalendarInfo) -> tuple[Draft, list[Difference]]:
    form.rows_read = form.rows()
    entries = read_entries(form.rows_read, info.calendar)
    drafted = draft(info, entries, whole_years=form.cleaned_data["scope"] == "year")
    return drafted, differences(info, drafted)


def _record(request: HttpRequest, form: NoticeForm, drafted: Draft, *, code: str) -> HttpResponse:
    values = form.cleaned_data
    source = calendars.Notice(
        number=values["number"],
        published=values["published"],
        names=drafted.names,
        is_official=values["state"] == "official",
    )
    info = calendars.install_version(
        code, drafted.calendar, notice=source, by=actor_of(request.user), now=now()
    )
    messages.success(request, f"已登记第 {info.number} 版，未结束的时限会按新安排重算")
    return redirect("calendars:year", code=code)
