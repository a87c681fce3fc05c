"""What obligations add to the platform: permissions, sentences, navigation, panels, guards."""

from steward.contracts.obligations.api import KIND, VIEW
from steward.contracts.obligations.pages.blocks import (
    MOMENT_KIND,
    contract_panel,
    home_duties,
    may_read,
    overdue_badge,
)
from steward.core.access import api as access
from steward.core.audit import api as audit
from steward.core.files import api as files
from steward.core.ui import api as ui

GROUP = "合同与考核"
access.declare(VIEW, "查看合同义务与履行情况", group=GROUP)
access.declare("obligations.proof.submit", "提交与撤回履约证明", group=GROUP)
access.declare("obligations.proof.confirm_client", "代表甲方确认与退回履约证明", group=GROUP)
access.declare("obligations.waiver.supplier", "代表乙方提出与确认义务豁免", group=GROUP)
access.declare("obligations.waiver.client", "代表甲方提出与确认义务豁免", group=GROUP)
access.declare("obligations.moment.supplier", "代表乙方登记与确认重要时刻", group=GROUP)
access.declare("obligations.moment.client", "代表甲方登记与确认重要时刻", group=GROUP)

audit.register(
    "obligations.laid_out",
    "铺排“{subject}”的义务：新增 {after[added]}，调整 {after[moved]}，停用 {after[retired]}（{reason}）",
)
audit.register(
    "obligations.proof.submitted", "为“{subject}”提交证明“{after[title]}”（{after[grade]} 级）"
)
audit.register("obligations.proof.confirmed", "确认“{subject}”的证明“{after[title]}”")
audit.register("obligations.proof.withdrawn", "撤回“{subject}”的证明“{before[title]}”：{reason}")
audit.register("obligations.proof.returned", "退回“{subject}”的证明“{before[title]}”：{reason}")
audit.register("obligations.fulfilled", "“{subject}”{after[status]}")
audit.register("obligations.waiver.proposed", "{after[side]}申请豁免“{subject}”：{reason}")
audit.register("obligations.waiver.decided", "豁免“{subject}”：{after[verdict]}")
audit.register("obligations.moment.registered", "{after[side]}登记重要时刻“{subject}”")
audit.register("obligations.moment.decided", "重要时刻“{subject}”：{after[verdict]}")
audit.register("obligations.moment.cancelled", "取消重要时刻“{subject}”：{reason}")

files.guard(KIND, may_read)

ui.add_navigation(
    ui.NavItem(
        GROUP, "合同义务", "event_repeat", "obligations:list", VIEW, order=20, badge=overdue_badge
    )
)
ui.add_navigation(
    ui.NavItem(GROUP, "重要时刻", "shield_with_heart", "obligations:moments", VIEW, order=30)
)
ui.add_home_block(
    ui.HomeBlock("obligations.next", "obligations/home.html", home_duties, VIEW, order=30)
)
ui.add_panel(
    ui.Panel(
        "packs.contract",
        "obligations.contract",
        "obligations/contract_panel.html",
        contract_panel,
        VIEW,
    )
)
ui.add_link(KIND, lambda key: f"/obligations/{key}/")
ui.add_link(MOMENT_KIND, lambda key: f"/obligations/moments/#moment-{key}")
