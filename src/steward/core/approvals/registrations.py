"""What approvals add to the platform: permissions, sentences, navigation, the home block."""

from typing import Any

from django.http import HttpRequest

from steward.core.access import api as access
from steward.core.approvals import api as approvals
from steward.core.approvals.queries import pending_for, visible_to
from steward.core.audit import api as audit
from steward.core.files import api as files
from steward.core.ui import api as ui
from steward.kernel.instants import now

access.declare("approvals.approval.view", "查看所有审批", group="审批")
access.declare("approvals.flow.change", "设计审批流程", group="审批")

audit.register("approvals.started", "发起审批“{subject}”（{after[flow]}）")
audit.register("approvals.decided", "“{after[step]}”{after[decision]}{after[place]}{after[said]}")
audit.register("approvals.withdrawn", "撤回审批“{subject}”：{reason}")
audit.register("approvals.timed_out", "“{after[step]}”超过时限，{after[action]}")
audit.register(
    "approvals.flow_defined", "定义审批流程“{subject}”第 {after[version]} 版（{after[state]}）"
)
audit.register("approvals.delegated", "委托 {after[deputy]} 代为审批：{reason}")
audit.register("approvals.delegation_ended", "收回对 {after[deputy]} 的审批委托")

approvals.declare_purpose(
    "general",
    "通用申请",
    (
        approvals.FactField("amount", "金额（元）", "number"),
        approvals.FactField("days", "天数", "number"),
        approvals.FactField("category", "类别", "text"),
    ),
)

HOME_ROWS = 6


def badge(request: HttpRequest) -> str:
    """How many approvals wait for this person."""
    found = pending_for(request.user.pk or 0, now())[:100].count()
    return "99+" if found > 99 else str(found or "")


def home_block(request: HttpRequest) -> dict[str, Any] | None:
    """The approvals that wait for this person, longest first; nothing when there is none."""
    rows = list(pending_for(request.user.pk or 0, now())[: HOME_ROWS + 1])
    return {"rows": rows[:HOME_ROWS], "more": len(rows) > HOME_ROWS} if rows else None


ui.add_navigation(
    ui.NavItem("今天", "审批", "order_approve", "approvals:list", None, 60, badge=badge)
)
ui.add_navigation(
    ui.NavItem(
        "系统管理", "审批流程", "account_tree", "approvals:flows", "approvals.flow.change", 50
    )
)
ui.add_home_block(ui.HomeBlock("approvals", "approvals/home.html", home_block, order=40))
ui.add_link("approvals.approval", lambda key: f"/approvals/{key}/")
ui.add_link("approvals.flow", lambda key: f"/approvals/flows/{key}/")


def _may_read(user: Any, key: str) -> bool:
    return key.isdecimal() and visible_to(user, now()).filter(pk=int(key)).exists()


files.guard("approvals.approval", _may_read)
