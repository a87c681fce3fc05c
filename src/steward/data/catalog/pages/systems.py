from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from steward.core.accounts.api import actor_of
from steward.core.organizations import api as organizations
from steward.core.ui.api import page, render_page, slice_of
from steward.data.catalog import editing, exchange
from steward.data.catalog.pages.catalogues import filtered, tabbed
from steward.data.catalog.pages.forms import SystemForm, UploadForm
from steward.data.catalog.pages.frame import CHANGE, place_error
from steward.data.catalog.queries import VIEW, system_for, systems_for
from steward.data.sources import api as sources
from steward.kernel.errors import StewardError
from steward.kernel.instants import now as wall_clock

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_PROBLEMS = 500


@page(VIEW)
def system_list(request: HttpRequest) -> HttpResponse:
    """信息系统 and how many catalogues each has."""
    rows = systems_for(request.user).annotate(catalogue_count=Count("catalogues"))
    context = {"slice": slice_of(rows, request), "may_change": request.user.has_perm(CHANGE)}
    return render_page(request, "catalog/systems.html", context, title="信息系统")


@page(VIEW)
def system_page(request: HttpRequest, system_id: int) -> HttpResponse:
    """One system and its catalogues."""
    row = system_for(request.user, system_id)
    context = {
        "row": row,
        "slice": slice_of(row.catalogues.select_related("organization"), request),
        "may_change": request.user.has_perm(CHANGE),
    }
    return render_page(request, "catalog/system.html", context, title=row.name)


@page(CHANGE)
def edit_system(request: HttpRequest, system_id: int = 0) -> HttpResponse:
    """登记 or 修改 an information system."""
    row = system_for(request.user, system_id) if system_id else None
    initial: dict[str, Any] = {}
    if row is not None:
        names = ("code", "name", "contract", "source_id", "state", "summary")
        initial = {name: getattr(row, name) for name in names}
        initial["organization"] = row.organization.name
    else:
        initial = _initial_of_source(request)
    seen = [one for one in sources.visible_sources(request.user) if one.is_database]
    form = SystemForm(request.POST or None, sources=seen, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            saved = _save(request, form, system_id)
        except StewardError as error:
            place_error(form, error)
        else:
            messages.success(request, "已保存")
            source_id = form.cleaned_data["source_id"]
            if row is None and source_id is not None:
                return redirect(f"{reverse('catalog:survey')}?source={source_id}")
            return redirect("catalog:system", saved)
    context = {"form": form, "row": row}
    return render_page(request, "catalog/system_form.html", context, title="信息系统")


def _initial_of_source(request: HttpRequest) -> dict[str, Any]:
    """What a new system takes over from the database that the survey came from."""
    text = request.GET.get("source", "")
    if not text.isdecimal():
        return {}
    source = sources.visible_source(request.user, int(text))
    return {
        "organization": organizations.get(source.organization_id).name,
        "contract": source.contract,
        "source_id": source.id,
    }


def _save(request: HttpRequest, form: SystemForm, system_id: int) -> int:
    actor, moment = actor_of(request.user), wall_clock()
    if not system_id:
        return editing.register_system(form.draft(), by=actor, now=moment).pk
    editing.change_system(system_id, form.draft(), by=actor, now=moment)
    return system_id


@page(VIEW)
def export(request: HttpRequest) -> HttpResponse:
    """The catalogues of a list as a workbook in the guide's form."""
    rows = tabbed(filtered(request), request.GET.get("tab", ""))
    if request.GET.get("template"):
        rows = rows.none()
    content = exchange.export_catalogues(rows.prefetch_related("items"))
    answer = HttpResponse(content, content_type=XLSX)
    answer["Content-Disposition"] = (
        "attachment; filename*=UTF-8''%E6%95%B0%E6%8D%AE%E7%9B%AE%E5%BD%95.xlsx"
    )
    return answer


@page(CHANGE)
def import_page(request: HttpRequest) -> HttpResponse:
    """导入目录: what was loaded, and each bad row with its place and reason."""
    form = UploadForm(request.POST or None, request.FILES or None)
    report = None
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            report = exchange.import_catalogues(
                file, name=file.name, by=actor_of(request.user), now=wall_clock()
            )
        except StewardError as error:
            place_error(form, error)
    context = {
        "form": form,
        "report": report,
        "problems": report.problems[:_PROBLEMS] if report else [],
    }
    return render_page(request, "catalog/import.html", context, title="导入目录")
