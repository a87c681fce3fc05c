"""What changes add to the platform: permissions, sentences, purposes of approvals, navigation."""

from typing import Any

from django.apps import apps
from django.db import connections
from django.db.models.signals import post_migrate

from steward.core.access import api as access
from steward.core.approvals import api as approvals
from steward.core.audit import api as audit
from steward.core.ui import api as ui
from steward.desk.changes.choices import AccessAction, Category, Risk
from steward.desk.changes.services import seed_flows
from steward.kernel.instants import now as wall_clock

access.declare("desk.change.view", "查看变更", group="服务台")
access.declare("desk.change.submit", "提出与执行变更", group="服务台")
access.declare("desk.change.window", "确认变更的维护窗口", group="服务台")
access.declare("changes.change.approve", "审批变更", group="服务台")
access.declare("desk.access.request", "申请组织与权限变更", group="服务台")
access.declare("changes.access.approve", "审批组织与权限变更", group="服务台")

audit.register("changes.submitted", "提出变更“{subject}”")
audit.register("changes.decided", "变更{after[state]}")
audit.register("changes.window", "确认变更“{subject}”的维护窗口")
audit.register("changes.started", "开始执行变更“{subject}”")
audit.register("changes.recorded", "写下{after[kind]}：{reason}")
audit.register("changes.access_requested", "申请“{subject}”：{reason}")
audit.register("changes.access_decided", "{after[state]}：{after[result]}")

approvals.declare_purpose(
    "desk.change",
    "变更",
    (
        approvals.FactField("risk", "风险等级", "choice", tuple(Risk.choices)),
        approvals.FactField("category", "变更对象", "choice", tuple(Category.choices)),
        approvals.FactField("contract", "合同"),
    ),
)
approvals.declare_purpose(
    "desk.access",
    "组织与权限变更",
    (
        approvals.FactField("action", "事项", "choice", tuple(AccessAction.choices)),
        approvals.FactField("contract", "合同"),
    ),
)

ui.add_navigation(
    ui.NavItem("服务台", "变更", "published_with_changes", "changes:list", "desk.change.view", 30)
)
ui.add_navigation(
    ui.NavItem(
        "服务台", "组织与权限变更", "manage_accounts", "changes:access", "desk.access.request", 40
    )
)
ui.add_link("changes.change", lambda key: f"/changes/{key}/")
ui.add_link("changes.access", lambda key: f"/changes/access/{key}/")


def seed_after_migrate(using: str, **_: Any) -> None:
    """After a migrate the two flows exist; what administrators made of them stays."""
    if "changes_flowseed" in connections[using].introspection.table_names():
        seed_flows(now=wall_clock())


post_migrate.connect(seed_after_migrate, sender=apps.get_app_config("changes"))
