from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from steward.core.accounts.api import actor_of
from steward.core.audit import api as audit
from steward.core.organizations import api as organizations
from steward.core.ui.api import page, panels_for, render_page
from steward.data.collection import api as collection
from steward.data.quality import column_types, library, tables
from steward.data.quality.choices import OrderState, RunState, VersionState
from steward.data.quality.definitions import roles_of, words_of
from steward.data.quality.levels import levels_of, masked, plain, standing
from steward.data.quality.models import CheckedTable, LibraryRule, RuleUse, RuleVersion
from steward.data.quality.pages.forms import (
    ChangeUseForm,
    LevelsForm,
    TableChangeForm,
    TableForm,
    TypesForm,
    UseForm,
)
from steward.data.quality.queries import VIEW, latest_runs, table_for, tables_for
from steward.data.quality.suggestions import Suggestion, suggestions_for
from steward.data.sources import api as sources
from steward.engine.lake.duck import explained, open_session
from steward.kernel.errors import NotFoundError, StewardError
from steward.kernel.instants import now as wall_clock

CHANGE, RUN, PRIVATE = "quality.table.change", "quality.table.run", "quality.rows.view_private"


@page(CHANGE)
def new_table(request: HttpRequest) -> HttpResponse:
    """登记质检表: a table of the lake, then how it is checked."""
    taken = set(CheckedTable.objects.values_list("name", flat=True))
    free = [name for name in collection.lake().tables() if name not in taken]
    name = request.GET.get("name", "")
    if name not in free:
        told = collection.visible_tables(request.user)
        context: dict[str, Any] = {
            "free": [(one, told[one].name if one in told else "") for one in free]
        }
        return render_page(request, "quality/choose.html", context, title="登记质检表")
    columns = tables.columns_of(name)
    form = TableForm(request.POST or None, name=name, columns=columns, initial=_initial(name))
    if request.method == "POST" and form.is_valid():
        try:
            row = tables.register_table(form.draft(), by=actor_of(request.user), now=wall_clock())
        except StewardError as error:
            field = str(error.data.get("field", ""))
            form.add_error(field if field in form.fields else None, error.message)
        else:
            messages.success(request, "已登记，请核对数据级别并配置规则")
            return redirect("quality:table", row.pk)
    context = {"form": form, "name": name}
    return render_page(request, "quality/table_form.html", context, title="登记质检表")


def _initial(name: str) -> dict[str, Any]:
    keys = list(collection.lake().describe(name).keys)
    task = collection.task_of_table(name)
    if task is None:
        return {"keys": keys}
    found: dict[str, Any] = {
        "keys": keys or list(task.keys),
        "contract": task.contract,
        "organization": organizations.get(task.organization_id).name,
    }
    table = sources.table(task.source_id, task.source_table)
    if table is not None:
        found["title"] = table.comment or table.name.rpartition(".")[2]
    return found


@page(VIEW)
def table_page(request: HttpRequest, table_id: int) -> HttpResponse:
    """One table: last score, rules, columns with levels, a sample masked, runs, orders."""
    table = table_for(request.user, table_id)
    run = next(iter(latest_runs([table.pk])), None)
    outcomes = {row.use_id: row for row in run.outcomes.all()} if run is not None else {}
    uses = [(use, outcomes.get(use.pk)) for use in table.uses.select_related("rule")]
    used = [use.rule_id for use, _ in uses]
    approved = LibraryRule.objects.filter(
        is_retired=False, versions__state=VersionState.APPROVED
    ).distinct()
    unmasked = request.user.has_perm(PRIVATE) and request.GET.get("values") == "plain"
    columns, sample = _sample(table, unmasked=unmasked)
    words = tables.comments_of(table.name)
    fitting, others = _fitting(approved.exclude(pk__in=used), columns)
    if unmasked and sample:
        audit.record("quality.rows.read", table.subject, by=actor_of(request.user),
                     now=wall_clock(), after={"rows": len(sample)})  # fmt: skip
    context = {
        "table": table,
        "run": run,
        "uses": uses,
        "fitting": fitting,
        "others": others,
        "reusable": approved.filter(pk__in=used),
        "columns": [
            (name, words.get(name, ""), item.level, item.by)
            for name, item in standing(table, columns).items()
        ],
        "sample": sample,
        "unmasked": unmasked,
        "may_unmask": request.user.has_perm(PRIVATE),
        "runs": table.runs.defer("result")[:15],
        "orders": table.orders.filter(state=OrderState.OPEN).select_related("organization"),
        "may_change": request.user.has_perm(CHANGE),
        "may_run": request.user.has_perm(RUN) and table.is_active,
        "running": table.runs.filter(state__in=(RunState.QUEUED, RunState.RUNNING)).exists(),
        "packs": table.packs.select_related("pack"),
        "panels": panels_for(table.subject, request),
    }
    return render_page(request, "quality/table.html", context, title=table.title)


