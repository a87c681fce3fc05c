import json
from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import F, Func, IntegerField, Prefetch, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.dateparse import parse_date

from steward.core.access import api as access
from steward.core.accounts.api import actor_of
from steward.core.ui.api import page, render_page, slice_of
from steward.data.catalog import rates as services
from steward.data.catalog.models import CollectionDecision, RateDay, RateDrop
from steward.data.catalog.pages.forms import DecisionForm
from steward.data.catalog.pages.frame import place_error
from steward.data.catalog.queries import VIEW, catalogue_for, catalogues_for, uncollected
from steward.kernel.errors import StewardError
from steward.kernel.instants import now as wall_clock

DECIDE = "catalog.rate.decide"
_DAYS = 180
ONLY = {"faulty": "不符合编目标准的目录", "stale": "更新逾期的目录"}
CHART_OPTIONS = json.dumps(
    {
        "animation": False,
        "maintainAspectRatio": False,
        "scales": {"x": {"grid": {"display": False}}, "y": {"suggestedMax": 100, "grid": {}}},
        "plugins": {"legend": {"display": False}},
    }
)


@page(VIEW)
def rate_page(request: HttpRequest) -> HttpResponse:
    """归集率: now by department, over time, the falls that are not made good."""
    bodies = access.visible_organizations(request.user, VIEW)
    days, drops = RateDay.objects.all(), RateDrop.objects.filter(regained_on__isnull=True)
    if bodies is not None:
        days = days.filter(organization_id__in=bodies)
        drops = drops.filter(organization_id__in=bodies)
    newest = days.order_by("-day").values_list("day", flat=True).first()
    kept = days.filter(day=newest).select_related("organization") if newest else []
    lines = [(row, services.rate_of(row)) for row in kept]
    lines.sort(key=lambda line: (line[1].value is None, line[1].value, line[0].organization.name))
    context = {
        "day": newest,
        "lines": [(row, rate, rate.listed - rate.collected) for row, rate in lines],
        "total": _sum(lines),
        "drops": drops.select_related("organization"),
        "chart": _chart(_days(days)),
        "chart_options": CHART_OPTIONS,
    }
    return render_page(request, "catalog/rate.html", context, title="归集率")


def _sum(lines: list[tuple[RateDay, services.Rate]]) -> services.Rate:
    return services.Rate(
        sum(rate.listed for _, rate in lines), sum(rate.collected for _, rate in lines)
    )


def _days(rows: QuerySet[RateDay]) -> list[tuple[date, int, int]]:
    """Listed and collected of all these departments, of the newest 180 days, oldest first."""
    sizes = {
        name: Sum(Func(F(name), function="cardinality", output_field=IntegerField()))
        for name in ("listed", "collected")
    }
    counted = rows.order_by().values("day").annotate(**{f"n_{k}": v for k, v in sizes.items()})
    found = counted.order_by("-day").values_list("day", "n_listed", "n_collected")[:_DAYS]
    return sorted(found)


def _chart(days: list[tuple[date, int, int]]) -> str:
    """The rate of all visible departments day by day, as JSON for Chart.js; '' before two days."""
    points = [(day, services.Rate(listed, collected).value) for day, listed, collected in days]
    known = [(day, value) for day, value in points if value is not None]
    if len(known) < 2:
        return ""
    line = {
        "label": "归集率",
        "data": [f"{value * 100:.2f}" for _, value in known],
        "borderColor": "#2563eb",
        "type": "line",
        "pointRadius": 2,
        "borderWidth": 1.5,
    }
    labels = [f"{day:%m-%d}" for day, _ in known]
    return json.dumps({"labels": labels, "datasets": [line]}, ensure_ascii=False)


@page(VIEW)
def uncollected_list(request: HttpRequest) -> HttpResponse:
    """The listed catalogues without data: now, or exactly those of a kept day (`?day=`).

    `?only=faulty|stale` with a day: those that broke the standard, or were late, that day.
    """
    rows, given = catalogues_for(request.user), request.GET
    day = _day(given.get("day", ""))
    if given.get("contract"):
        rows = rows.filter(system__contract=given["contract"])
    if given.get("organization", "").isdecimal():
        rows = rows.filter(organization_id=int(given["organization"]))
    rows = uncollected(rows) if day is None else rows.filter(pk__in=_missing(day, given))
    newest = Prefetch(
        "decisions", CollectionDecision.objects.order_by("-id"), to_attr="made_decisions"
    )
    context = {
        "slice": slice_of(rows.prefetch_related(newest), request),
        "day": day,
        "heading": ONLY.get(given.get("only", "") if day else "", "未归集的目录"),
        "may_decide": request.user.has_perm(DECIDE),
    }
    return render_page(request, "catalog/uncollected.html", context, title="未归集的目录")


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


def _missing(day: date, given: Any) -> set[int]:
    kept = RateDay.objects.filter(day=day)
    if given.get("contract"):
        kept = kept.filter(contract=given["contract"])
    only = given.get("only", "")
    if only in ONLY:
        return {pk for row in kept for pk in getattr(row, only)}
    return {pk for row in kept for pk in set(row.listed) - set(row.collected)}


@page(DECIDE)
def decide(request: HttpRequest, catalogue_id: int) -> HttpResponse:
    """要求归集 or 下架, with the reason."""
    row = catalogue_for(request.user, catalogue_id)
    form = DecisionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            services.decide_uncollected(
                row.pk, decision=data["decision"], reason=data["reason"], due_on=data["due_on"],
                by=actor_of(request.user), now=wall_clock(),
            )  # fmt: skip
        except StewardError as error:
            place_error(form, error)
        else:
            messages.success(request, "已记录决定")
            return redirect("catalog:detail", row.pk)
    context = {"row": row, "form": form}
    return render_page(request, "catalog/decide.html", context, title="未归集目录的去向")
