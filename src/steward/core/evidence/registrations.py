"""What evidence adds to the platform: permissions, navigation, links."""

from django.urls import reverse

from steward.core.access import api as access
from steward.core.ui import api as ui

access.declare("evidence.record.view", "查看和校验证据", group="合同与考核")

ui.add_navigation(
    ui.NavItem(
        "合同与考核",
        "证据",
        "verified",
        "evidence:list",
        permission="evidence.record.view",
        order=80,
    )
)
ui.add_link("evidence.record", lambda key: reverse("evidence:detail", args=[key]))
