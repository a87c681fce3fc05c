"""What quality adds to the platform: permissions, sentences, approvals, navigation, links."""

from typing import Any

from django.apps import apps
from django.db import connections
from django.db.models.signals import post_migrate
from django.urls import reverse

from steward.core.access import api as access
from steward.core.approvals import api as approvals
from steward.core.audit import api as audit
from steward.core.ui import api as ui
from steward.data.collection import api as collection
from steward.data.quality import library, packs, writeback
from steward.data.quality.choices import DIMENSIONS
from steward.data.quality.levels import declared_by_hand, declared_by_source
from steward.data.quality.models import (
    CHANGES_KIND,
    ORDER_KIND,
    PACK_KIND,
    PACK_VERSION_KIND,
    RULE_KIND,
    RUN_KIND,
    TABLE_KIND,
    VERSION_KIND,
)
from steward.data.quality.models.cleaning import PROJECT_KIND
from steward.data.quality.pages.panels import table_panel, task_panel
from steward.data.quality.pages.scores import home_card
from steward.data.quality.queries import VIEW
from steward.kernel.instants import now as wall_clock

GROUP = "数据服务"
access.declare("quality.rule.view", "查看治理规则库", group=GROUP)
access.declare("quality.rule.change", "起草、修改、停用治理规则", group=GROUP)
access.declare("quality.rule.approve", "审核治理规则", group=GROUP)
access.declare("quality.table.view", "查看质检表、检查和得分", group=GROUP)
access.declare("quality.table.change", "登记质检表，配置规则和数据级别", group=GROUP)
access.declare("quality.table.run", "发起质量检查和规则试算", group=GROUP)
access.declare("quality.rows.view_private", "查看不合格行的原值（不脱敏）", group=GROUP)
access.declare("quality.writeback.submit", "提交写回来源库、撤销写回", group=GROUP)
access.declare("quality.writeback.approve", "审批写回来源库", group=GROUP)
access.declare("quality.irs.exchange", "与 IRS 交换问题工单（导出、导入答复）", group=GROUP)
access.declare("quality.project.view", "查看清洗项目", group=GROUP)
access.declare("quality.project.change", "建立清洗项目，运行和撤销清洗", group=GROUP)
access.declare("quality.order.view", "查看问题数据工单", group=GROUP)
access.declare("quality.order.correct", "更正问题数据（页面修改、Excel 回填）", group=GROUP)

audit.register("quality.rule.created", "建立治理规则“{subject}”")
audit.register("quality.rule.revised", "修改治理规则“{subject}”为第 {after[number]} 版")
audit.register("quality.rule.submitted", "提交治理规则“{subject}”第 {after[number]} 版审核")
audit.register("quality.rule.retired", "停用治理规则“{subject}”：{reason}")
audit.register(
    "quality.pack.imported", "导入规则包“{subject}”第 {after[number]} 版，{after[rules]} 条规则"
)
audit.register("quality.pack.submitted", "提交规则包“{subject}”第 {after[number]} 版审核")
audit.register(
    "quality.pack.used", "在质检表“{subject}”上配置规则包“{after[pack]}”，{after[rules]} 条规则"
)
audit.register("quality.table.registered", "登记质检表“{subject}”")
audit.register("quality.table.changed", "修改质检表“{subject}”")
audit.register("quality.table.levels", "修改质检表“{subject}”的数据级别")
audit.register("quality.table.types", "声明质检表“{subject}”的列类型")
audit.register("quality.use.assigned", "在质检表“{subject}”上配置规则“{after[rule]}”")
audit.register("quality.use.changed", "修改质检表“{subject}”的规则“{after[rule]}”")
audit.register(
    "quality.rows.exported", "导出“{subject}”的 {after[rows]} 行问题数据（{after[values]}）"
)
audit.register("quality.changes.submitted", "提交“{subject}”的更正 {after[cells]} 处：{reason}")
audit.register("quality.changes.applied", "“{subject}”的更正生效 {after[cells]} 处")
audit.register("quality.changes.undone", "撤销“{subject}”的更正：{reason}")
audit.register("quality.project.created", "建立清洗项目“{subject}”")
audit.register("quality.project.table", "清洗项目“{subject}”配置表 {after[table]}")
audit.register("quality.cleaned", "清洗项目“{subject}”写出 {after[table]} {after[rows]} 行")
audit.register("quality.cleaning_undone", "清洗项目“{subject}”撤销 {after[table]} 的清洗")
audit.register(
    "quality.irs.exported", "向 IRS 导出问题工单 {after[orders]} 张、问题数据 {after[rows]} 行"
)
audit.register("quality.irs.answered", "导入 IRS 对“{subject}”的答复：{after[answer]}")
audit.register("quality.writeback.submitted", "提交“{subject}”的更正写回来源库")
audit.register("quality.writeback.written", "“{subject}”的更正写回来源库 {after[cells]} 处")
audit.register("quality.rows.read", "查看“{subject}”的不合格行原值，{after[rows]} 行")

