from collections.abc import Callable
from urllib.parse import quote

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from steward.core.accounts.api import actor_of
from steward.core.audit import api as audit
from steward.core.ui.api import page, render_page, slice_of
from steward.data.entities import services, sheets
from steward.data.entities.library import Entity, all_entities, entity_of_table
from steward.data.entities.models import LineageChange, LineageField
from steward.data.entities.pages.forms import ImportForm, LineForm
from steward.data.entities.queries import (
    VIEW,
    MatrixRow,
    lineage_of,
    matrix_of,
    version_of,
)
from steward.kernel.errors import NotFoundError, StewardError
from steward.kernel.instants import now as wall_clock

CHANGE = "entities.lineage.change"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _store(table: str) -> Entity:
    model = entity_of_table(table)
    if model is None or model.role != "store":
        raise NotFoundError("没有这张库表")
    return model


@page(VIEW)
def overview(request: HttpRequest) -> HttpResponse:
    """字段血缘 of every store: how many of its fields come from 邻礼通, from elsewhere, nowhere."""
    lines = []
    for model in all_entities().values():
        if model.role != "store":
            continue
        found = lineage_of(model.table)
        ours = {line.target_field for line in found if line.source_system == services.OUR_SYSTEM}
        fed = {line.target_field for line in found}
        lines.append(
            (model, len(model.columns), len(ours), len(fed), len(model.columns) - len(fed))
        )
    context = {"lines": lines, "may_change": request.user.has_perm(CHANGE)}
    return render_page(request, "entities/lineage.html", context, title="字段血缘")


@require_POST
@page(CHANGE)
def standard(request: HttpRequest) -> HttpResponse:
    """载入标准血缘: the lineage that comes with the platform; other lines stay."""
    done = sheets.load_standard(by=actor_of(request.user), now=wall_clock())
    messages.success(request, f"载入标准血缘：{done.changed} 条改变，{done.unchanged} 条原样")
    return redirect("entities:lineage")


@page(VIEW)
def matrix(request: HttpRequest, table: str) -> HttpResponse:
    """Target field × source; `?show=` ours, other or none narrows the fields."""
    model = _store(table)
    found = matrix_of(table)
    show = request.GET.get("show", "")
    ours = [place for place, source in enumerate(found.sources) if source[0] == services.OUR_SYSTEM]
    tests: dict[str, Callable[[MatrixRow], bool]] = {
        "ours": lambda row: any(row.cells[place] for place in ours),
        "fed": lambda row: row.has_source,
        "none": lambda row: not row.has_source,
    }
    rows = [row for row in found.rows if show not in tests or tests[show](row)]
    counts = {name: sum(1 for row in found.rows if test(row)) for name, test in tests.items()}
    context = {
        "model": model,
        "matrix": found,
        "rows": rows,
        "show": show,
        "total": len(found.rows),
        "counts": counts,
        "version": version_of(table),
        "may_change": request.user.has_perm(CHANGE),
        "form": ImportForm(),
    }
    return render_page(request, "entities/matrix.html", context, title=f"{model.name}字段血缘")


@page(VIEW)
def history(request: HttpRequest, table: str) -> HttpResponse:
    """Every change of a store's lineage, newest first."""
    model = _store(table)
    rows = LineageChange.objects.filter(target_table=table)
    context = {"model": model, "slice": slice_of(rows, request)}
    return render_page(request, "entities/history.html", context, title="血缘变更")


@page(VIEW)
def export(request: HttpRequest, table: str) -> HttpResponse:
    """The lineage as .xlsx, to change and import again."""
    model = _store(table)
    subject = LineageField(target_table=table).subject
    audit.record("entities.lineage.exported", subject, by=actor_of(request.user), now=wall_clock())
    response = HttpResponse(sheets.export_lineage(table), content_type=XLSX)
    name = quote(f"字段血缘-{model.name}.xlsx")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
@page(CHANGE)
def take_in(request: HttpRequest, table: str) -> HttpResponse:
    """导入: good lines are taken, bad ones are named with their place."""
    _store(table)
    form = ImportForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, "请选择文件并写明理由")
        return redirect("entities:matrix", table)
    file = form.cleaned_data["file"]
    try:
        if file.size > sheets.MOST_BYTES:
            raise services.InvalidLineageError("文件太大")
        done = sheets.import_lineage(
            file.read(),
            reason=form.cleaned_data["reason"],
            by=actor_of(request.user),
            now=wall_clock(),
        )
    except StewardError as error:
        messages.error(request, error.message)
        return redirect("entities:matrix", table)
    messages.success(request, f"导入：{done.changed} 条改变，{done.unchanged} 条原样")
    for problem in done.problems[:20]:
        messages.warning(request, problem)
    return redirect("entities:matrix", table)


@page(VIEW)
def field_page(request: HttpRequest, table: str, field: str) -> HttpResponse:
    """One field: its sources by authority, its history, a form to add or change one."""
    model = _store(table)
    if field not in model.columns:
        raise NotFoundError("没有这个字段")
    may_change = request.user.has_perm(CHANGE)
    form = LineForm(request.POST or None, initial={"authority": 1})
    if request.method == "POST" and not may_change:
        raise NotFoundError("没有这个操作")
    if request.method == "POST" and form.is_valid():
        try:
            services.set_lines(
                [form.draft(table, field)],
                reason=form.cleaned_data["reason"],
                by=actor_of(request.user),
                now=wall_clock(),
            )
        except services.InvalidLineageError as error:
            name = str(error.data.get("field", ""))
            form.add_error(name if name in form.fields else None, error.message)
        else:
            messages.success(request, "已保存")
            return redirect("entities:field", table, field)
    context = {
        "model": model,
        "field": field,
        "column": model.columns[field],
        "lines": [line for line in lineage_of(table) if line.target_field == field],
        "history": LineageChange.objects.filter(
            target_table=table, line__startswith=f"{table}.{field} ←"
        )[:50],
        "form": form,
        "may_change": may_change,
    }
    return render_page(request, "entities/field.html", context, title=model.columns[field].name)


@require_POST
@page(CHANGE)
def remove(request: HttpRequest, line_id: int) -> HttpResponse:
    """Take one source of a field out, with a reason."""
    row = LineageField.objects.filter(pk=line_id).first()
    if row is None:
        raise NotFoundError("没有这条血缘")
    reason = request.POST.get("reason", "")
    try:
        services.remove_line(line_id, reason=reason, by=actor_of(request.user), now=wall_clock())
    except services.InvalidLineageError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, "已删除，历史里可查")
    return redirect("entities:field", row.target_table, row.target_field)
