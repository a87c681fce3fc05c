"""The roles that every installation has, as patterns over what the apps declare."""

from dataclasses import dataclass
from fnmatch import fnmatchcase

from steward.core.access import api as access
from steward.core.roles.choices import DutyChoice


@dataclass(frozen=True, slots=True)
class Builtin:
    """`allow` and `deny` are patterns over permission codes; reserved codes need the duty."""

    code: str
    name: str
    description: str
    allow: tuple[str, ...]
    deny: tuple[str, ...] = ()
    duty: str = DutyChoice.NONE

    def permissions(self) -> list[str]:
        """The declared codes that this role has, sorted."""
        return sorted(p.code for p in access.permissions() if self._has(p.code))

    def _has(self, code: str) -> bool:
        reserved = access.duty_of(code)
        if reserved != access.Duty.NONE:
            return reserved.value == self.duty
        return _matches(code, self.allow) and not _matches(code, self.deny)


def _matches(code: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(code, pattern) for pattern in patterns)


PRIVATE = ("*.view_private", "*.reveal", "*.view_secret", "roles.*")
PEOPLE = ("accounts.user.view", "organizations.organization.view")
SHARED = (
    *PEOPLE, "findings.*", "evidence.*.view", "calendars.*.view", "cmdb.*.view", "monitoring.view",
    "monitoring.*.view", "packs.*.view", "assessment.*.view", "files.*", "jobs.run.view",
    "inspection.*.view", "knowledge.*.view", "notify.*.view", "changes.*.view", "surveys.*.view",
    "acceptance.*.view", "staffing.*.view", "confidentiality.grant.view",
    "confidentiality.handback.view", "obligations.*.view", "reports.*.view",
)  # fmt: skip
CLIENT_SIDE = ("*.client", "*.confirm_client", "monitoring.window.approve", "assessment.*.record",
               "assessment.*.settle", "changes.*.approve", "staffing.attendance.review",
               "staffing.change.approve", "confidentiality.request.approve",
               "confidentiality.handback.confirm", "desk.ticket.rate", "catalog.*.approve",
               "catalog.rate.decide", "quality.*.approve")  # fmt: skip
SUPPLIER_SIDE = ("*.supplier", "*.confirm_supplier")

BUILTIN = (
    Builtin(
        "system_admin",
        "系统管理员",
        "管理组织、用户、岗位和平台配置；不能授权，不能查看审计。",
        (*PEOPLE, "accounts.user.view_private", "calendars.*", "notify.*", "jobs.*", "files.*",
         "approvals.*", "ui.*", "desk.policy.view", "desk.routing.*", "reports.template.manage"),
        duty=DutyChoice.SYSTEM,
    ),
    Builtin(
        "security_admin",
        "安全管理员",
        "给岗位授予和收回角色、维护角色、解锁用户、复核授权；不能改用户，不能查看审计。",
        (*PEOPLE, "roles.*"),
        duty=DutyChoice.SECURITY,
    ),
    Builtin(
        "audit_admin",
        "审计管理员",
        "查看审计记录和授权复核表；不能改动任何内容。",
        (*PEOPLE, "roles.review.view", "roles.role.view"),
        duty=DutyChoice.AUDIT,
    ),
    Builtin(
        "desk_lead",
        "服务台长",
        "乙方：受理、分派、督办和关闭工单，维护路由，代表乙方确认，查看合同考核。",
        (*SHARED, "desk.*", "monitoring.window.*", "approvals.*", "knowledge.*", "obligations.*",
         "packs.draft.submit", "assessment.side.supplier", "staffing.*", "confidentiality.*",
         "acceptance.*.supplier", "bundle.*", "reports.*"),
        (*PRIVATE, *CLIENT_SIDE),
    ),
    Builtin(
        "engineer",
        "驻场工程师",
        "乙方：处理工单，维护监测、巡检和配置项。",
        (*SHARED, "desk.ticket.*", "desk.*.view", "desk.change.submit", "desk.access.request",
         "staffing.attendance.check_in", "confidentiality.request.submit", "confidentiality.use.record",
         "monitoring.*", "cmdb.*", "inspection.*",
         "backup.*", "security.*", "duty.*", "configurations.*", "knowledge.*",
         "obligations.proof.submit", "reports.report.generate"),
        (*PRIVATE, *CLIENT_SIDE, *SUPPLIER_SIDE, "desk.ticket.override", "desk.ticket.void",
         "*.delete"),
    ),
    Builtin(
        "data_engineer",
        "数据工程师",
        "乙方：维护数据源、目录、归集、质量规则和对账，处理数据类工单。",
        (*SHARED, "desk.ticket.*", "desk.*.view", "desk.change.submit", "desk.access.request",
         "staffing.attendance.check_in", "confidentiality.request.submit", "confidentiality.use.record",
         "sources.*", "catalog.*", "collection.*",
         "quality.*", "reconcile.*", "themes.*", "sharing.*", "warehouse.*", "items.*",
         "elements.*", "exchange.*", "ledger.*", "knowledge.*", "obligations.proof.submit", "reports.report.generate"),
        (*PRIVATE, *CLIENT_SIDE, *SUPPLIER_SIDE, "desk.ticket.override", "desk.ticket.void",
         "*.delete"),
    ),
    Builtin(
        "client_owner",
        "甲方业主",
        "甲方：查看合同考核和全部运行情况，核定与结算，批准维护，代表甲方确认，提交和评价工单。",
        ("*.view", "desk.ticket.create", "desk.ticket.comment", "desk.ticket.confirm",
         "desk.ticket.close", "approvals.*", "packs.draft.submit", "staffing.person.file",
         "confidentiality.grant.view_all", "confidentiality.grant.revoke",
         "confidentiality.handback.register", "bundle.bundle.build", *CLIENT_SIDE),
        (*PRIVATE, *SUPPLIER_SIDE),
    ),
    Builtin(
        "department_user",
        "部门用户",
        "甲方部门：提交和查看本部门的工单，办理分给本部门的问题。",
        ("desk.ticket.view", "desk.ticket.create", "desk.ticket.comment", "desk.ticket.confirm",
         "desk.ticket.rate", "findings.*.view", "organizations.organization.view", "files.*.view",
         "catalog.catalogue.view", "catalog.catalogue.rectify", "catalog.demand.view",
         "catalog.demand.submit", "catalog.demand.approve", "quality.order.view",
         "quality.order.correct"),
        PRIVATE,
    ),
    Builtin("viewer", "只读", "查看业务内容，不能改动。", ("*.view",), PRIVATE),
)  # fmt: skip
