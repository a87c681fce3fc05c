"""What accounts add to the platform: permissions, audit sentences, guards, navigation, links."""

from django.urls import reverse

from steward.core.access import api as access
from steward.core.accounts.guards import posts_in_use
from steward.core.accounts.panels import people_panel
from steward.core.accounts.queries import KIND, VIEW_PRIVATE
from steward.core.audit import api as audit
from steward.core.organizations import api as organizations
from steward.core.ui.api import NavItem, Panel, add_link, add_navigation, add_panel

access.declare("accounts.user.view", "查看用户和岗位", group="组织与用户")
access.declare(VIEW_PRIVATE, "查看用户手机号和邮箱原文", group="组织与用户")
access.declare("accounts.user.change", "新增、修改、停用用户和岗位，重置密码", group="组织与用户")
access.declare("accounts.user.unlock", "解锁用户", group="组织与用户")
access.reserve("accounts.user.change", access.Duty.SYSTEM)
access.reserve("accounts.user.unlock", access.Duty.SECURITY)

audit.register("accounts.created", "新增用户“{subject}”（登录名 {after[username]}）")
audit.register("accounts.changed", "修改用户“{subject}”的{after[labels]}")
audit.register("accounts.disabled", "停用用户“{subject}”：{reason}")
audit.register("accounts.enabled", "启用用户“{subject}”")
audit.register("accounts.password_reset", "重置用户“{subject}”的密码")
audit.register("accounts.password_changed", "“{subject}”修改了自己的密码")
audit.register("accounts.unlocked", "解锁用户“{subject}”")
audit.register("accounts.post_added", "给“{subject}”设岗位：{after[organization]} {after[title]}")
audit.register(
    "accounts.post_ended", "终止“{subject}”的岗位：{before[organization]} {before[title]}"
)
audit.register("accounts.main_post", "将“{subject}”的主岗设为{after[organization]} {after[title]}")
audit.register("accounts.revealed", "查看“{subject}”的手机号和邮箱原文")
audit.register("accounts.signed_in", "“{subject}”登录（{after[method]}）")
audit.register("accounts.signed_out", "“{subject}”退出登录")
audit.register("accounts.sign_in_failed", "“{subject}”登录失败：{reason}")
audit.register(
    "accounts.locked", "“{subject}”连续 {after[count]} 次登录失败，锁定到 {after[until]}"
)
audit.register("accounts.identity_linked", "将外部身份（{after[provider]}）关联到“{subject}”")
audit.register("accounts.identity_refused", "外部身份（{after[provider]}）没有对应的用户，拒绝登录")
audit.register("accounts.totp_on", "“{subject}”启用动态口令")
audit.register("accounts.totp_off", "“{subject}”停用动态口令")
audit.register("accounts.recovery_codes", "“{subject}”生成新的恢复码")

organizations.guard("accounts.posts", posts_in_use)
add_link(KIND, lambda key: reverse("accounts:detail", args=[key]))
add_navigation(
    NavItem("应用与组织", "用户与岗位", "group", "accounts:list", "accounts.user.view", 20)
)
add_panel(
    Panel(
        organizations.KIND,
        "accounts.people",
        "accounts/people_panel.html",
        people_panel,
        permission="accounts.user.view",
        order=20,
    )
)
