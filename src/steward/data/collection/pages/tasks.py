from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_POST

from steward.core.accounts.api import actor_of
from steward.core.audit import api as audit
from steward.core.jobs import api as jobs
from steward.core.ui.api import page, panels_for, render_page, slice_of, tabs_of
from steward.data.collection import services
from steward.data.collection.choices import OfferState, RunState, TaskState, Trigger
from steward.data.collection.filetasks import unblock_any
from steward.data.collection.lakehouse import rejects_path
from steward.data.collection.models import CollectionRun, CollectionTask, ColumnOffer
from steward.data.collection.pages.files import run_context, task_context
from steward.data.collection.pages.forms import ReasonForm, RecallForm, TaskForm
from steward.data.collection.queries import (
    VIEW,
    is_late,
    late_in,
    run_for,
    runs_for,
    task_for,
    tasks_for,
)
from steward.data.collection.recalls import recall_task
from steward.data.sources import api as sources
from steward.kernel.errors import NotFoundError, StewardError
from steward.kernel.instants import now as wall_clock

CHANGE, RUN, RECALL = "collection.task.change", "collection.task.run", "collection.task.recall"
REJECTS = "collection.rejects.view_private"


@page(VIEW)
def board(request: HttpRequest) -> HttpResponse:
    """归集任务: state, last run with counts, lag."""
    rows, moment = tasks_for(request.user), wall_clock()
    choices = [(s.value, s.label, rows.filter(state=s)) for s in TaskState]
    tabs = tabs_of(request, "state", [("", "全部", rows), *choices])
    state = request.GET.get("state", "")
    if state in TaskState.values:
        rows = rows.filter(state=state)
    if request.GET.get("late"):
        rows = rows.filter(pk__in=late_in(rows, moment))
    found = slice_of(rows, request)
    last = _last_runs(found.rows)
    lines = [(row, last.get(row.pk), is_late(row, moment)) for row in found.rows]
    context = {
        "slice": found,
        "lines": lines,
        "tabs": tabs,
        "failed": runs_for(request.user).filter(state=RunState.FAILED)[:5],
        "sources": sources.visible_sources(request.user) if request.user.has_perm(CHANGE) else [],
    }
    return render_page(request, "collection/board.html", context, title="数据归集")


def _last_runs(tasks: list[CollectionTask]) -> dict[int, CollectionRun]:
    rows = (
        CollectionRun.objects.filter(task__in=tasks).order_by("task_id", "-id").distinct("task_id")
    )
    return {row.task_id: row for row in rows}


