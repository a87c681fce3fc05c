from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from steward.core.accounts.api import actor_of
from steward.core.approvals import api as approvals
from steward.core.audit import api as audit
from steward.core.ui.api import page, render_page
from steward.data.quality import corrections, returns, writeback
from steward.data.quality.choices import ChangeSetState, OrderState, Via
from steward.data.quality.levels import UNKNOWN, levels_of, masked
from steward.data.quality.models import CellChange, ChangeSet, ProblemOrder
from steward.data.quality.pages.forms import RetireForm, ReturnForm, RowForm
from steward.data.quality.queries import (
    ORDERS,
    UnknownQualityError,
    change_set_for,
    order_for,
)
from steward.data.quality.rows import FailingRows, Line
from steward.data.quality.tables import comments_of
from steward.kernel.errors import NotFoundError, StewardError
from steward.kernel.instants import now as wall_clock

CORRECT, PRIVATE = "quality.order.correct", "quality.rows.view_private"
WRITE = "quality.writeback.submit"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _open_order(request: HttpRequest, order_id: int) -> ProblemOrder:
    order = order_for(request.user, order_id)
    if order.state != OrderState.OPEN:
        raise UnknownQualityError(f"工单 {order.number} 已销号")
    return order


@page(CORRECT)
def edit_row(request: HttpRequest, order_id: int) -> HttpResponse:
    """更正一行: the cells as they may be seen, the rules they break, the new values."""
    order = _open_order(request, order_id)
    token = request.GET.get("row", "")
    rows = FailingRows(order.run)
    found = rows.find(returns.wanted_of(order), {token}).get(token)
    if found is None:
        raise UnknownQualityError("工单里没有这一行，可能已经改好")
    unmasked = request.user.has_perm(PRIVATE)
    line = rows.lines([found], unmasked=unmasked)[0]
    if unmasked:
        audit.record("quality.rows.read", order.subject, by=actor_of(request.user),
                     now=wall_clock(), after={"rows": 1})  # fmt: skip
    shown = {cell.column: cell.text for cell in line.cells}
    form = RowForm(
        request.POST or None,
        shown=shown,
        keys=list(order.table.keys),
        words=comments_of(order.table.name),
    )
    if request.method == "POST" and form.is_valid():
        answer = _take(request, order, (line, form), unmasked=unmasked)
        if answer is not None:
            return answer
    context = {"order": order, "line": line, "form": form}
    return render_page(request, "quality/edit.html", context, title="更正问题数据")


def _take(
    request: HttpRequest, order: ProblemOrder, place: tuple[Line, RowForm], *, unmasked: bool
) -> HttpResponse | None:
    line, form = place
    edits = []
    for name, text in form.given().items():
        if not unmasked and text is not None and "*" in text:
            form.add_error(None, f"“{name}”是脱敏值，要改请写完整的新值")
            return None
        edits.append(corrections.Edit(line.row.key, name, line.row.values[name], text))
    new = corrections.Submission(order_id=order.pk, edits=edits, reason=form.cleaned_data["reason"])
    try:
        row = corrections.submit_changes(new, by=actor_of(request.user), now=wall_clock())
    except StewardError as error:
        form.add_error(None, error.message)
        return None
    return redirect("quality:changes", row.pk)


@page(CORRECT)
def export(request: HttpRequest, order_id: int) -> HttpResponse:
    """导出 Excel 供整改; with values only for whoever may see them, on record."""
    order = _open_order(request, order_id)
    unmasked = request.user.has_perm(PRIVATE)
    content, count = returns.export_order(order, unmasked=unmasked)
    words = "原值" if unmasked else "脱敏"
    audit.record("quality.rows.exported", order.subject, by=actor_of(request.user),
                 now=wall_clock(), after={"rows": count, "values": words})  # fmt: skip
    answer = HttpResponse(content, content_type=EXCEL)
    answer["Content-Disposition"] = f'attachment; filename="{order.number}.xlsx"'
    return answer


@require_POST
@page(CORRECT)
def take_return(request: HttpRequest, order_id: int) -> HttpResponse:
    """Excel 回填: good rows become a change set, bad ones are named."""
    order = _open_order(request, order_id)
    form = ReturnForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, "请选择文件并写明更正依据")
        return redirect("quality:order", order.pk)
    try:
        found = returns.read_return(order, form.cleaned_data["file"].read())
        new = corrections.Submission(
            order_id=order.pk,
            edits=found.edits,
            reason=form.cleaned_data["reason"],
            via=Via.EXCEL,
            problems=found.problems,
        )
        row = corrections.submit_changes(new, by=actor_of(request.user), now=wall_clock())
    except StewardError as error:
        named: Any = error.data.get("problems", ())
        for words in (error.message, *list(named)[:20]):
            messages.error(request, words)
        return redirect("quality:order", order.pk)
    messages.success(request, _told(found))
    return redirect("quality:changes", row.pk)


