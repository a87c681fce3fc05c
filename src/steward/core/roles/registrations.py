"""What roles add to the platform: permissions, audit sentences, navigation."""

from django.urls import reverse

from steward.core.access import api as access
from steward.core.accounts import api as accounts
from steward.core.audit import api as audit
from steward.core.roles.panels import grants_panel
from steward.core.roles.queries import ROLE_KIND
from steward.core.ui.api import NavItem, Panel, add_link, add_navigation, add_panel

access.declare("roles.role.view", "查看角色", group="角色与授权")
access.declare("roles.role.change", "维护角色", group="角色与授权")
access.declare("roles.grant.change", "授予和收回角色", group="角色与授权")
access.declare("roles.review.view", "查看授权复核表", group="角色与授权")
access.reserve("roles.role.change", access.Duty.SECURITY)
access.reserve("roles.grant.change", access.Duty.SECURITY)
access.reserve("audit.*", access.Duty.AUDIT)

audit.register(
    "roles.granted",
    "授予“{after[user]}”在{after[organization]}的角色“{after[role]}”（{after[reach]}）",
)
audit.register(
    "roles.revoked", "收回“{before[user]}”在{before[organization]}的角色“{before[role]}”：{reason}"
)
audit.register("roles.reviewed", "复核授权“{subject}”，予以保留")
audit.register("roles.exported", "导出授权复核表（{after[rows]} 行）")
audit.register("roles.created", "新增角色“{subject}”")
audit.register("roles.changed", "修改角色“{subject}”")
audit.register("roles.enabled", "启用角色“{subject}”")
audit.register("roles.disabled", "停用角色“{subject}”")

add_link(ROLE_KIND, lambda key: reverse("roles:role", args=[key]))
add_navigation(NavItem("系统管理", "角色", "badge", "roles:roles", "roles.role.view", 20))
add_navigation(
    NavItem("系统管理", "授权复核", "fact_check", "roles:review", "roles.review.view", 30)
)
add_panel(
    Panel(
        accounts.KIND,
        "roles.grants",
        "roles/grants_panel.html",
        grants_panel,
        permission="roles.role.view",
        order=10,
    )
)
