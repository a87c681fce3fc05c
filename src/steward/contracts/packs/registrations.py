"""What packs add to the platform: permissions, audit sentences, links."""

from steward.contracts.packs.api import SUBJECT_KIND, VIEW
from steward.contracts.packs.drafting import CONFIRM, DRAFT_KIND, SUBMIT, VIEW_DRAFTS
from steward.contracts.packs.pages.drafts import waiting_block
from steward.core.access import api as access
from steward.core.audit import api as audit
from steward.core.ui import api as ui

access.declare(VIEW, "查看合同条款与版本", group="合同与考核")
access.declare(VIEW_DRAFTS, "查看条款变更的草案", group="合同与考核")
access.declare(SUBMIT, "起草与提交条款变更", group="合同与考核")
access.declare(CONFIRM, "代表甲方确认条款变更", group="合同与考核")

audit.register(
    "packs.version.installed", "载入合同“{subject}”第 {after[number]} 版，{after[effective]} 起生效"
)
audit.register("packs.contract.client_set", "设置合同“{subject}”的甲方机构")
audit.register("packs.draft.started", "起草合同条款“{subject}”（{after[file]}）")
audit.register("packs.draft.submitted", "提交合同条款“{subject}”待确认：{reason}")
audit.register("packs.draft.withdrawn", "撤回合同条款“{subject}”")
audit.register("packs.draft.confirmed", "确认合同条款“{subject}”生效：{reason}")
audit.register("packs.draft.refused", "退回合同条款“{subject}”：{reason}")

ui.add_navigation(
    ui.NavItem("合同与考核", "条款变更", "edit_document", "packs:drafts", VIEW_DRAFTS, order=60)
)
ui.add_home_block(
    ui.HomeBlock("packs.waiting", "packs/waiting.html", waiting_block, CONFIRM, order=15)
)
ui.add_link(DRAFT_KIND, lambda key: f"/contracts/drafts/{key}/")
ui.add_link(SUBJECT_KIND, lambda key: f"/contracts/{key}/")
