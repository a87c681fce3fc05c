from typing import Any

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from steward.core.accounts.api import actor_of
from steward.core.approvals import api as approvals
from steward.core.findings import api as findings
from steward.core.ui.api import page, panels_for, render_page, slice_of, tabs_of
from steward.data.catalog import editing, publishing
from steward.data.catalog.choices import EDITABLE, State
from steward.data.catalog.differences import compare, content_of
from steward.data.catalog.models import Catalogue
from steward.data.catalog.pages.forms import (
    CatalogueForm,
    ItemFormSet,
    LinkForm,
    ReasonForm,
    item_drafts,
    item_values,
)
from steward.data.catalog.pages.frame import CHANGE, may_edit, place_error, said
from steward.data.catalog.queries import (
    VIEW,
    catalogue_for,
    catalogues_for,
    problems_for,
    systems_for,
    uncollected,
)
from steward.data.catalog.searching import matching, ranked
from steward.data.catalog.standard import STANDARDS, check_catalogues, standard
from steward.data.collection import api as collection
from steward.kernel.errors import NotFoundError, StewardError
from steward.kernel.instants import now as wall_clock

COPIED = (
    "system_id", "name", "resource_class", "summary", "format", "sharing", "sharing_condition",
    "sharing_method", "openness", "openness_condition", "cycle",
)  # fmt: skip


def filtered(request: HttpRequest) -> QuerySet[Catalogue]:
    """The rows that the address asks for, without the tab."""
    rows, given = catalogues_for(request.user), request.GET
    if given.get("q", "").strip():
        rows = matching(rows, given["q"])
    for name in ("organization", "system", "source"):
        if given.get(name, "").isdecimal():
            rows = rows.filter(**{f"{name}_id": int(given[name])})
    if given.get("rule"):
        rows = rows.filter(pk__in=rows.filter(problems__rule=given["rule"]).values("pk"))
    if given.get("contract"):
        rows = rows.filter(system__contract=given["contract"])
    return rows


def tabbed(rows: QuerySet[Catalogue], tab: str) -> QuerySet[Catalogue]:
    """The rows of one tab."""
    if tab in State.values:
        return rows.filter(state=tab)
    if tab == "problem":
        return rows.filter(pk__in=rows.filter(problems__isnull=False).values("pk"))
    return uncollected(rows) if tab == "uncollected" else rows


@page(VIEW)
def catalogue_list(request: HttpRequest) -> HttpResponse:
    """数据目录: search, tabs, pages."""
    rows = filtered(request)
    labels = [
        ("", "全部"),
        *State.choices,
        ("problem", "有问题"),
        ("uncollected", "未归集"),
    ]
    tabs = tabs_of(request, "tab", [(v, label, tabbed(rows, v)) for v, label in labels])
    rows = tabbed(rows, request.GET.get("tab", ""))
    if request.GET.get("q", "").strip():
        rows = ranked(rows, request.GET["q"])
    shown = rows.annotate(problem_count=Count("problems", distinct=True))
    context = {
        "slice": slice_of(shown, request),
        "tabs": tabs,
        "q": request.GET.get("q", ""),
        "may_change": request.user.has_perm(CHANGE),
    }
    return render_page(request, "catalog/list.html", context, title="数据目录")


@page(VIEW)
def problems(request: HttpRequest) -> HttpResponse:
    """问题目录 by data-owner department, and which rules of the standard are broken most."""
    rows = problems_for(request.user)
    departments = (
        rows.values("catalogue__organization_id", "catalogue__organization__name")
        .annotate(
            catalogues=Count("catalogue_id", distinct=True),
            total=Count("pk"),
            serious=Count("pk", filter=Q(severity="serious")),
        )
        .order_by("-serious", "-total", "catalogue__organization__name")
    )
    broken = rows.values("rule", "remedy").annotate(
        catalogues=Count("catalogue_id", distinct=True), total=Count("pk")
    )
    in_force = {scope: standard(scope).rules for scope in STANDARDS}
    words = {
        rule.id: {"name": rule.name, "scope": scope}
        for scope, rules in in_force.items()
        for rule in rules.rules
    }
    context = {
        "departments": departments,
        "rules": [
            {"name": line["rule"], **line, **words.get(line["rule"], {})}
            for line in broken.order_by("-total", "rule")[:50]
        ],
        "versions": [f"{one.name} {one.version} 版" for one in in_force.values()],
    }
    return render_page(request, "catalog/problems.html", context, title="问题目录")


@page(VIEW)
def detail(request: HttpRequest, catalogue_id: int) -> HttpResponse:
    """One catalogue: elements, items, problems, versions, where its data is."""
    row = catalogue_for(request.user, catalogue_id)
    return _show(request, row)


def _show(request: HttpRequest, row: Catalogue) -> HttpResponse:
    items = list(row.items.all())
    versions = list(row.versions.all()[:50])
    changes = (
        compare(versions[0].content, content_of(row, items))
        if versions and row.state in (State.CHANGED, State.REVIEW)
        else []
    )
    problems = list(row.problems.all())
    tasks = [
        task
        for task in collection.all_tasks()
        if (task.source_id, task.source_table) == (row.source_id, row.source_table)
    ]
    context: dict[str, Any] = {
        "row": row,
        "items": items,
        "problems": problems,
        "serious": sum(1 for problem in problems if problem.severity == "serious"),
        "findings": findings.of_subject(row.subject, only_open=True),
        "gaps": row.gaps.filter(state="open"),
        "versions": versions,
        "changes": changes,
        "tasks": tasks,
        "demands": row.demands.select_related("organization")[:20],
        "decisions": row.decisions.all()[:10],
        "linked": row.service_items.all()[:200],
        "approval": approvals.get(row.approval_id)
        if row.state == State.REVIEW and row.approval_id
        else None,
        "editable": row.state in EDITABLE and may_edit(request, row),
        "may_collect": request.user.has_perm("collection.task.change"),
        "may_demand": row.is_listed
        and not row.collected_into
        and request.user.has_perm("catalog.demand.submit"),
        "may_decide": row.is_listed
        and not row.collected_into
        and request.user.has_perm("catalog.rate.decide"),
        "form": ReasonForm(),
        "link_form": LinkForm(),
        "panels": panels_for(row.subject, request),
    }
    return render_page(request, "catalog/detail.html", context, title=row.name)


