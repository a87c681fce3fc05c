"""What the CMDB adds to the platform: sentences, permissions, navigation, links."""

from django.urls import reverse

from steward.core.access import api as access
from steward.core.audit import api as audit
from steward.core.ui import api as ui

audit.register("cmdb.item.created", "登记配置项“{subject}”")
audit.register("cmdb.item.updated", "修改配置项“{subject}”")
audit.register("cmdb.item.retired", "退役配置项“{subject}”：{reason}")
audit.register("cmdb.relation.added", "“{subject}”增加关系：{after[type]}{after[target]}")
audit.register("cmdb.relation.removed", "“{subject}”解除关系：{before[type]}{before[target]}")
audit.register(
    "cmdb.imported", "导入配置项表格“{subject}”：{after[good]} 行成功，{after[bad]} 行有误"
)

access.declare("cmdb.item.view", "查看资产与配置", group="资产与配置")
access.declare("cmdb.item.change", "登记和修改资产与配置", group="资产与配置")

ui.add_navigation(
    ui.NavItem("资产与配置", "配置项", "dns", "cmdb:list", permission="cmdb.item.view", order=10)
)
ui.add_link("cmdb.item", lambda key: reverse("cmdb:detail", args=[key]))
