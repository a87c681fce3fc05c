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
FINDINGS = ("findings.*", "evidence.*.view", "calendars.*.view", "cmdb.*.view", "notify.*.view")

BUILTIN = (
    Builtin(
        "system_admin",
        "系统管理员",
        "管理组织、用户、岗位和平台配置；不能授权，不能查看审计。",
        ("accounts.user.view", "organizations.organization.view", "calendars.*", "notify.*",
         "jobs.*", "files.*", "approvals.*", "ui.*"),
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
        "负责受理、分派、督办和关闭工单，维护服务台配置，查看合同考核。",
        (*PEOPLE, *FINDINGS, "desk.*", "contracts.*.view", "monitoring.*.view", "approvals.*",
         "inspection.*.view", "knowledge.*", "files.*", "jobs.run.view", "evidence.*"),
        PRIVATE,
    ),
    Builtin(
        "engineer",
        "驻场工程师",
        "处理工单，维护监测、巡检和配置项。",
        (*PEOPLE, *FINDINGS, "desk.*", "monitoring.*", "cmdb.*", "inspection.*", "backup.*",
         "security.*", "duty.*", "configurations.*", "files.*", "jobs.run.view",
         "contracts.*.view"),
        (*PRIVATE, "desk.policy.*", "desk.config.*", "*.delete"),
    ),
    Builtin(
        "data_engineer",
        "数据工程师",
        "维护数据源、目录、归集、质量规则和对账，处理数据类工单。",
        (*PEOPLE, *FINDINGS, "desk.*", "sources.*", "catalog.*", "collection.*", "quality.*",
         "reconcile.*", "themes.*", "sharing.*", "warehouse.*", "items.*", "elements.*",
         "exchange.*", "ledger.*", "files.*", "jobs.run.view", "monitoring.*.view"),
        (*PRIVATE, "desk.policy.*", "desk.config.*", "*.delete"),
    ),
    Builtin(
        "client_owner",
        "甲方业主",
        "查看合同考核和全部运行情况，确认工单、验收和审批。",
        ("*.view", "desk.ticket.create", "desk.ticket.comment", "desk.ticket.confirm",
         "desk.ticket.rate", "desk.ticket.close", "contracts.*", "approvals.*"),
        (*PRIVATE, "contracts.pack.*"),
    ),
    Builtin(
        "department_user",
        "部门用户",
        "提交和查看本部门的工单，办理分给本部门的问题。",
        ("desk.ticket.view", "desk.ticket.create", "desk.ticket.comment", "desk.ticket.confirm",
         "desk.ticket.rate", "findings.*.view", "organizations.organization.view", "files.*.view"),
        PRIVATE,
    ),
    Builtin("viewer", "只读", "查看业务内容，不能改动。", ("*.view",), PRIVATE),
)  # fmt: skip