@page(VIEW)
def version(request: HttpRequest, catalogue_id: int, number: int) -> HttpResponse:
    """One version and how it differs from the one before, or from the one of `?with=`."""
    row = catalogue_for(request.user, catalogue_id)
    versions = {one.number: one for one in row.versions.all()}
    if number not in versions:
        raise NotFoundError("没有这个版本")
    other_number = request.GET.get("with", "")
    other = versions.get(int(other_number) if other_number.isdecimal() else number - 1)
    shown = versions[number]
    context = {
        "row": row,
        "version": shown,
        "other": other,
        "versions": list(versions.values()),
        "changes": compare(other.content, shown.content) if other else [],
        "elements": sorted(shown.content["elements"].items()),
        "items": shown.content["items"],
    }
    return render_page(request, "catalog/version.html", context, title=f"{row.name} 第 {number} 版")


@page(CHANGE)
def new_catalogue(request: HttpRequest) -> HttpResponse:
    """编制目录 by hand."""
    form = CatalogueForm(request.POST or None, systems=systems_for(request.user), row=None)
    if request.method == "POST" and form.is_valid():
        try:
            row = editing.create_catalogue(
                form.draft(None), by=actor_of(request.user), now=wall_clock()
            )
        except StewardError as error:
            place_error(form, error)
        else:
            messages.success(request, f"已建立草稿 {row.code}，请登记数据项")
            return redirect("catalog:items", row.pk)
    context = {"form": form, "row": None}
    return render_page(request, "catalog/form.html", context, title="编制目录")


def _editable(request: HttpRequest, catalogue_id: int) -> Catalogue:
    row = catalogue_for(request.user, catalogue_id)
    if not may_edit(request, row):
        raise NotFoundError("没有这个数据目录")
    return row


@page(VIEW)
def edit(request: HttpRequest, catalogue_id: int) -> HttpResponse:
    """修改目录 or 整改 its elements; the check runs at once."""
    row = _editable(request, catalogue_id)
    table = f"{row.source_id}·{row.source_table}" if row.source_id else ""
    initial = {name: getattr(row, name) for name in COPIED} | {"source_table": table}
    form = CatalogueForm(
        request.POST or None, systems=systems_for(request.user), row=row, initial=initial
    )
    if request.method == "POST" and form.is_valid():
        try:
            editing.change_catalogue(
                row.pk, form.draft(row), by=actor_of(request.user), now=wall_clock()
            )
        except StewardError as error:
            place_error(form, error)
        else:
            return _saved(request, row)
    return render_page(request, "catalog/form.html", {"form": form, "row": row}, title="修改目录")


@page(VIEW)
def items(request: HttpRequest, catalogue_id: int) -> HttpResponse:
    """修改数据项 as one table; the check runs at once."""
    row = _editable(request, catalogue_id)
    initial = [item_values(item) for item in row.items.all()]
    rows = ItemFormSet(request.POST or None, initial=initial)
    problem = ""
    if request.method == "POST" and rows.is_valid():
        try:
            editing.put_items(
                row.pk, item_drafts(rows.forms), by=actor_of(request.user), now=wall_clock()
            )
        except StewardError as error:
            problem = error.message
        else:
            return _saved(request, row)
    context = {"row": row, "rows": rows, "problem": problem}
    return render_page(request, "catalog/items.html", context, title="修改数据项")


def _saved(request: HttpRequest, row: Catalogue) -> HttpResponse:
    left = len(check_catalogues([row.pk], now=wall_clock()).get(row.pk, []))
    words = f"已保存，还有 {left} 处不符合编目标准" if left else "已保存，符合编目标准"
    messages.success(request, words)
    return redirect("catalog:detail", row.pk)


@require_POST
@page(VIEW)
def act(request: HttpRequest, catalogue_id: int, action: str) -> HttpResponse:
    """申请发布、申请下架、检查、删除草稿."""
    row = _editable(request, catalogue_id)
    actor, moment = actor_of(request.user), wall_clock()
    reason = request.POST.get("reason", "")

    def submit() -> str:
        publishing.submit_catalogue(row.pk, reason=reason, by=actor, now=moment)
        return "已提交审核"

    def delist() -> str:
        publishing.request_delisting(row.pk, reason=reason, by=actor, now=moment)
        return "已申请下架，等待审核"

    def check() -> str:
        left = check_catalogues([row.pk], now=moment).get(row.pk, [])
        return f"检查完成，{len(left)} 处问题"

    def delete() -> str:
        editing.delete_draft(row.pk, by=actor, now=moment)
        return "已删除草稿"

    actions = {"submit": submit, "delist": delist, "check": check, "delete": delete}
    if action not in actions:
        raise NotFoundError("没有这个操作")
    done = said(request, actions[action])
    if action == "delete" and done:
        return redirect("catalog:list")
    return redirect("catalog:detail", row.pk)
