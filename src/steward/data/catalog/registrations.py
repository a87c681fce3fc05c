"""What the catalogue adds to the platform: permissions, sentences, approvals, navigation, links."""

from typing import Any

from django.apps import apps
from django.db import connections
from django.db.models.signals import post_migrate
from django.urls import reverse

from steward.core.access import api as access
from steward.core.approvals import api as approvals
from steward.core.audit import api as audit
from steward.core.ui import api as ui
from steward.data.catalog import demands, publishing, standard_versions
from steward.data.catalog.choices import Asked, Scope, Sharing
from steward.data.catalog.levels import declared_by_catalogues
from steward.data.catalog.models import (
    CATALOGUE_KIND,
    DEMAND_KIND,
    STANDARD_KIND,
    SYSTEM_KIND,
)
from steward.data.catalog.pages import blocks
from steward.data.collection import api as collection
from steward.data.sources.api import SOURCE_KIND
from steward.data.sources.api import TABLE_KIND as SOURCE_TABLE_KIND
from steward.kernel.instants import now as wall_clock

GROUP = "数据服务"
access.declare("catalog.catalogue.view", "查看数据目录、普查差异与归集率", group=GROUP)
access.declare(
    "catalog.catalogue.change", "编制、修改目录，导入，普查，申请发布与下架", group=GROUP
)
access.declare("catalog.catalogue.rectify", "整改本单位的问题目录", group=GROUP)
access.declare("catalog.catalogue.approve", "审核目录的发布与下架", group=GROUP)
access.declare("catalog.standard.change", "起草编目标准，试算影响，提交审核", group=GROUP)
access.declare("catalog.standard.approve", "审核编目标准", group=GROUP)
access.declare("catalog.demand.view", "查看数据需求", group=GROUP)
access.declare("catalog.demand.submit", "提出数据需求", group=GROUP)
access.declare("catalog.demand.approve", "代表数源单位审批数据需求", group=GROUP)
access.declare("catalog.demand.hand_over", "把批准的需求移交归集", group=GROUP)
access.declare("catalog.rate.decide", "决定未归集目录的去向", group=GROUP)

audit.register("catalog.system.registered", "登记信息系统“{subject}”")
audit.register("catalog.system.changed", "修改信息系统“{subject}”")
audit.register("catalog.created", "编制目录“{subject}”（{after[code]}）")
audit.register("catalog.changed", "修改目录“{subject}”")
audit.register("catalog.items.changed", "修改目录“{subject}”的数据项，共 {after[items]} 个")
audit.register("catalog.deleted", "删除目录草稿“{subject}”")
audit.register("catalog.submitted", "申请{after[asked]}目录“{subject}”：{reason}")
audit.register("catalog.standard.drafted", "起草“{subject}”")
audit.register("catalog.standard.discarded", "删除草稿“{subject}”")
audit.register("catalog.standard.submitted", "提交“{subject}”审核：{reason}")
audit.register("catalog.gap.ignored", "“{subject}”的差异“{after[gap]}”不编目：{reason}")
audit.register("catalog.imported", "导入目录“{subject}”：{after[good]} 个目录，{after[bad]} 行有误")
audit.register(
    "catalog.items_list.imported", "导入{subject}：{after[good]} 项，{after[bad]} 行有误"
)
audit.register("catalog.linked", "目录“{subject}”关联 {after[count]} 个政务事项：{after[names]}")
audit.register("catalog.unlinked", "目录“{subject}”取消关联政务事项“{after[name]}”")
audit.register("catalog.demand.submitted", "提出数据需求“{subject}”")
audit.register("catalog.demand.handed_over", "数据需求“{subject}”移交归集：{after[task]}")
audit.register("catalog.decided", "决定{after[decision]}目录“{subject}”：{reason}")

approvals.declare_purpose(
    publishing.PURPOSE,
    "目录发布与下架",
    (approvals.FactField("asked", "事项", "choice", tuple(Asked.choices)),),
)
approvals.declare_purpose(
    standard_versions.PURPOSE,
    "编目标准审核",
    (approvals.FactField("scope", "对象", "choice", tuple(Scope.choices)),),
)
approvals.declare_purpose(
    demands.PURPOSE,
    "数据需求",
    (approvals.FactField("sharing", "共享类型", "choice", tuple(Sharing.choices)),),
)
ui.add_navigation(
    ui.NavItem(
        "数据服务", "数据目录", "menu_book", "catalog:list", "catalog.catalogue.view", order=30
    )
)
ui.add_navigation(
    ui.NavItem(
        "数据服务", "数据需求", "live_help", "catalog:demands", "catalog.demand.view", order=35
    )
)
for kind, name, context in (
    (SOURCE_KIND, "source", blocks.source_panel),
    (SOURCE_TABLE_KIND, "table", blocks.table_panel),
    ("data.home", "home", blocks.home_panel),
):
    ui.add_panel(
        ui.Panel(
            kind=kind,
            code=f"catalog.{name}",
            template=f"catalog/{name}_panel.html",
            context=context,
            permission="catalog.catalogue.view",
            order=10,
        )
    )
collection.declare_levels("catalog", declared_by_catalogues, order=10)
ui.add_link(CATALOGUE_KIND, lambda key: reverse("catalog:detail", args=[key]) if key else "")
ui.add_link(SYSTEM_KIND, lambda key: reverse("catalog:system", args=[key]))
ui.add_link(STANDARD_KIND, lambda key: reverse("catalog:standard-version", args=[key]))
ui.add_link(DEMAND_KIND, lambda key: reverse("catalog:demand", args=[key]))


def seed_after_migrate(using: str, **_: Any) -> None:
    """After a migrate the approval flows exist; what administrators made of them stays."""
    if "approvals_flow" in connections[using].introspection.table_names():
        publishing.seed_publication_flow(now=wall_clock())
        demands.seed_demand_flow(now=wall_clock())
        standard_versions.seed_standard_flow(now=wall_clock())
    if "catalog_standardversion" in connections[using].introspection.table_names():
        standard_versions.seed_standards(now=wall_clock())


post_migrate.connect(seed_after_migrate, sender=apps.get_app_config("catalog"))
