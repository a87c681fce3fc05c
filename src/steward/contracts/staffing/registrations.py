"""What staffing adds to the platform: permissions, sentences, the flow's purpose, pages."""

from typing import Any

from django.apps import apps
from django.db import connections
from django.db.models.signals import post_migrate

from steward.contracts.staffing.choices import ChangeReason
from steward.contracts.staffing.models import CHANGE_KIND, DAY_KIND, MEMBER_KIND, Member, TeamChange
from steward.contracts.staffing.pages.blocks import home_block, may_read_member
from steward.contracts.staffing.pages.frame import CHECK_IN, FILE, MANAGE, REQUEST, REVIEW
from steward.contracts.staffing.queries.team import VIEW
from steward.contracts.staffing.services.changes import APPROVE, PURPOSE, seed_flow
from steward.core.access import api as access
from steward.core.approvals import api as approvals
from steward.core.audit import api as audit
from steward.core.files import api as files
from steward.core.ui import api as ui
from steward.kernel.instants import now as wall_clock

GROUP = "合同与考核"
access.declare(VIEW, "查看驻场团队、排班与出勤", group=GROUP)
access.declare(MANAGE, "维护团队与排班，事后登记到岗，说明争议", group=GROUP)
access.declare(CHECK_IN, "到岗签到", group=GROUP)
access.declare(REVIEW, "核对出勤：提出争议、下结论、确认", group=GROUP)
access.declare(REQUEST, "提出人员变更", group=GROUP)
access.declare(APPROVE, "同意关键人员变更", group=GROUP)
access.declare(FILE, "调阅人员档案中的个人信息", group=GROUP)

audit.register("staffing.member_added", "登记团队成员“{subject}”，{after[joined]} 进场")
audit.register("staffing.member_corrected", "更正“{subject}”的{after[what]}")
audit.register("staffing.member_left", "登记“{subject}”{after[left]} 离场：{reason}")
audit.register("staffing.member_revealed", "调阅“{subject}”的个人信息：{reason}")
audit.register("staffing.list_exported", "导出“{subject}”的团队人员一览表")
audit.register("staffing.roster_changed", "{after[day]} 改为{after[state]} {reason}")
audit.register("staffing.attendance", "{after[day]} {after[how]} {reason}")
audit.register("staffing.disputed", "对 {after[day]} 的到岗提出争议：{reason}")
audit.register("staffing.dispute_answered", "说明 {after[day]} 的到岗争议：{reason}")
audit.register("staffing.dispute_settled", "{after[day]} 的到岗争议结论：{after[outcome]}")
audit.register(
    "staffing.days_confirmed", "确认 {after[first]} 至 {after[last]} 共 {after[days]} 天出勤"
)
audit.register("staffing.change_requested", "{after[how]}“{subject}”，{after[effective]} 生效")
audit.register("staffing.change_decided", "{after[state]}，{after[effective]} 生效")
audit.register("staffing.change_applied", "{after[state]} {reason}")

approvals.declare_purpose(
    PURPOSE,
    "驻场人员变更",
    (
        approvals.FactField("contract", "合同"),
        approvals.FactField("reason_kind", "原因类别", "choice", tuple(ChangeReason.choices)),
    ),
)
files.guard(MEMBER_KIND, may_read_member)

ui.add_navigation(ui.NavItem(GROUP, "驻场团队", "groups", "staffing:overview", VIEW, order=40))
ui.add_home_block(ui.HomeBlock("staffing", "staffing/home.html", home_block, VIEW, order=30))


def _member_link(key: str) -> str:
    code = Member.objects.filter(pk=int(key)).values_list("contract", flat=True).first()
    return f"/staffing/{code}/members/{key}/" if code else ""


def _change_link(key: str) -> str:
    code = TeamChange.objects.filter(pk=int(key)).values_list("contract", flat=True).first()
    return f"/staffing/{code}/changes/{key}/" if code else ""


def _day_link(key: str) -> str:
    code, _, day = key.rpartition(":")
    return f"/staffing/{code}/days/{day}/"


ui.add_link(MEMBER_KIND, _member_link)
ui.add_link(CHANGE_KIND, _change_link)
ui.add_link(DAY_KIND, _day_link)


def seed_after_migrate(using: str, **_: Any) -> None:
    """After a migrate the flow exists; what administrators made of it stays."""
    if "staffing_staffingflowseed" in connections[using].introspection.table_names():
        seed_flow(now=wall_clock())


post_migrate.connect(seed_after_migrate, sender=apps.get_app_config("staffing"))
