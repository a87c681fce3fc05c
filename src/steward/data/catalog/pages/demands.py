from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from steward.core.accounts.api import actor_of
from steward.core.approvals import api as approvals
from steward.core.ui.api import page, render_page, slice_of, tabs_of
from steward.data.catalog import demands as services
from steward.data.catalog.choices import DemandState
from steward.data.catalog.models import Catalogue
from steward.data.catalog.pages.forms import DemandForm, HandOverForm
from steward.data.catalog.pages.frame import place_error
from steward.data.catalog.queries import DEMANDS, demand_for, demands_for
from steward.kernel.errors import NotFoundError, StewardError
from steward.kernel.instants import now as wall_clock

SUBMIT, HAND_OVER = "catalog.demand.submit", "catalog.demand.hand_over"


@page(DEMANDS)
def demand_list(request: HttpRequest) -> HttpResponse:
    """数据需求 by state."""
    rows = demands_for(request.user)
    tabs = tabs_of(
        request,
        "state",
        [("", "全部", rows), *((s.value, s.label, rows.filter(state=s)) for s in DemandState)],
    )
    state = request.GET.get("state", "")
    if state in DemandState.values:
        rows = rows.filter(state=state)
    context = {
        "slice": slice_of(rows, request),
        "tabs": tabs,
        "may_submit": request.user.has_perm(SUBMIT),
    }
    return render_page(request, "catalog/demands.html", context, title="数据需求")


@page(SUBMIT)
def match(request: HttpRequest) -> HttpResponse:
    """提需求, first step: what is needed, and the catalogues that may hold it.

    Every listed catalogue of every department is searched: a demand crosses departments.
    """
    title = request.GET.get("title", "").strip()
    words = request.GET.get("items", "").replace("，", " ").replace("、", " ").replace(",", " ")
    wanted = tuple(dict.fromkeys(words.split()))
    found = services.suggest(title, wanted) if title else []
    context = {"title_words": title, "items_words": request.GET.get("items", ""), "found": found}
    return render_page(request, "catalog/match.html", context, title="提出数据需求")


@page(SUBMIT)
def new_demand(request: HttpRequest, catalogue_id: int) -> HttpResponse:
    """提需求, second step: the items of one catalogue."""
    row = Catalogue.objects.select_related("organization").filter(pk=catalogue_id).first()
    if row is None or not row.is_listed:
        raise NotFoundError("没有这个已发布的数据目录")
    initial = {"title": request.GET.get("title", "") or row.name}
    form = DemandForm(request.POST or None, row=row, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        draft = services.DemandDraft(
            catalogue_id=row.pk,
            organization_id=data["organization"].id,
            title=data["title"],
            items=tuple(data["items"]),
            purpose=data["purpose"],
            basis=data["basis"],
        )
        try:
            made = services.submit_demand(draft, by=actor_of(request.user), now=wall_clock())
        except StewardError as error:
            place_error(form, error)
        else:
            messages.success(request, f"{made.number} 已提交{row.organization.name}审批")
            return redirect("catalog:demand", made.pk)
    context = {"form": form, "row": row}
    return render_page(request, "catalog/demand_form.html", context, title="提出数据需求")


@page(DEMANDS)
def demand_page(request: HttpRequest, demand_id: int) -> HttpResponse:
    """One demand: items, approval, hand-over to collection."""
    row = demand_for(request.user, demand_id)
    may = row.state == DemandState.APPROVED and request.user.has_perm(HAND_OVER)
    initial = {"target": f"ods.{row.catalogue.source_table.rpartition('.')[2]}"}
    form = HandOverForm(request.POST or None, initial=initial) if may else None
    if request.method == "POST" and form is not None and form.is_valid():
        try:
            services.hand_over(
                row.pk, **form.cleaned_data, by=actor_of(request.user), now=wall_clock()
            )
        except StewardError as error:
            place_error(form, error)
        else:
            messages.success(request, "已建立归集任务，数据到达后需求自动满足")
            return redirect("catalog:demand", row.pk)
    names = dict(row.catalogue.items.values_list("code", "name"))
    context = {
        "row": row,
        "form": form,
        "items": [(code, names.get(code) or code) for code in row.items],
        "approval": None if row.approval_id is None else approvals.get(row.approval_id),
    }
    return render_page(request, "catalog/demand.html", context, title=row.number)
