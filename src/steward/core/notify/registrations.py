"""What notices add to the platform: permissions, navigation with the unread count, sentences."""

from django.http import HttpRequest

from steward.core.access import api as access
from steward.core.audit import api as audit
from steward.core.notify import api as notify
from steward.core.ui import api as ui

access.declare("notify.channel.change", "设置通知渠道", group="系统管理")

audit.register(
    "notify.channel_configured", "设置通知渠道“{subject}”（{after[state]}），修改：{after[changed]}"
)


def unread(request: HttpRequest) -> str:
    """The badge of the bell: unread messages, 99+ at most, nothing when all are read."""
    found = notify.unread_count(request.user.pk or 0)
    return "99+" if found > 99 else str(found or "")


ui.add_navigation(
    ui.NavItem("今天", "消息", "notifications", "notify:messages", None, 90, badge=unread)
)
ui.add_navigation(
    ui.NavItem("系统管理", "通知渠道", "send", "notify:channels", "notify.channel.change", 70)
)
