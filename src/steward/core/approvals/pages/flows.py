import json
from dataclasses import asdict
from typing import Any

from django.contrib import messages
from django.db.models import Count, Max, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.text import slugify

from steward.core.access import api as access
from steward.core.accounts.api import actor_of
from steward.core.approvals import api as approvals
from steward.core.approvals import queries
from steward.core.approvals.choices import ApprovalState, Mode, TimeoutAction
from steward.core.approvals.models import Flow
from steward.core.approvals.pages.forms import people
from steward.core.approvals.registry import GENERAL, KINDS, purposes
from steward.core.calendars import api as calendars
from steward.core.ui.api import page, render_page
from steward.kernel.instants import now

PERMISSION = "approvals.flow.change"
OPERATORS = [
    {"code": "eq", "label": "等于"},
    {"code": "ne", "label": "不等于"},
    {"code": "gte", "label": "不小于"},
    {"code": "gt", "label": "大于"},
    {"code": "lte", "label": "不大于"},
    {"code": "lt", "label": "小于"},
    {"code": "in", "label": "是其中之一（用、分隔）"},
    {"code": "contains", "label": "包含"},
]


@page(PERMISSION)
def flow_list(request: HttpRequest) -> HttpResponse:
    """Every flow, whether it is in use and how many requests are under way in it."""
    pending = Count(
        "versions__approvals", filter=Q(versions__approvals__state=ApprovalState.PENDING)
    )
    flows = Flow.objects.annotate(number=Max("versions__number"), pending=pending)
    context = {"flows": flows, "purposes": {p.code: p.label for p in purposes()}}
    return render_page(request, "approvals/flows.html", context, title="审批流程")


@page(PERMISSION)
def new_flow(request: HttpRequest) -> HttpResponse:
    """Design a flow that does not exist yet."""
    return _designer(request, None)


@page(PERMISSION)
def design(request: HttpRequest, code: str) -> HttpResponse:
    """Change a flow: saving makes a new version, running approvals keep theirs."""
    return _designer(request, queries.flow_row(code))


def _designer(request: HttpRequest, flow: Flow | None) -> HttpResponse:
    shown, problems = _present(flow), list[str]()
    if request.method == "POST":
        shown, problems = _posted(request, flow)
        if not problems:
            try:
                return _save(request, flow, shown)
            except approvals.InvalidFlowError as error:
                problems = error.problems
    versions = list(flow.versions.order_by("-number")[:20]) if flow else []
    context = {
        "flow": flow,
        "shown": shown,
        "problems": problems,
        "options": _options(),
        "versions": versions,
    }
    title = flow.name if flow else "新建审批流程"
    return render_page(
        request, "approvals/design.html", context, title=title, status=422 if problems else 200
    )


def _present(flow: Flow | None) -> dict[str, Any]:
    """What the designer begins with: the newest version, or one empty step."""
    if flow is None:
        return {"code": "", "name": "", "purpose": GENERAL, "is_enabled": True,
                "is_self_service": True, "definition": {"allow_self": False, "steps": []}}  # fmt: skip
    return {
        "code": flow.code,
        "name": flow.name,
        "purpose": flow.purpose,
        "is_enabled": flow.is_enabled,
        "is_self_service": flow.is_self_service,
        "definition": queries.newest_version(flow).definition,
    }


def _posted(request: HttpRequest, flow: Flow | None) -> tuple[dict[str, Any], list[str]]:
    """What was sent, and what is wrong with the fields around the steps."""
    problems = []
    try:
        definition = json.loads(request.POST.get("definition", ""))
    except ValueError:
        definition = {}
        problems.append("步骤内容没有正确提交，请刷新页面后重试")
    code = flow.code if flow else request.POST.get("code", "").strip()
    if slugify(code) != code or not code:
        problems.append(f"流程编码只能用小写英文字母、数字和短横线，不能是“{code}”")
    if flow is None and Flow.objects.filter(code=code).exists():
        problems.append(f"编码“{code}”已被其他流程使用，请换一个")
    if not request.POST.get("name", "").strip():
        problems.append("请填写流程名称")
    shown = {
        "code": code,
        "name": request.POST.get("name", ""),
        "purpose": request.POST.get("purpose", GENERAL),
        "is_enabled": "is_enabled" in request.POST,
        "is_self_service": "is_self_service" in request.POST,
        "definition": definition,
    }
    return shown, problems


def _save(request: HttpRequest, flow: Flow | None, shown: dict[str, Any]) -> HttpResponse:
    number = approvals.define_flow(
        shown["code"],
        shown["name"],
        shown["definition"],
        purpose_code=flow.purpose if flow else shown["purpose"],
        is_enabled=shown["is_enabled"],
        is_self_service=shown["is_self_service"],
        by=actor_of(request.user),
        now=now(),
    )
    messages.success(
        request, f"流程“{shown['name']}”已保存，现行第 {number} 版；进行中的审批不受影响"
    )
    return redirect("approvals:design", code=shown["code"])


def _options() -> dict[str, Any]:
    """What the designer offers to choose from, as plain JSON."""
    return {
        "kinds": [{"code": k.code, "label": k.label, "takes": k.takes} for k in KINDS],
        "people": [{"id": pk, "label": label} for pk, label in people()],
        "permissions": [
            {"code": p.code, "label": f"{p.group} · {p.label}"} for p in access.permissions()
        ],
        "modes": [{"code": code, "label": label} for code, label in Mode.choices],
        "actions": [{"code": code, "label": label} for code, label in TimeoutAction.choices],
        "calendars": [{"code": c, "label": label} for c, label in calendars.all_calendars()],
        "operators": OPERATORS,
        "purposes": [asdict(p) for p in purposes()],
    }
