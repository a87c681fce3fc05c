from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from steward.core.accounts.api import actor_of
from steward.core.ui.api import page, render_page
from steward.kernel.instants import now
from steward.operations.monitoring import api as monitoring
from steward.operations.monitoring.pages.forms import MonitorForm, SettingsForm
from steward.operations.monitoring.pages.monitors import visible_monitor
from steward.operations.monitoring.queries.monitors import editable
from steward.operations.monitoring.queries.scope import visible_items
from steward.operations.monitoring.registry import PROBES, probe_choices

CHANGE = "monitoring.monitor.change"
DEFAULT_PROBE = "http"


def _asked_probe(request: HttpRequest) -> str:
    """The probe chosen on the form, or the default; an unknown code falls back to it."""
    code = request.POST.get("probe") or request.GET.get("probe") or DEFAULT_PROBE
    return code if code in dict(probe_choices()) else DEFAULT_PROBE


def _page(
    request: HttpRequest, form: MonitorForm, settings: SettingsForm, **more: Any
) -> HttpResponse:
    probe = PROBES.get(_asked_probe(request) if "probe_code" not in more else more["probe_code"])
    context = {"form": form, "settings": settings, "probe": probe, **more}
    status = 422 if form.errors or settings.errors else 200
    title = more.get("title", "新建监测项")
    return render_page(request, "monitoring/edit.html", context, title=title, status=status)


def _draft(form: MonitorForm, settings: SettingsForm) -> monitoring.MonitorDraft:
    return monitoring.MonitorDraft(**form.cleaned_data, settings=settings.values())


@page(CHANGE)
def probe_fields(request: HttpRequest) -> HttpResponse:
    """The fields of the chosen probe (HTMX)."""
    code = _asked_probe(request)
    context = {"settings": SettingsForm(probe=code), "probe": PROBES.get(code)}
    return render_page(request, "monitoring/probe_fields.html", context, title="探测设置")


@page(CHANGE)
def create(request: HttpRequest) -> HttpResponse:
    """Choose an item and a probe; the probe's fields follow."""
    items = visible_items(request.user)
    if request.method != "POST":
        initial = {"item_id": request.GET.get("item"), "probe": _asked_probe(request)}
        form = MonitorForm(initial=initial, items=items)
        return _page(request, form, SettingsForm(probe=_asked_probe(request)))
    form = MonitorForm(request.POST, items=items)
    settings = SettingsForm(request.POST, probe=_asked_probe(request))
    if form.is_valid() and settings.is_valid():
        try:
            monitor_id = monitoring.create_monitor(
                _draft(form, settings), by=actor_of(request.user), now=now()
            )
        except monitoring.InvalidSettingsError as error:
            settings.show(error.fields)
        except monitoring.InvalidMonitorError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, "已建立，马上开始探测")
            return redirect("monitoring:monitor", monitor_id)
    return _page(request, form, settings)


@page(CHANGE)
def edit(request: HttpRequest, monitor_id: int) -> HttpResponse:
    """Change words, rhythm and settings; empty password fields keep what is stored."""
    info = visible_monitor(request, monitor_id)
    stored = editable(info.id)
    items = [pair for pair in visible_items(request.user) if pair[0] == info.item_id]
    if request.method != "POST":
        form = MonitorForm(initial=_initial(info), items=items)
        settings = SettingsForm(probe=info.probe, stored=stored)
        return _page(
            request, form, settings, monitor=info, title=f"修改 {info.name}", probe_code=info.probe
        )
    code = _asked_probe(request)
    form = MonitorForm(request.POST, items=items)
    settings = SettingsForm(request.POST, probe=code, stored=stored if code == info.probe else None)
    if form.is_valid() and settings.is_valid():
        try:
            monitoring.change_monitor(
                info.id, to=_draft(form, settings), by=actor_of(request.user), now=now()
            )
        except monitoring.InvalidSettingsError as error:
            settings.show(error.fields)
        except monitoring.InvalidMonitorError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, "已保存")
            return redirect("monitoring:monitor", info.id)
    return _page(request, form, settings, monitor=info, title=f"修改 {info.name}")


def _initial(info: monitoring.MonitorInfo) -> dict[str, Any]:
    return {
        "item_id": info.item_id,
        "name": info.name,
        "probe": info.probe,
        "interval": int(info.interval.total_seconds()),
        "timeout": int(info.timeout.total_seconds()),
        "failures_before_down": info.failures_before_down,
        "successes_before_up": info.successes_before_up,
        "severity": info.severity,
        "core": info.core,
    }
