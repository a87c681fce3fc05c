from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from steward.core.accounts.api import actor_of
from steward.core.jobs import api as jobs
from steward.core.ui.api import page, panels_for, render_page, slice_of, tabs_of
from steward.data.sources import services
from steward.data.sources.choices import DATABASES, Engine, Health, SourceState
from steward.data.sources.models import SchemaChange, Source
from steward.data.sources.pages.forms import ReasonForm, SourceForm, initial_of
from steward.data.sources.queries import VIEW, listed, source_for, table_for
from steward.data.sources.surveying import survey_source
from steward.data.sources.trust import fingerprint
from steward.kernel.errors import NotFoundError, StewardError
from steward.kernel.instants import now as wall_clock

CHANGE, RIGHTS = "sources.source.change", "sources.right.view"


@page(VIEW)
def source_list(request: HttpRequest) -> HttpResponse:
    """数据源 by health, with how many tables each has."""
    rows = listed(request.user)
    tabs = tabs_of(
        request,
        "health",
        [("", "全部", rows), *((h.value, h.label, rows.filter(health=h)) for h in Health)],
    )
    wanted = request.GET.get("health", "")
    if wanted in Health.values:
        rows = rows.filter(health=wanted)
    context = {
        "slice": slice_of(rows, request),
        "tabs": tabs,
        "may_change": request.user.has_perm(CHANGE),
    }
    return render_page(request, "sources/list.html", context, title="数据源")


@page(CHANGE)
def new_source(request: HttpRequest) -> HttpResponse:
    """登记数据源; it is looked at on saving."""
    form = SourceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            row = services.register_source(
                form.draft(), by=actor_of(request.user), now=wall_clock()
            )
        except StewardError as error:
            form.add_error(_field(error, form), error.message)
        else:
            return _after_test(request, row)
    return render_page(request, "sources/form.html", {"form": form}, title="登记数据源")


@page(CHANGE)
def edit_source(request: HttpRequest, source_id: int) -> HttpResponse:
    """修改数据源; an empty password keeps the stored one."""
    row = source_for(request.user, source_id)
    form = SourceForm(request.POST or None, initial=initial_of(row))
    if request.method == "POST" and form.is_valid():
        try:
            changed = services.change_source(
                source_id, form.draft(), by=actor_of(request.user), now=wall_clock()
            )
        except StewardError as error:
            form.add_error(_field(error, form), error.message)
        else:
            return _after_test(request, changed)
    context = {"form": form, "source": row}
    return render_page(request, "sources/form.html", context, title=f"修改 {row.name}")


def _field(error: StewardError, form: SourceForm) -> str | None:
    name = str(error.data.get("field", ""))
    return name if name in form.fields else None


def _after_test(request: HttpRequest, row: Source) -> HttpResponse:
    if row.health == Health.DOWN:
        messages.error(request, row.health_words)
    elif row.health == Health.WARNED:
        messages.warning(request, row.health_words)
    else:
        messages.success(request, f"连接正常：{row.health_words}")
    return redirect("sources:source", row.pk)


@page(VIEW)
def source_page(request: HttpRequest, source_id: int) -> HttpResponse:
    """One source: its health, its tables, what changed last."""
    row = source_for(request.user, source_id)
    tables = row.tables.order_by("gone_at", "name")
    words = request.GET.get("q", "").strip()
    if words:
        tables = tables.filter(name__icontains=words) | tables.filter(comment__icontains=words)
    context = {
        "source": row,
        "slice": slice_of(tables, request, size=100),
        "q": words,
        "changes": SchemaChange.objects.filter(source=row)[:10],
        "is_database": row.engine in DATABASES,
        "may_change": request.user.has_perm(CHANGE),
        "may_see_rights": request.user.has_perm(RIGHTS) and row.engine in DATABASES,
        "panels": panels_for(row.subject, request),
        "form": ReasonForm(),
        "key": fingerprint(row.trust) if row.engine == Engine.SFTP and row.trust else "",
    }
    return render_page(request, "sources/source.html", context, title=row.name)


@page(VIEW)
def changes(request: HttpRequest, source_id: int) -> HttpResponse:
    """Every difference ever seen in a source."""
    row = source_for(request.user, source_id)
    rows = SchemaChange.objects.filter(source=row)
    context = {"source": row, "slice": slice_of(rows, request)}
    return render_page(request, "sources/changes.html", context, title="结构变化")


def _test(request: HttpRequest, row: Source) -> None:
    _after_test(request, services.test_source(row.pk, now=wall_clock()))


def _survey(request: HttpRequest, row: Source) -> None:
    found = survey_source(row.pk, by=actor_of(request.user), now=wall_clock())
    words = f"发现 {len(found)} 处变化" if found else "没有变化"
    messages.success(request, f"已读取结构，{words}")


def _switch(to: SourceState) -> Callable[[HttpRequest, Source], None]:
    def act(request: HttpRequest, row: Source) -> None:
        reason = request.POST.get("reason", "")
        by = actor_of(request.user)
        services.switch_source(row.pk, to=to, reason=reason, by=by, now=wall_clock())
        messages.success(request, f"已{to.label}")

    return act


ACTIONS: dict[str, Callable[[HttpRequest, Source], None]] = {
    "test": _test,
    "survey": _survey,
    "disable": _switch(SourceState.DISABLED),
    "enable": _switch(SourceState.ACTIVE),
}


@require_POST
@page(CHANGE)
def act(request: HttpRequest, source_id: int, action: str) -> HttpResponse:
    """检测、读取结构、停用、启用."""
    row = source_for(request.user, source_id)
    if action not in ACTIONS:
        raise NotFoundError("没有这个操作")
    try:
        ACTIONS[action](request, row)
    except StewardError as error:
        messages.error(request, error.message)
    return redirect("sources:source", source_id)


@page(VIEW)
def table_page(request: HttpRequest, table_id: int) -> HttpResponse:
    """One table: columns, keys, its last profile, the rules it suggests."""
    row = table_for(request.user, table_id)
    last = row.profiles.first()
    context: dict[str, Any] = {
        "table": row,
        "source": row.source,
        "profile": last,
        "columns": _with_profile(row.columns, last.result if last else {}),
        "changes": SchemaChange.objects.filter(source=row.source, table=row.name)[:20],
        "may_change": request.user.has_perm(CHANGE),
        "panels": panels_for(row.subject, request),
    }
    return render_page(
        request, "sources/table.html", context, title=row.comment or f"源表 {row.name}"
    )


def _with_profile(columns: list[dict[str, Any]], result: dict[str, Any]) -> list[dict[str, Any]]:
    facts = {column["name"]: column for column in result.get("columns", ())}
    return [column | {"profile": facts.get(column["name"])} for column in columns]


@require_POST
@page(CHANGE)
def start_profile(request: HttpRequest, table_id: int) -> HttpResponse:
    """分析数据, as a job; the page shows the result when it is there."""
    row = table_for(request.user, table_id)
    by = actor_of(request.user)
    jobs.start_job("sources.profile", by=by, now=wall_clock(), table_id=row.pk, by_label=by.label)
    messages.success(request, "已开始分析，完成后显示在本页")
    return redirect("sources:table", table_id)