def _told(found: returns.Returned) -> str:
    refused = f"，{len(found.problems)} 行未采纳（原因见下）" if found.problems else ""
    return f"读到 {found.rows} 行，采纳 {len(found.edits)} 处改动{refused}"


@page(ORDERS)
def change_set_page(request: HttpRequest, change_set_id: int) -> HttpResponse:
    """One submission: before and after of every cell, what was refused, apply, undo."""
    row = change_set_for(request.user, change_set_id)
    unmasked = request.user.has_perm(PRIVATE)
    cells = list(row.cells.all()[:500])
    if unmasked and cells:
        audit.record("quality.rows.read", row.order.subject, by=actor_of(request.user),
                     now=wall_clock(), after={"rows": len(cells)})  # fmt: skip
    context = {
        "row": row,
        "order": row.order,
        "cells": _shown(row, cells, unmasked=unmasked),
        "total": row.cells.count(),
        "may_correct": request.user.has_perm(CORRECT),
        "undo_form": RetireForm(),
        "may_write": request.user.has_perm(WRITE),
        "statements": _preview(request, row),
        "approval": approvals.get(row.approval_id) if row.approval_id else None,
    }
    return render_page(request, "quality/changes.html", context, title=str(row))


def _preview(request: HttpRequest, row: ChangeSet) -> list[str]:
    """What would run on the source; empty where there is no source to write to."""
    if row.state not in (ChangeSetState.DRAFT, ChangeSetState.REVIEW):
        return []
    try:
        return writeback.preview(row) if request.user.has_perm(WRITE) else []
    except StewardError:
        return []


def _shown(row: ChangeSet, cells: Sequence[CellChange], *, unmasked: bool) -> list[dict[str, Any]]:
    """The cells for people: what each column means, values masked by the level of their column."""
    table = row.order.table
    words = comments_of(table.name)
    levels = levels_of(table, {*table.keys, *(cell.column for cell in cells)})
    keys = [dict(cell.key) for cell in cells]
    names = keys if unmasked else masked(keys, levels)
    values = [_pair(cell, levels, unmasked=unmasked) for cell in cells]
    return [
        {
            "key": "、".join(text or "—" for text in name.values()),
            "column": cell.column,
            "words": words.get(cell.column, ""),
            "before": before,
            "after": after,
        }
        for cell, name, (before, after) in zip(cells, names, values, strict=True)
    ]


def _pair(
    cell: CellChange, levels: Mapping[str, Sequence[Any]], *, unmasked: bool
) -> tuple[str | None, str | None]:
    if unmasked:
        return cell.before, cell.after
    level = levels.get(cell.column, UNKNOWN)
    pair = {"before": cell.before, "after": cell.after}
    shown = masked([pair], {"before": level, "after": level})[0]
    return shown["before"], shown["after"]


def _apply(request: HttpRequest, change_set_id: int) -> str:
    row = corrections.apply_changes(change_set_id, by=actor_of(request.user), now=wall_clock())
    return f"已生效 {row.cells.count()} 处，正在复查"


def _undo(request: HttpRequest, change_set_id: int) -> str:
    reason = request.POST.get("reason", "")
    corrections.undo_changes(
        change_set_id, reason=reason, by=actor_of(request.user), now=wall_clock()
    )
    return "已撤销，原值已恢复，正在复查"


def _submit(request: HttpRequest, change_set_id: int) -> str:
    writeback.submit_writeback(change_set_id, by=actor_of(request.user), now=wall_clock())
    return "已提交审批，批准后写回来源库并重新归集、复查"


def _restore(request: HttpRequest, change_set_id: int) -> str:
    reason = request.POST.get("reason", "")
    writeback.undo_writeback(
        change_set_id, reason=reason, by=actor_of(request.user), now=wall_clock()
    )
    return "来源库已恢复原值，正在重新归集"


ACTIONS: dict[str, tuple[str, Callable[[HttpRequest, int], str]]] = {
    "apply": (CORRECT, _apply),
    "undo": (CORRECT, _undo),
    "submit": (WRITE, _submit),
    "restore": (WRITE, _restore),
}


@require_POST
@page(CORRECT)
def act(request: HttpRequest, change_set_id: int, action: str) -> HttpResponse:
    """生效、撤销."""
    change_set_for(request.user, change_set_id)
    if action not in ACTIONS or not request.user.has_perm(ACTIONS[action][0]):
        raise NotFoundError("没有这个操作")
    try:
        messages.success(request, ACTIONS[action][1](request, change_set_id))
    except StewardError as error:
        messages.error(request, error.message)
    return redirect("quality:changes", change_set_id)