@page(CHANGE)
def new_task(request: HttpRequest) -> HttpResponse:
    """新建归集任务: a table of a source, then what to bring of it."""
    source_id, name = request.GET.get("source", ""), request.GET.get("table", "")
    if not source_id.isdecimal():
        choice = {"sources": sources.visible_sources(request.user)}
        return render_page(request, "collection/choose.html", choice, title="选择数据源")
    source = sources.visible_source(request.user, int(source_id))
    if not source.is_database:
        return redirect("collection:new-files", source.id)
    table = sources.table(source.id, name) if name else None
    if table is None:
        context = {"source": source, "tables": sources.tables_of(source.id)}
        return render_page(request, "collection/choose.html", context, title="选择源表")
    initial = {
        "name": f"归集{(table.comment or table.name).partition('，')[0]}",
        "target": f"ods.{table.name.rpartition('.')[2]}",
        "keys": list(table.keys),
    }
    form = TaskForm(request.POST or None, table=table, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            row = services.create_task(form.draft(), by=actor_of(request.user), now=wall_clock())
        except StewardError as error:
            field = str(error.data.get("field", ""))
            form.add_error(field if field in form.fields else None, error.message)
        else:
            messages.success(request, "已建立，可以立即运行一次")
            return redirect("collection:task", row.pk)
    context = {"form": form, "table": table, "source": source}
    return render_page(request, "collection/form.html", context, title="新建归集任务")


@page(VIEW)
def task_page(request: HttpRequest, task_id: int) -> HttpResponse:
    """One task: what it brings, how it ran, what the source changed, recall."""
    row = task_for(request.user, task_id)
    return _show(request, row, RecallForm())


def _show(
    request: HttpRequest, row: CollectionTask, recall_form: RecallForm, *, status: int = 200
) -> HttpResponse:
    recalled = getattr(row, "recall", None) if row.state == TaskState.RECALLED else None
    context: dict[str, Any] = {
        "task": row,
        "late": is_late(row, wall_clock()) and bool(row.schedule),
        "runs": row.runs.all()[:20],
        "offers": row.offers.filter(state=OfferState.OPEN),
        "recalled": recalled,
        "form": ReasonForm(),
        "recall_form": recall_form,
        "may_change": request.user.has_perm(CHANGE) and recalled is None,
        "may_run": request.user.has_perm(RUN) and row.state == TaskState.ACTIVE,
        "may_recall": request.user.has_perm(RECALL) and recalled is None,
        "panels": panels_for(row.subject, request),
        **task_context(request, row),
    }
    return render_page(request, "collection/task.html", context, title=row.name, status=status)


def _run(request: HttpRequest, task_id: int) -> HttpResponse:
    """Queue a run and show it."""
    try:
        run = services.request_run(
            task_id, trigger=Trigger.MANUAL, by=actor_of(request.user), now=wall_clock()
        )
    except StewardError as error:
        messages.error(request, error.message)
        return redirect("collection:task", task_id)
    return redirect("collection:run", run.pk)


def _switch(to: TaskState) -> Callable[[HttpRequest, int], str]:
    def act(request: HttpRequest, task_id: int) -> str:
        reason = request.POST.get("reason", "")
        services.switch_task(
            task_id, to=to, reason=reason, by=actor_of(request.user), now=wall_clock()
        )
        return f"已{to.label}"

    return act


def _unblock(request: HttpRequest, task_id: int) -> str:
    reason = request.POST.get("reason", "")
    unblock_any(task_id, reason=reason, by=actor_of(request.user), now=wall_clock())
    return "已按来源现有结构继续"


ACTIONS: dict[str, tuple[str, Callable[[HttpRequest, int], str]]] = {
    "pause": (CHANGE, _switch(TaskState.PAUSED)),
    "resume": (CHANGE, _switch(TaskState.ACTIVE)),
    "unblock": (CHANGE, _unblock),
}


@require_POST
@page(VIEW)
def act(request: HttpRequest, task_id: int, action: str) -> HttpResponse:
    """运行、暂停、恢复、按现有结构继续."""
    task_for(request.user, task_id)
    if action == "run" and request.user.has_perm(RUN):
        return _run(request, task_id)
    if action not in ACTIONS or not request.user.has_perm(ACTIONS[action][0]):
        raise NotFoundError("没有这个操作")
    try:
        messages.success(request, ACTIONS[action][1](request, task_id))
    except StewardError as error:
        messages.error(request, error.message)
    return redirect("collection:task", task_id)


@require_POST
@page(RECALL)
def recall(request: HttpRequest, task_id: int) -> HttpResponse:
    """回收: the task ends, the data goes, the proof stays."""
    row = task_for(request.user, task_id)
    form = RecallForm(request.POST)
    if not form.is_valid():
        return _show(request, row, form, status=422)
    try:
        recall_task(task_id, **form.cleaned_data, by=actor_of(request.user), now=wall_clock())
    except StewardError as error:
        form.add_error(None, error.message)
        return _show(request, row, form, status=error.status)
    messages.success(request, "已回收，证明见下")
    return redirect("collection:task", task_id)


@require_POST
@page(CHANGE)
def answer_offer(request: HttpRequest, offer_id: int, answer: str) -> HttpResponse:
    """纳入 or 不归集 a column that the source gained."""
    offer = ColumnOffer.objects.filter(pk=offer_id, task__in=tasks_for(request.user)).first()
    if offer is None or answer not in ("accept", "decline"):
        raise NotFoundError("没有这一列")
    try:
        services.decide_offer(
            offer_id, accept=answer == "accept", by=actor_of(request.user), now=wall_clock()
        )
    except StewardError as error:
        messages.error(request, error.message)
    return redirect("collection:task", offer.task_id)


@page(VIEW)
def run_list(request: HttpRequest) -> HttpResponse:
    """归集记录, filtered as a figure's link says."""
    rows = _filtered(request, runs_for(request.user))
    states = [(s.value, s.label, rows.filter(state=s)) for s in RunState]
    tabs = tabs_of(request, "state", [("", "全部", rows), *states])
    state = request.GET.get("state", "")
    if state in RunState.values:
        rows = rows.filter(state=state)
    context = {"slice": slice_of(rows, request), "tabs": tabs}
    return render_page(request, "collection/runs.html", context, title="归集记录")


def _filtered(request: HttpRequest, rows: QuerySet[CollectionRun]) -> QuerySet[CollectionRun]:
    given = request.GET
    if given.get("contract"):
        rows = rows.filter(task__source__contract=given["contract"])
    if given.get("trigger") in Trigger.values:
        rows = rows.filter(trigger=given["trigger"])
    start, end = _instant(given.get("start", "")), _instant(given.get("end", ""))
    if start is not None:
        rows = rows.filter(finished_at__gte=start)
    if end is not None:
        rows = rows.filter(finished_at__lt=end)
    return rows


def _instant(text: str) -> datetime | None:
    try:
        found = parse_datetime(text.replace(" ", "+"))
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None


@page(VIEW)
def run_page(request: HttpRequest, run_id: int) -> HttpResponse:
    """One run: the counts of both sides, warnings, the rows that could not be read."""
    run = run_for(request.user, run_id)
    progress = jobs.run_info(run.job_run_id) if run.job_run_id else None
    context = {
        "run": run,
        "task": run.task,
        "progress": progress,
        "panels": panels_for(run.task.subject, request) if run.state == RunState.SUCCEEDED else [],
        "may_run": request.user.has_perm(RUN) and run.task.state == TaskState.ACTIVE,
        "agrees": run.expected is None or run.expected == run.read + run.rejected,
        "may_read_rejects": request.user.has_perm(REJECTS) and rejects_path(run.pk).exists(),
        **run_context(run),
    }
    return render_page(request, "collection/run.html", context, title=f"归集 {run.pk}")


@page(REJECTS)
def rejects(request: HttpRequest, run_id: int) -> HttpResponseBase:
    """The rows that could not be read, with their values: audited."""
    run = run_for(request.user, run_id)
    path = rejects_path(run.pk)
    if not path.exists():
        raise NotFoundError("这次归集没有读不懂的行")
    audit.record(
        "collection.rejects.read", run.task.subject, by=actor_of(request.user), now=wall_clock()
    )
    return FileResponse(path.open("rb"), as_attachment=True, filename=f"坏行-{run.pk}.csv")
