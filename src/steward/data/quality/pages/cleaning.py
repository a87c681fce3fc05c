import json
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from steward.core.accounts.api import actor_of
from steward.core.audit import api as audit
from steward.core.ui.api import page, render_page, slice_of
from steward.data.collection import api as collection
from steward.data.quality.choices import CleaningState
from steward.data.quality.cleaning import services
from steward.data.quality.cleaning.running import changes_page, undo_cleaning
from steward.data.quality.cleaning.steps import KINDS
from steward.data.quality.models import CleaningRun, CleaningTable
from steward.data.quality.pages.forms import CleaningForm, ProjectForm, StepsForm
from steward.data.quality.queries import (
    PROJECTS,
    UnknownQualityError,
    project_for,
    projects_for,
)
from steward.kernel.errors import StewardError
from steward.kernel.instants import now as wall_clock

CHANGE, PRIVATE = "quality.project.change", "quality.rows.view_private"
SIZE = 50
WHOLE_ROW = "（整行）"


@page(PROJECTS)
def project_list(request: HttpRequest) -> HttpResponse:
    """清洗项目."""
    context = {
        "slice": slice_of(projects_for(request.user), request),
        "may_change": request.user.has_perm(CHANGE),
    }
    return render_page(request, "quality/projects.html", context, title="清洗项目")


@page(CHANGE)
def new_project(request: HttpRequest) -> HttpResponse:
    """新建清洗项目."""
    form = ProjectForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        row = services.create_project(
            data["name"],
            purpose=data["purpose"],
            organization_id=data["organization"].id,
            by=actor_of(request.user),
            now=wall_clock(),
        )
        return redirect("quality:project", row.pk)
    return render_page(request, "quality/project_form.html", {"form": form}, title="新建清洗项目")


@page(PROJECTS)
def project_page(request: HttpRequest, project_id: int) -> HttpResponse:
    """One project: its tables, their steps and runs."""
    project = project_for(request.user, project_id)
    tables = list(project.tables.prefetch_related("runs"))
    lines = [
        (table, [_words(step) for step in table.steps], table.runs.all()[:5]) for table in tables
    ]
    context = {"project": project, "lines": lines, "may_change": request.user.has_perm(CHANGE)}
    return render_page(request, "quality/project.html", context, title=project.name)


def _words(step: dict[str, Any]) -> str:
    kind = KINDS.get(step["kind"])
    label = kind.label if kind is not None else step["kind"]
    rest = "，".join(
        f"{key}={value}" for key, value in step.items() if key not in ("kind", "column")
    )
    return f"{label} {step.get('column', '')}{f'（{rest}）' if rest else ''}"


@page(CHANGE)
def new_table(request: HttpRequest, project_id: int) -> HttpResponse:
    """加一张表: from, to and the steps; every fault is named by its place."""
    project = project_for(request.user, project_id)
    names = [name for name in collection.lake().tables() if name.startswith(("ods.", "dwd."))]
    form = CleaningForm(request.POST or None, names=names)
    if request.method == "POST" and form.is_valid():
        try:
            services.add_table(
                project.pk,
                services.CleaningDraft(**form.cleaned_data),
                by=actor_of(request.user),
                now=wall_clock(),
            )
        except StewardError as error:
            form.add_error(None, error.message)
        else:
            return redirect("quality:project", project.pk)
    context = {"form": form, "project": project, "kinds": KINDS.values()}
    return render_page(request, "quality/cleaning_form.html", context, title="加一张表")


@page(CHANGE)
def change_steps(request: HttpRequest, table_id: int) -> HttpResponse:
    """修改清洗步骤: from the next run on; runs that were keep theirs."""
    table = _table(request, table_id)
    form = StepsForm(request.POST or None, initial={"steps": _as_yaml(table.steps)})
    if request.method == "POST" and form.is_valid():
        try:
            services.change_steps(
                table.pk, form.cleaned_data["steps"], by=actor_of(request.user), now=wall_clock()
            )
        except StewardError as error:
            form.add_error("steps", error.message)
        else:
            messages.success(request, "已保存，下次运行按新步骤")
            return redirect("quality:project", table.project_id)
    context = {"form": form, "table": table, "kinds": KINDS.values()}
    return render_page(request, "quality/steps.html", context, title="修改清洗步骤")


