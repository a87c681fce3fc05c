"""What the audit adds to the platform: its permission, its page, the sentence of reading it."""

from steward.core.access import api as access
from steward.core.audit import api as audit
from steward.core.ui import api as ui

access.declare("audit.entry.view", "查看审计记录", group="安全审计")

audit.register("audit.read", "查阅审计记录（{after[filter]}）")

ui.add_navigation(
    ui.NavItem("系统管理", "审计记录", "policy", "audit:entries", "audit.entry.view", 90)
)
