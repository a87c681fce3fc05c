"""编目标准: what is in force, a draft of a change, its effect, its approval, the history."""

import re
from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from steward.core.accounts.api import actor_of
from steward.core.approvals import api as approvals
from steward.core.ui.api import page, render_page
from steward.data.catalog import standard_versions as services
from steward.data.catalog.choices import Scope, StandardState
from steward.data.catalog.models import StandardVersion
from steward.data.catalog.pages.frame import place_error, said
from steward.data.catalog.pages.standard_forms import (
    KINDS,
    USABLE,
    RuleForm,
    SubmitForm,
    TextForm,
    initial_of,
)
from steward.data.catalog.queries import VIEW, catalogues_for, problems_for
from steward.data.catalog.standard import standard as rules_in_force
from steward.data.catalog.standard_effects import Effect, changes_between, effect_of
from steward.data.catalog.standard_text import (
    Standard,
    packaged,
    plain_rule,
    read_standard,
)
from steward.data.catalog.standard_words import statement
from steward.kernel.errors import NotFoundError, StewardError
from steward.kernel.instants import now as wall_clock

CHANGE = "catalog.standard.change"
_SHOWN = 200
_PATH = re.compile(r"^rules\[\d+\]\.")


def _scope(text: str) -> str:
    if text not in Scope.values:
        raise NotFoundError("没有这部分编目标准")
    return text


def _lines(shown: Standard, marks: dict[str, str]) -> list[dict[str, Any]]:
    return [
        {
            "rule": rule,
            "statement": statement(rule),
            "basis": shown.basis.get(rule.id, ""),
            "mark": marks.get(rule.id, ""),
        }
        for rule in shown.rules.rules
    ]


@page(VIEW)
def standards(request: HttpRequest) -> HttpResponse:
    """The standard in force, its rules in words, and how many catalogues break each."""
    scope = request.GET.get("scope", Scope.CATALOGUES)
    scope = scope if scope in Scope.values else str(Scope.CATALOGUES)
    shown = rules_in_force(scope)
    counted = problems_for(request.user).order_by().values_list("rule")
    counts = dict(counted.annotate(n=Count("catalogue_id", distinct=True)))
    lines = _lines(shown, {})
    for line in lines:
        line["failing"] = counts.get(line["rule"].id, 0)
    versions = list(StandardVersion.objects.filter(scope=scope)[:50])
    context = {
        "scope": scope,
        "scopes": Scope.choices,
        "shown": shown,
        "lines": lines,
        "current": next((v for v in versions if v.state == StandardState.IN_FORCE), None),
        "open": next((v for v in versions if v.state in services.OPEN), None),
        "versions": versions,
        "may_change": request.user.has_perm(CHANGE),
        "newer": _newer(scope, versions),
    }
    return render_page(request, "catalog/standard.html", context, title="编目标准")


def _newer(scope: str, versions: list[StandardVersion]) -> str:
    """The label of the packaged standard where no version ever had it."""
    label = read_standard(scope, packaged(scope)).rules.version
    return "" if label in {row.label for row in versions} else label


@page(VIEW)
def version(request: HttpRequest, version_id: int) -> HttpResponse:
    """One version: rules, how it differs from the one before, its effect, its approval."""
    row = _version(version_id)
    shown = read_standard(row.scope, row.content)
    before = StandardVersion.objects.filter(scope=row.scope, number__lt=row.number).first()
    old = read_standard(before.scope, before.content) if before is not None else None
    marks = changes_between(old, shown) if old is not None else {}
    context = {
        "row": row,
        "before": before,
        "lines": _lines(shown, marks),
        "dropped": [] if old is None else [
            line for line in _lines(old, marks) if line["mark"] == "取消"
        ],
        "effect": row.effect,
        "approval": None if row.approval_id is None else approvals.get(row.approval_id),
        "may_change": request.user.has_perm(CHANGE),
    }  # fmt: skip
    return render_page(request, "catalog/standard_version.html", context, title=str(row))


def _version(version_id: int) -> StandardVersion:
    row = StandardVersion.objects.filter(pk=version_id).first()
    if row is None:
        raise NotFoundError("没有这版编目标准")
    return row


@page(CHANGE)
def draft(request: HttpRequest, scope: str) -> HttpResponse:
    """The draft of a change: its rules, its text, its effect; 试算 writes nothing."""
    row = services.open_version(_scope(scope))
    if row is not None and row.state == StandardState.REVIEW:
        return redirect("catalog:standard-version", row.pk)
    form = TextForm(request.POST or None, initial={"text": services.draft_text(scope)})
    effect = None
    if request.method == "POST" and form.is_valid():
        text = form.cleaned_data["text"].replace("\r\n", "\n")
        try:
            if "try" in request.POST:
                effect = effect_of(scope, services.checked(scope, text), now=wall_clock())
            else:
                services.save_draft(scope, text, note=row.note if row else "",
                                    by=actor_of(request.user), now=wall_clock())  # fmt: skip
                messages.success(request, "草稿已保存，提交审核前可以试算影响")
                return redirect("catalog:standard-draft", scope)
        except StewardError as error:
            place_error(form, error)
    return _draft_page(request, scope, row, form=form, effect=effect)


