import json
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from steward.core.accounts.api import actor_of
from steward.core.ui.api import page, render_page
from steward.desk.tickets.choices import SEVERITIES, kind_label
from steward.desk.tickets.models import RoutingRule
from steward.desk.tickets.pages.forms import RuleForm, people_choices, team_choices
from steward.desk.tickets.services.routing import (
    FACTS,
    facts_from_form,
    finding_facts,
    route,
    save_rule,
)
from steward.kernel.conditions import parse_condition
from steward.kernel.errors import NotFoundError, StewardError
from steward.kernel.instants import now as wall_clock


def _described(rule: RoutingRule) -> str:
    try:
        return parse_condition(rule.condition).describe(FACTS, {"severity": SEVERITIES})
    except StewardError as error:
        return f"条件有误：{error.message}"


@page("desk.routing.view")
def rules(request: HttpRequest) -> HttpResponse:
    """路由规则 in order, and a tester: this finding would go to …."""
    rows = RoutingRule.objects.select_related("team", "assignee")
    context: dict[str, Any] = {
        "rows": [(rule, kind_label(rule.ticket_kind), _described(rule)) for rule in rows],
        "facts": [(name, label, request.GET.get(name, "")) for name, label in FACTS.items()],
        "finding": request.GET.get("finding", ""),
        "result": None,
        "error": "",
    }
    if request.GET.get("finding") or any(request.GET.get(name) for name in FACTS):
        context |= _tested(request)
    return render_page(request, "desk/routing.html", context, title="路由规则")


def _tested(request: HttpRequest) -> dict[str, Any]:
    number = request.GET.get("finding", "").strip()
    try:
        facts = finding_facts(number) if number else facts_from_form(request.GET.dict())
        decided = route(facts)
    except StewardError as error:
        return {"error": error.message}
    return {
        "result": decided,
        "result_kind": kind_label(decided.ticket_kind),
        "result_severity": SEVERITIES.get(decided.severity, decided.severity),
    }


@page("desk.routing.change")
def edit_rule(request: HttpRequest, rule_id: int | None = None) -> HttpResponse:
    """One rule; a wrong condition is refused with its place."""
    rule = RoutingRule() if rule_id is None else RoutingRule.objects.filter(pk=rule_id).first()
    if rule is None:
        raise NotFoundError("没有这条路由规则")
    choices = {"team": team_choices(), "assignee": people_choices()}
    form = RuleForm(request.POST or None, choices=choices, initial=_initial(rule))
    if request.method == "POST" and form.is_valid():
        for name, value in form.cleaned_data.items():
            setattr(rule, f"{name}_id" if name in choices else name, value)
        try:
            save_rule(rule, by=actor_of(request.user), now=wall_clock())
        except StewardError as error:
            form.add_error("condition", error.message)
        else:
            messages.success(request, f"已保存路由规则“{rule.label}”")
            return redirect("desk:routing")
    context = {"form": form, "rule": rule, "facts": FACTS.items()}
    return render_page(request, "desk/rule.html", context, title="路由规则")


def _initial(rule: RoutingRule) -> dict[str, Any]:
    names = ("order", "label", "opens_ticket", "ticket_kind", "severity", "joins", "auto_resolve",
             "is_active")  # fmt: skip
    found: dict[str, Any] = {name: getattr(rule, name) for name in names}
    shown = json.dumps(rule.condition or {}, ensure_ascii=False, indent=1)
    return found | {
        "condition": json.loads(shown),
        "team": rule.team_id,
        "assignee": rule.assignee_id,
    }