def _fitting(
    rules: QuerySet[LibraryRule], columns: list[str]
) -> tuple[list[LibraryRule], list[LibraryRule]]:
    """The rules whose columns all have their name in the table, and the others."""
    there = {name.casefold() for name in columns}
    versions = {
        row.rule_id: row
        for row in RuleVersion.objects.filter(rule__in=rules, state=VersionState.APPROVED).order_by(
            "number"
        )
    }
    fits: list[LibraryRule] = []
    rest: list[LibraryRule] = []
    for rule in rules:
        roles = roles_of(versions[rule.pk].definition)
        (fits if all(role.casefold() in there for role in roles) else rest).append(rule)
    return fits, rest


def _sample(table: CheckedTable, *, unmasked: bool) -> tuple[list[str], list[list[str | None]]]:
    lake = collection.lake()
    if not lake.exists(table.name):
        return [], []
    try:
        snapshot = lake.snapshot(table.name)
        with open_session() as session, explained(table.title):
            cursor = session.execute(f"SELECT * FROM {snapshot.relation} LIMIT 5")  # noqa: S608
            names = [item[0] for item in cursor.description or ()]
            rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    except StewardError:
        return list(lake.describe(table.name).schema.names), []
    shown = plain(rows) if unmasked else masked(rows, levels_of(table, names))
    return names, [list(row.values()) for row in shown]


@require_POST
@page(RUN)
def run_now(request: HttpRequest, table_id: int) -> HttpResponse:
    """立即检查."""
    table = table_for(request.user, table_id)
    try:
        run = tables.request_run(table.pk, by=actor_of(request.user), now=wall_clock())
    except StewardError as error:
        messages.error(request, error.message)
        return redirect("quality:table", table.pk)
    return redirect("quality:run", run.pk)


@require_POST
@page(CHANGE)
def assign_many(request: HttpRequest, table_id: int) -> HttpResponse:
    """配置选中的规则: each on the columns of its own names; what does not fit is named."""
    table = table_for(request.user, table_id)
    picked = [int(text) for text in request.POST.getlist("rule") if text.isdecimal()]
    done = 0
    for rule in LibraryRule.objects.filter(pk__in=picked, is_retired=False):
        try:
            use = tables.UseDraft(rule_id=rule.pk)
            tables.assign_rule(table.pk, use, by=actor_of(request.user), now=wall_clock())
        except StewardError as error:
            messages.error(request, f"{rule.name}：{error.message}")
        else:
            done += 1
    if done:
        messages.success(request, f"已配置 {done} 条规则，可以立即检查")
    elif not picked:
        messages.error(request, "请先勾选规则")
    return redirect("quality:table", table.pk)


@page(CHANGE)
def assign(request: HttpRequest, table_id: int, rule_id: int) -> HttpResponse:
    """配置规则: which column plays which part."""
    table = table_for(request.user, table_id)
    version = RuleVersion.objects.filter(
        rule_id=rule_id, rule__is_retired=False, state=VersionState.APPROVED
    ).first()
    if version is None:
        raise NotFoundError("没有这条已批准的规则")
    columns = tables.columns_of(table.name)
    lake = collection.lake().tables()
    form = UseForm(request.POST or None, version=version, columns=columns, tables=lake)
    if request.method == "POST" and form.is_valid():
        try:
            tables.assign_rule(table.pk, form.draft(), by=actor_of(request.user), now=wall_clock())
        except StewardError as error:
            field = str(error.data.get("field", ""))
            form.add_error(field if field in form.fields else None, error.message)
        else:
            messages.success(request, f"已配置“{version.rule.name}”，下次检查起生效")
            return redirect("quality:table", table.pk)
    context = {
        "form": form,
        "table": table,
        "version": version,
        "words": words_of(version.definition),
    }
    return render_page(request, "quality/assign.html", context, title="配置规则")