def _as_yaml(steps: list[dict[str, Any]]) -> str:
    """One step a line, as a person writes them; JSON is YAML's flow form."""
    return "\n".join(f"- {json.dumps(step, ensure_ascii=False)}" for step in steps)


def _table(request: HttpRequest, table_id: int) -> CleaningTable:
    row = (
        CleaningTable.objects.select_related("project")
        .filter(pk=table_id, project__in=projects_for(request.user))
        .first()
    )
    if row is None:
        raise UnknownQualityError("没有这张清洗表")
    return row


@require_POST
@page(CHANGE)
def start(request: HttpRequest, table_id: int) -> HttpResponse:
    """运行清洗."""
    table = _table(request, table_id)
    try:
        run = services.start_cleaning(table.pk, by=actor_of(request.user), now=wall_clock())
    except StewardError as error:
        messages.error(request, error.message)
        return redirect("quality:project", table.project_id)
    return redirect("quality:cleaning-run", run.pk)


def _run(request: HttpRequest, run_id: int) -> CleaningRun:
    run = (
        CleaningRun.objects.select_related("table__project")
        .filter(pk=run_id, table__project__in=projects_for(request.user))
        .first()
    )
    if run is None:
        raise UnknownQualityError("没有这次清洗")
    return run


@page(PROJECTS)
def run_page(request: HttpRequest, run_id: int) -> HttpResponse:
    """One run: counts of every step and each changed value, masked by level."""
    run = _run(request, run_id)
    number = int(text) if (text := request.GET.get("page", "1")).isdecimal() else 1
    step = int(text) if (text := request.GET.get("step", "")).isdecimal() else None
    number = min(max(number, 1), 100_000)
    unmasked = request.user.has_perm(PRIVATE) and request.GET.get("values") == "plain"
    rows = []
    if run.file:
        rows = changes_page(run, step=step, offset=(number - 1) * SIZE, limit=SIZE + 1)
    if unmasked and rows:
        audit.record("quality.rows.read", run.table.project.subject, by=actor_of(request.user),
                     now=wall_clock(), after={"rows": len(rows)})  # fmt: skip
    context = {
        "run": run,
        "table": run.table,
        "steps": [
            (index, _words(item), run.counts[index] if index < len(run.counts) else 0)
            for index, item in enumerate(run.steps)
        ],
        "rows": _shown(run, rows[:SIZE], unmasked=unmasked),
        "chosen": step,
        "number": number,
        "previous": number - 1 if number > 1 else None,
        "next": number + 1 if len(rows) > SIZE else None,
        "unmasked": unmasked,
        "may_unmask": request.user.has_perm(PRIVATE),
        "may_undo": request.user.has_perm(CHANGE) and run.state == CleaningState.SUCCEEDED,
    }
    return render_page(request, "quality/cleaning_run.html", context, title=str(run))


def _shown(run: CleaningRun, rows: list[tuple[Any, ...]], *, unmasked: bool) -> list[Any]:
    """The changed values; sensitive columns, and keys among them, masked."""
    columns = {row[2] for row in rows} - {WHOLE_ROW}
    levels = services.levels_for(run.table, {*columns, *run.table.keys})
    sensitive = {name for name, (level, _) in levels.items() if level >= 3}
    hides_keys = not unmasked and bool(sensitive & set(run.table.keys))
    found = []
    for key, step, column, before, after in rows:
        hide = not unmasked and column in sensitive
        whole = not unmasked and column == WHOLE_ROW and hides_keys
        found.append(
            {
                "key": _hidden(key) if hides_keys else key,
                "step": _words(run.steps[step]),
                "column": column,
                "before": _hidden(before) if hide or whole else before,
                "after": _hidden(after) if hide or whole else after,
            }
        )
    return found


def _hidden(text: str | None) -> str | None:
    return text if not text else f"{text[:1]}{'*' * (len(text) - 1)}"


@require_POST
@page(CHANGE)
def undo(request: HttpRequest, run_id: int) -> HttpResponse:
    """撤销: the target as it was before."""
    run = _run(request, run_id)
    try:
        undo_cleaning(run.pk, by=actor_of(request.user), now=wall_clock())
    except StewardError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, "已撤销，目标表回到清洗前的版本")
    return redirect("quality:cleaning-run", run.pk)
