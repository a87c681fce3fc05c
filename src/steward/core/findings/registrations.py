"""What findings add to the platform: sentences, permissions, navigation, links."""

from django.urls import reverse

from steward.core.access import api as access
from steward.core.audit import api as audit
from steward.core.ui import api as ui

audit.register("findings.accepted", "接受问题“{subject}”：{reason}")
audit.register("findings.recheck_requested", "要求复查问题“{subject}”")

access.declare("findings.finding.view", "查看问题", group="运行保障")
access.declare("findings.finding.recheck", "要求复查问题", group="运行保障")
access.declare("findings.finding.accept", "接受问题（不再处理）", group="运行保障")

ui.add_navigation(
    ui.NavItem("运行保障", "问题", "error", "findings:list", "findings.finding.view", 30)
)
ui.add_link("findings.finding", lambda key: reverse("findings:detail", args=[key]))
