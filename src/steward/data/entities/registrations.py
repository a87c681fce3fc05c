"""What entities add to the platform: permissions, sentences, navigation, links."""

from django.urls import reverse

from steward.core.access import api as access
from steward.core.audit import api as audit
from steward.core.ui import api as ui
from steward.data.collection import api as collection
from steward.data.entities.library import declared_by_models, offered
from steward.data.entities.models import LINEAGE_KIND, TABLE_KIND
from steward.data.entities.pages.blocks import task_panel
from steward.engine.rules import offer_pack

GROUP = "数据服务"
access.declare("entities.home.view", "查看数据服务首页", group=GROUP)
access.declare("entities.lineage.view", "查看字段血缘", group=GROUP)
access.declare("entities.lineage.change", "修改、导入字段血缘", group=GROUP)
access.declare("entities.rows.view", "查看数据表与脱敏样例", group=GROUP)
access.declare("entities.rows.view_private", "查看数据表样例的原值", group=GROUP)

audit.register("entities.lineage.changed", "修改“{subject}”的字段血缘 {after[lines]} 条：{reason}")
audit.register("entities.lineage.exported", "导出“{subject}”的字段血缘")
audit.register("entities.rows.read", "查看表“{subject}”的 {after[rows]} 行原值")

ui.add_navigation(
    ui.NavItem("数据服务", "数据首页", "dashboard", "entities:home", "entities.home.view", order=5)
)
ui.add_navigation(
    ui.NavItem("数据服务", "字段血缘", "account_tree", "entities:lineage", "entities.lineage.view",
               order=60)
)  # fmt: skip
ui.add_link(LINEAGE_KIND, lambda key: reverse("entities:matrix", args=[key]))
ui.add_link(TABLE_KIND, lambda key: reverse("entities:table", args=[key]))
ui.add_panel(
    ui.Panel(
        kind=collection.TASK_KIND,
        code="entities.task",
        template="entities/task_panel.html",
        context=task_panel,
        permission="entities.rows.view",
        order=10,
    )
)

collection.declare_levels("entities", declared_by_models, order=20)
for _pack in offered():
    offer_pack(_pack)
