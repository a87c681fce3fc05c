"""What organisations add to the platform: permissions, audit sentences, navigation, links."""

from django.urls import reverse

from steward.core.access import api as access
from steward.core.audit import api as audit
from steward.core.organizations.queries import KIND
from steward.core.ui.api import NavItem, add_link, add_navigation

access.declare("organizations.organization.view", "查看组织机构", group="组织与用户")
access.declare("organizations.organization.change", "新增和变更组织机构", group="组织与用户")
access.reserve("organizations.organization.change", access.Duty.SYSTEM)

audit.register("organizations.created", "新增机构“{subject}”")
audit.register("organizations.renamed", "将机构“{before[name]}”改名为“{after[name]}”")
audit.register("organizations.changed", "修改机构“{subject}”的{after[labels]}")
audit.register("organizations.moved", "将机构“{subject}”从“{before[parent]}”移到“{after[parent]}”")
audit.register("organizations.merged", "将机构“{subject}”并入“{after[into]}”")
audit.register("organizations.cancelled", "撤销机构“{subject}”：{reason}")

add_navigation(
    NavItem(
        "应用与组织", "组织机构", "account_tree", "organizations:tree",
        "organizations.organization.view", 10,
    )
)  # fmt: skip
add_link(KIND, lambda key: reverse("organizations:detail", args=[key]))