@page(CHANGE)
def change_use(request: HttpRequest, use_id: int) -> HttpResponse:
    """Level, tolerance, on or off."""
    use = (
        RuleUse.objects.select_related("table", "rule")
        .filter(pk=use_id, table__in=tables_for(request.user))
        .first()
    )
    if use is None:
        raise NotFoundError("没有这项配置")
    initial = {"severity": use.severity, "threshold": use.threshold, "is_active": use.is_active}
    form = ChangeUseForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        tables.change_use(use.pk, **form.cleaned_data, by=actor_of(request.user), now=wall_clock())
        return redirect("quality:table", use.table_id)
    context = {"form": form, "use": use, "table": use.table}
    return render_page(request, "quality/use.html", context, title=use.rule.name)


@page(CHANGE)
def levels(request: HttpRequest, table_id: int) -> HttpResponse:
    """数据级别 of the columns."""
    table = table_for(request.user, table_id)
    columns = tables.columns_of(table.name)
    form = LevelsForm(request.POST or None, found=standing(table, columns))
    if request.method == "POST" and form.is_valid():
        try:
            tables.set_levels(table.pk, form.levels(), by=actor_of(request.user), now=wall_clock())
        except StewardError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, "已保存数据级别，页面、导出立即按新级别脱敏")
            return redirect("quality:table", table.pk)
    context = {"form": form, "table": table}
    return render_page(request, "quality/levels.html", context, title="数据级别")


@page(CHANGE)
def change(request: HttpRequest, table_id: int) -> HttpResponse:
    """修改质检表: whose it is, when it is checked, what to do about faults."""
    table = table_for(request.user, table_id)
    initial = {name: getattr(table, name) for name in _SHOWN}
    initial["organization"] = table.organization.name
    form = TableChangeForm(
        request.POST or None,
        name=table.name,
        columns=tables.columns_of(table.name),
        initial=initial,
    )
    if request.method == "POST" and form.is_valid():
        try:
            tables.change_table(
                table.pk, form.change(), by=actor_of(request.user), now=wall_clock()
            )
        except StewardError as error:
            field = str(error.data.get("field", ""))
            form.add_error(field if field in form.fields else None, error.message)
        else:
            messages.success(request, "已保存")
            return redirect("quality:table", table.pk)
    context = {"form": form, "table": table}
    return render_page(request, "quality/table_change.html", context, title="修改质检表")


_SHOWN = ("title", "department_column", "contract", "schedule", "on_collected", "guidance",
          "is_active")  # fmt: skip


@page(CHANGE)
def types(request: HttpRequest, table_id: int) -> HttpResponse:
    """列类型 of the text columns; dates that the data shows are offered, not yet kept."""
    table = table_for(request.user, table_id)
    now = wall_clock()
    columns = column_types.text_columns(table.name)
    offered = request.GET.get("suggest") == "1"
    kept = {**column_types.suggested_types(table.name, now=now), **table.types} if offered else {}
    form = TypesForm(request.POST or None, kept=kept or table.types, columns=columns)
    if request.method == "POST" and form.is_valid():
        try:
            column_types.declare_types(table.pk, form.types(), by=actor_of(request.user), now=now)
        except StewardError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, "已保存列类型，下次检查全表重新检查")
            return redirect("quality:table", table.pk)
    context = {"form": form, "table": table, "offered": offered}
    return render_page(request, "quality/types.html", context, title="列类型")


@page(CHANGE)
def suggestions(request: HttpRequest, table_id: int) -> HttpResponse:
    """按数据建议的规则: taken ones become drafts of the library."""
    table = table_for(request.user, table_id)
    found = suggestions_for(table)
    if request.method == "POST":
        picked = {int(text) for text in request.POST.getlist("pick") if text.isdecimal()}
        made = 0
        for number, item in enumerate(found.items):
            if number in picked and _draft(request, table, item):
                made += 1
        messages.success(request, f"已建立 {made} 条草稿，提交审核后可配置到表")
        return redirect("quality:rules")
    lines = [(number, item, words_of(item.definition)) for number, item in enumerate(found.items)]
    context = {"table": table, "lines": lines, "found": found}
    return render_page(request, "quality/suggestions.html", context, title="建议的规则")


def _draft(request: HttpRequest, table: CheckedTable, item: Suggestion) -> bool:
    name, definition = item.name, item.definition
    plain = f"t{table.pk}-{str(definition['kind']).replace('_', '-')}"
    taken = LibraryRule.objects.filter(code__startswith=f"{plain}-").count()
    code = f"{plain}-{taken + 1}"
    draft = library.RuleDraft(
        code=code,
        name=name,
        group=table.title[:60],
        definition=definition,
        note=f"由“{table.title}”的数据建议",
    )
    try:
        library.create_rule(draft, by=actor_of(request.user), now=wall_clock())
    except StewardError as error:
        messages.error(request, f"{name}：{error.message}")
        return False
    return True
