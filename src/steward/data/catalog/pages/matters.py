from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from steward.core.accounts.api import actor_of
from steward.core.ui.api import page, render_page, slice_of, tabs_of
from steward.data.catalog import matters as services
from steward.data.catalog.models import ServiceItem
from steward.data.catalog.pages.forms import LinkForm, ServiceItemsForm
from steward.data.catalog.pages.frame import CHANGE, place_error, said
from steward.data.catalog.queries import VIEW, catalogue_for
from steward.kernel.errors import StewardError
from steward.kernel.instants import now as wall_clock

_PROBLEMS = 200


@page(VIEW)
def item_list(request: HttpRequest) -> HttpResponse:
    """政务事项 and their catalogues; the unlinked ones by department (K10.4)."""
    rows = ServiceItem.objects.filter(is_current=True)
    words, department = request.GET.get("q", "").strip(), request.GET.get("department", "")
    for word in words.split():
        rows = rows.filter(Q(name__icontains=word) | Q(code__istartswith=word))
    if department:
        rows = rows.filter(department=department)
    linked = rows.filter(links__isnull=False).distinct()
    unlinked = rows.filter(links__isnull=True)
    tabs = tabs_of(
        request,
        "tab",
        [("", "全部", rows), ("unlinked", "未关联", unlinked), ("linked", "已关联", linked)],
    )
    tab = request.GET.get("tab", "")
    shown = {"unlinked": unlinked, "linked": linked}.get(tab, rows)
    context = {
        "slice": slice_of(shown.prefetch_related("catalogues"), request),
        "tabs": tabs,
        "q": words,
        "department": department,
        "report": _report() if not department and not words else [],
        "may_change": request.user.has_perm(CHANGE),
    }
    return render_page(request, "catalog/matters.html", context, title="政务事项关联")


def _report() -> list[dict[str, Any]]:
    rows = ServiceItem.objects.filter(is_current=True).values("department")
    counted = rows.annotate(
        total=Count("pk", distinct=True),
        open=Count("pk", filter=Q(links__isnull=True), distinct=True),
    )
    found = counted.filter(open__gt=0).order_by("-open", "department")[:100]
    return [dict(line) for line in found]


@page(CHANGE)
def import_items(request: HttpRequest) -> HttpResponse:
    """导入省平台下发的事项清单."""
    form = ServiceItemsForm(request.POST or None, request.FILES or None)
    report = None
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            report = services.import_service_items(
                data["file"].read(), complete=data["complete"], by=actor_of(request.user),
                now=wall_clock(),
            )  # fmt: skip
        except StewardError as error:
            place_error(form, error)
    context = {
        "form": form,
        "report": report,
        "problems": report.problems[:_PROBLEMS] if report else [],
    }
    return render_page(request, "catalog/matters_import.html", context, title="导入政务事项")


@require_POST
@page(CHANGE)
def link(request: HttpRequest, catalogue_id: int) -> HttpResponse:
    """关联事项 by their codes."""
    row = catalogue_for(request.user, catalogue_id)
    form = LinkForm(request.POST)
    if form.is_valid():
        made, unknown = services.link_items(
            row.pk, form.cleaned_data["codes"], by=actor_of(request.user), now=wall_clock()
        )
        messages.success(request, f"关联 {made} 个事项")
        if unknown:
            messages.error(request, f"没有这些事项编码：{'、'.join(unknown[:20])}")
    return redirect("catalog:detail", row.pk)


@require_POST
@page(CHANGE)
def unlink(request: HttpRequest, catalogue_id: int, item_id: int) -> HttpResponse:
    """取消关联."""
    row = catalogue_for(request.user, catalogue_id)

    def run() -> str:
        services.unlink_item(row.pk, item_id, by=actor_of(request.user), now=wall_clock())
        return "已取消关联"

    said(request, run)
    return redirect("catalog:detail", row.pk)
