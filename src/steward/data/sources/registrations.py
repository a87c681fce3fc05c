"""What sources add to the platform: permissions, sentences, navigation, links."""

from django.urls import reverse

from steward.core.access import api as access
from steward.core.audit import api as audit
from steward.core.ui import api as ui
from steward.data.sources.models import SOURCE_KIND, TABLE_KIND

GROUP = "数据服务"
access.declare("sources.source.view", "查看数据源、表结构与画像", group=GROUP)
access.declare("sources.source.change", "登记、修改、检测数据源，读取结构与画像", group=GROUP)
access.declare("sources.right.view", "查看前置库权限", group=GROUP)
access.declare("sources.right.change", "授予、收回、核对前置库权限", group=GROUP)

audit.register("sources.registered", "登记数据源“{subject}”")
audit.register("sources.changed", "修改数据源“{subject}”")
audit.register("sources.enabled", "启用数据源“{subject}”：{reason}")
audit.register("sources.disabled", "停用数据源“{subject}”：{reason}")
audit.register("sources.key.pinned", "固定数据源“{subject}”的主机密钥 {after[key]}：{reason}")
audit.register("sources.surveyed", "读取数据源“{subject}”的结构，{after[changes]} 处变化")
audit.register("sources.profiled", "分析源表“{subject}”，{after[rows]} 行")
audit.register("sources.right.granted", "在“{subject}”授予 {after[account]} 对 {after[table]} 的{after[privileges]}权限：{reason}")  # fmt: skip
audit.register("sources.right.revoked", "在“{subject}”收回 {after[account]} 对 {after[table]} 的权限：{reason}")  # fmt: skip
audit.register("sources.right.audited", "核对“{subject}”的库内权限：未登记 {after[unregistered]} 项，缺失 {after[missing]} 项")  # fmt: skip

ui.add_navigation(
    ui.NavItem("数据服务", "数据源", "database", "sources:list", "sources.source.view", order=20)
)
ui.add_link(SOURCE_KIND, lambda key: reverse("sources:source", args=[key]))
ui.add_link(TABLE_KIND, lambda key: reverse("sources:table", args=[key]))
