"""What packs add to the platform: permissions, audit sentences, links."""

from steward.contracts.packs.api import SUBJECT_KIND, VIEW
from steward.core.access import api as access
from steward.core.audit import api as audit
from steward.core.ui import api as ui

access.declare(VIEW, "查看合同条款与版本", group="合同与考核")

audit.register(
    "packs.version.installed", "载入合同“{subject}”第 {after[number]} 版，{after[effective]} 起生效"
)
audit.register("packs.contract.client_set", "设置合同“{subject}”的甲方机构")

ui.add_link(SUBJECT_KIND, lambda key: f"/contracts/{key}/")