def _draft_page(
    request: HttpRequest,
    scope: str,
    row: StandardVersion | None,
    *,
    form: TextForm,
    effect: Effect | None,
) -> HttpResponse:
    old = rules_in_force(scope)
    new = read_standard(scope, services.draft_text(scope))
    marks = changes_between(old, new)
    affected = catalogues_for(request.user)
    context = {
        "row": row,
        "scope": scope,
        "scope_label": Scope(scope).label,
        "lines": _lines(new, marks),
        "dropped": [line for line in _lines(old, marks) if line["mark"] == "取消"],
        "form": form,
        "submit_form": SubmitForm(initial={"note": row.note if row else ""}),
        "kinds": [KINDS[code] for code in USABLE],
        "effect": effect.summary() if effect else None,
        "failing": affected.filter(pk__in=effect.failing)[:_SHOWN] if effect else [],
        "passing": affected.filter(pk__in=effect.passing)[:_SHOWN] if effect else [],
    }
    title = f"修订{Scope(scope).label}编制标准"
    return render_page(request, "catalog/standard_draft.html", context, title=title)


@page(CHANGE)
def rule(request: HttpRequest, scope: str, rule_id: str = "") -> HttpResponse:
    """One rule of the draft as a form; a new one by its kind."""
    text = services.draft_text(_scope(scope))
    written = plain_rule(text, rule_id) if rule_id else {}
    if written is None:
        raise NotFoundError("没有这条规则")
    kind = str(written.get("kind") or request.GET.get("kind", ""))
    if kind not in KINDS:
        raise NotFoundError("没有这种规则")
    form = RuleForm(request.POST or None, scope=scope, kind=kind, initial=initial_of(written))
    if request.method == "POST" and form.is_valid():
        try:
            services.save_rule(
                scope, form.rule(), instead=rule_id, by=actor_of(request.user), now=wall_clock()
            )
        except StewardError as error:
            _place(form, error)
        else:
            messages.success(request, f"草稿中的规则“{form.cleaned_data['name']}”已保存")
            return redirect("catalog:standard-draft", scope)
    context = {
        "form": form,
        "scope": scope,
        "scope_label": Scope(scope).label,
        "rule_id": rule_id,
        "kind": KINDS[kind],
    }
    return render_page(request, "catalog/standard_rule.html", context, title="编目规则")


def _place(form: RuleForm, error: StewardError) -> None:
    """The faults of one rule beside the fields that they are about."""
    problems: Any = error.data.get("problems", ())
    for problem in problems:
        name = _PATH.sub("", problem.path)
        form.add_error(name if name in form.fields else None, problem.reason)
    if not problems:
        form.add_error(None, error.message)


@require_POST
@page(CHANGE)
def act(request: HttpRequest, scope: str, action: str) -> HttpResponse:
    """提交审核、删除草稿、去掉一条规则、以平台自带的版本起草."""
    row = services.open_version(_scope(scope))
    actor, moment = actor_of(request.user), wall_clock()

    def submit() -> str:
        services.submit_standard(_open(row).pk, note=request.POST.get("note", ""), by=actor,
                                 now=moment)  # fmt: skip
        return "已提交审核，批准后立即施行并重新检查全部目录"

    def discard() -> str:
        services.discard_draft(_open(row).pk, by=actor, now=moment)
        return "草稿已删除"

    def drop() -> str:
        services.remove_rule(scope, request.POST.get("rule", ""), by=actor, now=moment)
        return "草稿中已去掉这条规则"

    def bring() -> str:
        services.save_draft(
            scope, packaged(scope), note="采用平台自带的新版本", by=actor, now=moment
        )
        return "已以平台自带的版本起草"

    actions = {"submit": submit, "discard": discard, "drop": drop, "packaged": bring}
    if action not in actions:
        raise NotFoundError("没有这个操作")
    done = said(request, actions[action])
    if done and action == "submit" and row is not None:
        return redirect("catalog:standard-version", row.pk)
    if done and action == "discard":
        return redirect("catalog:standards")
    return redirect("catalog:standard-draft", scope)


def _open(row: StandardVersion | None) -> StandardVersion:
    if row is None:
        raise NotFoundError("没有草稿，请先修改规则")
    return row
