"""What confidentiality adds: permissions, sentences, the flow's purpose, pages, who reads files."""

from typing import Any

from django.apps import apps
from django.db import connections
from django.db.models.signals import post_migrate

from steward.contracts.confidentiality.choices import AccessKind
from steward.contracts.confidentiality.models import (
    AGREEMENT_KIND,
    GRANT_KIND,
    ITEM_KIND,
    REQUEST_KIND,
    AccessRequest,
    Grant,
)
from steward.contracts.confidentiality.pages.blocks import (
    home_block,
    may_read_agreement,
    may_read_item,
)
from steward.contracts.confidentiality.pages.frame import (
    AGREEMENTS,
    CONFIRM,
    HANDBACK,
    MANAGE,
    REGISTER,
    REQUEST,
    REVOKE,
    SETTLE,
    USE,
)
from steward.contracts.confidentiality.queries.grants import VIEW, VIEW_ALL
from steward.contracts.confidentiality.services.access import APPROVE, PURPOSE, seed_flow
from steward.core.access import api as access
from steward.core.approvals import api as approvals
from steward.core.audit import api as audit
from steward.core.files import api as files
from steward.core.ui import api as ui
from steward.kernel.instants import now as wall_clock

GROUP = "合同与考核"
access.declare(VIEW, "查看自己的访问授权与使用记录", group=GROUP)
access.declare(VIEW_ALL, "查看合同的全部访问授权与使用记录", group=GROUP)
access.declare(REQUEST, "申请访问数据、主机、数据库、远程支持与导出", group=GROUP)
access.declare(APPROVE, "批准访问申请", group=GROUP)
access.declare(USE, "登记访问授权的使用", group=GROUP)
access.declare(REVOKE, "提前撤销访问授权", group=GROUP)
access.declare(AGREEMENTS, "查看保密协议", group=GROUP)
access.declare(MANAGE, "登记与终止保密协议", group=GROUP)
access.declare(HANDBACK, "查看移交清单", group=GROUP)
access.declare(REGISTER, "登记移交给乙方的事项", group=GROUP)
access.declare(SETTLE, "归还与销毁移交事项，代表乙方签认", group=GROUP)
access.declare(CONFIRM, "确认移交事项，代表甲方签认", group=GROUP)

audit.register(
    "confidentiality.agreement_filed",
    "登记{after[member]}的保密协议，{after[signed]} 签署，有效至 {after[until]}",
)
audit.register(
    "confidentiality.agreement_ended", "终止{after[member]}的保密协议（{after[ended]}）：{reason}"
)
audit.register("confidentiality.requested", "{after[member]}申请访问“{subject}”：{reason}")
audit.register("confidentiality.decided", "访问申请{after[state]} {reason}")
audit.register("confidentiality.ended", "访问授权{after[state]} {reason}")
audit.register("confidentiality.grant_read", "查看“{subject}”的授权与使用记录")
audit.register("confidentiality.used", "使用“{subject}”：{after[action]} {reason}")
audit.register("confidentiality.witnessed", "确认监督了使用：{after[action]} {reason}")
audit.register("confidentiality.item_registered", "登记移交事项“{subject}”")
audit.register("confidentiality.item_settled", "“{subject}”{after[state]}：{reason}")
audit.register("confidentiality.item_confirmed", "甲方{after[verdict]}“{subject}” {reason}")
audit.register("confidentiality.handback_signed", "{after[side]}签认移交清单{after[closed]}")

approvals.declare_purpose(
    PURPOSE,
    "数据与系统访问",
    (
        approvals.FactField("contract", "合同"),
        approvals.FactField("kind", "访问种类", "choice", tuple(AccessKind.choices)),
    ),
)
files.guard(AGREEMENT_KIND, may_read_agreement)
files.guard(ITEM_KIND, may_read_item)

ui.add_navigation(
    ui.NavItem(GROUP, "保密与授权", "lock", "confidentiality:overview", VIEW, order=50)
)
ui.add_home_block(
    ui.HomeBlock("confidentiality", "confidentiality/home.html", home_block, VIEW, order=45)
)


def _request_link(key: str) -> str:
    code = AccessRequest.objects.filter(pk=int(key)).values_list("contract", flat=True).first()
    return f"/confidentiality/{code}/requests/{key}/" if code else ""


def _grant_link(key: str) -> str:
    code = Grant.objects.filter(pk=int(key)).values_list("contract", flat=True).first()
    return f"/confidentiality/{code}/grants/{key}/" if code else ""


ui.add_link(REQUEST_KIND, _request_link)
ui.add_link(GRANT_KIND, _grant_link)


def seed_after_migrate(using: str, **_: Any) -> None:
    """After a migrate the flow exists; what administrators made of it stays."""
    if "confidentiality_confidentialityflowseed" in connections[using].introspection.table_names():
        seed_flow(now=wall_clock())


post_migrate.connect(seed_after_migrate, sender=apps.get_app_config("confidentiality"))