approvals.declare_purpose(
    library.PURPOSE,
    "治理规则审核",
    (approvals.FactField("dimension", "维度", "choice", tuple(DIMENSIONS)),),
)
approvals.declare_purpose(
    packs.PURPOSE,
    "规则包审核",
    (
        approvals.FactField(
            "origin", "来源", "choice", (("platform", "随平台发布"), ("import", "自行导入"))
        ),
    ),
)
approvals.declare_purpose(writeback.PURPOSE, "问题数据写回", ())
collection.declare_levels("quality", declared_by_hand, order=90)
collection.declare_levels("quality.cleaned", declared_by_source, order=95)
ui.add_navigation(
    ui.NavItem("数据服务", "数据质量", "verified", "quality:home", "quality.table.view", order=60)
)
ui.add_navigation(
    ui.NavItem("数据服务", "治理规则库", "rule", "quality:rules", "quality.rule.view", order=62)
)
ui.add_navigation(
    ui.NavItem("数据服务", "问题数据工单", "assignment_late", "quality:orders",
               "quality.order.view", order=64)
)  # fmt: skip
ui.add_navigation(
    ui.NavItem("数据服务", "清洗项目", "cleaning_services", "quality:projects",
               "quality.project.view", order=66)
)  # fmt: skip
for kind, code, context in (
    (collection.TASK_KIND, "quality.task", task_panel),
    ("entities.table", "quality.table", table_panel),
):
    ui.add_panel(
        ui.Panel(
            kind=kind,
            code=code,
            template="quality/task_panel.html",
            context=context,
            permission="quality.table.view",
            order=20,
        )
    )
ui.add_panel(ui.Panel("data.home", "quality.card", "quality/home_card.html", home_card, VIEW, 20))
ui.add_link(PROJECT_KIND, lambda key: reverse("quality:project", args=[key]))
ui.add_link(RULE_KIND, lambda key: reverse("quality:rule", args=[key]))
ui.add_link(VERSION_KIND, lambda key: reverse("quality:version", args=[key]))
ui.add_link(PACK_KIND, lambda key: reverse("quality:pack", args=[key]))
ui.add_link(PACK_VERSION_KIND, lambda key: reverse("quality:pack-version", args=[key]))
ui.add_link(TABLE_KIND, lambda key: reverse("quality:table", args=[key]))
ui.add_link(RUN_KIND, lambda key: reverse("quality:run", args=[key]))
ui.add_link(CHANGES_KIND, lambda key: reverse("quality:changes", args=[key]))
ui.add_link(ORDER_KIND, lambda key: reverse("quality:order", args=[key]))


def seed_after_migrate(using: str, **_: Any) -> None:
    """After a migrate the approval flow exists; what administrators made of it stays."""
    if "approvals_flow" in connections[using].introspection.table_names():
        library.seed_flow(now=wall_clock())
        packs.seed_flow(now=wall_clock())
        writeback.seed_flow(now=wall_clock())


post_migrate.connect(seed_after_migrate, sender=apps.get_app_config("quality"))
