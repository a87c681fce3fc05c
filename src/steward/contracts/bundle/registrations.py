"""What bundles add to the platform: permissions, sentences, navigation, links."""

from django.urls import reverse

from steward.contracts.bundle.models import BUNDLE_KIND
from steward.core.access import api as access
from steward.core.audit import api as audit
from steward.core.ui import api as ui

GROUP = "合同与考核"
access.declare("bundle.bundle.view", "查看、下载、校验验收材料包", group=GROUP)
access.declare("bundle.bundle.build", "生成验收材料包", group=GROUP)

audit.register("bundle.built", "生成“{subject}”")
audit.register("bundle.downloaded", "下载“{subject}”")

ui.add_navigation(
    ui.NavItem("合同与考核", "验收材料包", "inventory_2", "bundle:home", "bundle.bundle.view",
               order=90)
)  # fmt: skip
ui.add_link(BUNDLE_KIND, lambda key: reverse("bundle:bundle", args=[key]))
