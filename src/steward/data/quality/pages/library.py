import io
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST
from ruamel.yaml import YAML

from steward.core.accounts.api import actor_of
from steward.core.ui.api import page, render_page, slice_of, tabs_of
from steward.data.quality import library as services
from steward.data.quality.choices import DIMENSIONS, VersionState
from steward.data.quality.definitions import read_definition, words_of
from steward.data.quality.models import LibraryRule, RuleVersion
from steward.data.quality.pages.forms import RetireForm, ReviseForm, RuleForm
from steward.data.quality.queries import tables_for
from steward.data.quality.trials import Trial, try_rule
from steward.engine.rules import all_kinds
from steward.kernel.errors import NotFoundError, StewardError
from steward.kernel.instants import now as wall_clock

VIEW, CHANGE, RUN = "quality.rule.view", "quality.rule.change", "quality.table.run"


@page(VIEW)
def rule_list(request: HttpRequest) -> HttpResponse:
    """治理规则库, by dimension and group."""
    rows = LibraryRule.objects.annotate(
        used=Count("uses", filter=Q(uses__is_active=True), distinct=True)
    ).prefetch_related("versions")
    words = request.GET.get("q", "").strip()
    if words:
        rows = rows.filter(
            Q(name__icontains=words) | Q(code__icontains=words) | Q(group__icontains=words)
        )
    if request.GET.get("pack", "").isdecimal():
        rows = rows.filter(pack_id=int(request.GET["pack"]), is_retired=False)
    tabs = tabs_of(
        request,
        "dimension",
        [
            ("", "全部", rows),
            *((code, name, rows.filter(dimension=code)) for code, name in DIMENSIONS),
        ],
    )
    chosen = request.GET.get("dimension", "")
    if chosen in dict(DIMENSIONS):
        rows = rows.filter(dimension=chosen)
    context = {"slice": slice_of(rows, request), "tabs": tabs, "q": words,
               "may_change": request.user.has_perm(CHANGE)}  # fmt: skip
    return render_page(request, "quality/rules.html", context, title="治理规则库")


@page(CHANGE)
def new_rule(request: HttpRequest) -> HttpResponse:
    """新建规则: a draft; every fault is named beside its field."""
    form = RuleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            definition = read_definition(form.cleaned_data["definition"])
            version = services.create_rule(
                form.draft(definition), by=actor_of(request.user), now=wall_clock()
            )
        except StewardError as error:
            field = str(error.data.get("field", "definition"))
            form.add_error(field if field in form.fields else None, error.message)
        else:
            messages.success(request, "已建立草稿，提交审核后才能使用")
            return redirect("quality:rule", version.rule_id)
    context = {"form": form, "kinds": _kinds()}
    return render_page(request, "quality/rule_form.html", context, title="新建规则")


def _kinds() -> list[tuple[Any, list[tuple[str, str, bool]]]]:
    return [
        (
            kind,
            [
                (name, field.description or "列", field.is_required())
                for name, field in kind.Parameters.model_fields.items()
            ],
        )
        for kind in all_kinds()
    ]


def _rule(rule_id: int) -> LibraryRule:
    row = LibraryRule.objects.filter(pk=rule_id).first()
    if row is None:
        raise NotFoundError("没有这条规则")
    return row


@page(VIEW)
def rule_page(request: HttpRequest, rule_id: int) -> HttpResponse:
    """One rule: versions, where it is used, revise, try, retire."""
    rule = _rule(rule_id)
    newest = rule.versions.first()
    initial = {"definition": as_yaml(newest.definition)} if newest is not None else {}
    return _show(request, rule, ReviseForm(initial=initial))


def _show(
    request: HttpRequest,
    rule: LibraryRule,
    form: ReviseForm,
    *,
    trials: list[Trial] | None = None,
    status: int = 200,
) -> HttpResponse:
    versions = [(row, words_of(row.definition)) for row in rule.versions.all()]
    tables = tables_for(request.user)
    context = {
        "rule": rule,
        "versions": versions,
        "uses": rule.uses.select_related("table").filter(table__in=tables),
        "form": form,
        "retire_form": RetireForm(),
        "trials": trials,
        "may_change": request.user.has_perm(CHANGE) and not rule.is_retired,
        "may_try": request.user.has_perm(RUN) and not rule.is_retired,
        "approval": versions[0][0].approval_id if versions else None,
        "open_version": rule.versions.filter(state=VersionState.DRAFT).first(),
    }
    return render_page(request, "quality/rule.html", context, title=rule.name, status=status)


def as_yaml(definition: dict[str, Any]) -> str:
    """A definition as a person edits it."""
    yaml, out = YAML(), io.StringIO()
    yaml.allow_unicode = True
    yaml.width = 100
    yaml.dump(dict(definition), out)
    return out.getvalue()


@require_POST
@page(VIEW)
def revise(request: HttpRequest, rule_id: int) -> HttpResponse:
    """试算 shows what the wording would find; 保存 makes it the open draft."""
    rule = _rule(rule_id)
    trying = "try" in request.POST
    if not request.user.has_perm(RUN if trying else CHANGE):
        raise NotFoundError("没有这个操作")
    form = ReviseForm(request.POST)
    if trying:
        form.fields["note"].required = False
    if not form.is_valid():
        return _show(request, rule, form, status=422)
    try:
        definition = read_definition(form.cleaned_data["definition"])
        if trying:
            used = rule.uses.filter(is_active=True).values("table")
            tables = list(tables_for(request.user).filter(pk__in=used))
            trials = try_rule(rule, definition, tables, now=wall_clock())
            return _show(request, rule, form, trials=trials)
        services.revise_rule(
            rule.pk, definition, note=form.cleaned_data["note"], by=actor_of(request.user),
            now=wall_clock(),
        )  # fmt: skip
    except StewardError as error:
        form.add_error("definition", error.message)
        return _show(request, rule, form, status=error.status)
    messages.success(request, "已保存为草稿；在用的仍是上一个批准的版本")
    return redirect("quality:rule", rule.pk)


@require_POST
@page(CHANGE)
def submit(request: HttpRequest, version_id: int) -> HttpResponse:
    """提交审核."""
    version = _version(version_id)
    try:
        services.submit_version(version.pk, by=actor_of(request.user), now=wall_clock())
    except StewardError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, "已提交审核，作者本人不能审核")
    return redirect("quality:rule", version.rule_id)


def _version(version_id: int) -> RuleVersion:
    version = RuleVersion.objects.filter(pk=version_id).first()
    if version is None:
        raise NotFoundError("没有这个版本")
    return version


@page(VIEW)
def version_page(request: HttpRequest, version_id: int) -> HttpResponse:
    """A version is read on the page of its rule."""
    del request
    return redirect("quality:rule", _version(version_id).rule_id)


@require_POST
@page(CHANGE)
def retire(request: HttpRequest, rule_id: int) -> HttpResponse:
    """停用."""
    rule = _rule(rule_id)
    try:
        services.retire_rule(rule.pk, reason=request.POST.get("reason", ""),
                             by=actor_of(request.user), now=wall_clock())  # fmt: skip
    except StewardError as error:
        messages.error(request, error.message)
    return redirect("quality:rule", rule.pk)
