"""What background work adds to the platform: permissions, navigation, links, audit sentences."""

from django.urls import reverse

from steward.core.access import api as access
from steward.core.audit import api as audit
from steward.core.ui import api as ui

access.declare("jobs.run.view", "查看后台任务", group="系统管理")
access.declare("jobs.run.retry", "重试后台任务", group="系统管理")

audit.register("jobs.run.retried", "重试后台任务“{subject}”")
audit.register("jobs.delivery.retried", "重新投递事件“{subject}”")


ui.add_navigation(
    ui.NavItem("系统管理", "后台任务", "manufacturing", "jobs:runs", "jobs.run.view", 60)
)
ui.add_link("jobs.run", lambda key: reverse("jobs:run", args=[key]))
