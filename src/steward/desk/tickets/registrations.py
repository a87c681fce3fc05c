"""What the desk adds to the platform: permissions, audit sentences, navigation, panels, links."""

from steward.core.access import api as access
from steward.core.audit import api as audit
from steward.core.files import api as files
from steward.core.ui import api as ui
from steward.desk.tickets.pages.blocks import (
    due_badge,
    home_block,
    item_panel,
    may_read,
    order_panel,
)

access.declare("desk.ticket.view", "查看工单", group="服务台")
access.declare("desk.ticket.create", "登记工单", group="服务台")
access.declare("desk.ticket.handle", "处理工单：转派、回复、签到、挂起、解决", group="服务台")
access.declare("desk.ticket.comment", "以报告人身份补充回复", group="服务台")
access.declare("desk.ticket.close", "关闭与重新打开工单", group="服务台")
access.declare("desk.ticket.void", "取消、作废、合并工单", group="服务台")
access.declare("desk.ticket.override", "复查未通过仍解决工单", group="服务台")
access.declare("contracts.adjustment.client", "代表甲方提出和确认计时调整", group="服务台")
access.declare("desk.adjustment.supplier", "代表乙方提出和确认计时调整", group="服务台")
access.declare("desk.routing.view", "查看路由规则", group="服务台")
access.declare("desk.routing.change", "修改路由规则与处理组", group="服务台")
access.declare("desk.pauses.view", "查看各处理人的暂停情况", group="服务台")
access.declare("desk.policy.view", "查看时限政策", group="服务台")

audit.register("desk.policy.installed", "安装时限政策“{subject}”，{after[effective_from]} 起生效")
audit.register("desk.ticket.opened", "建立工单“{subject}”")
audit.register("desk.ticket.assigned", "将工单转派给{after[assignee]}")
audit.register("desk.ticket.replied", "回复工单“{subject}”")
audit.register("desk.ticket.checked_in", "到场签到：{after[proof]}")
audit.register("desk.ticket.suspended", "挂起工单：{reason}")
audit.register("desk.ticket.resumed", "恢复工单“{subject}”")
audit.register("desk.ticket.step", "登记步骤“{after[step]}”")
audit.register("desk.ticket.resolved", "解决工单：{reason}")
audit.register("desk.ticket.resolved_over_failing", "复查未通过仍解决工单：{reason}")
audit.register("desk.ticket.closed", "关闭工单“{subject}”")
audit.register("desk.ticket.reopened", "重新打开工单：{reason}")
audit.register("desk.ticket.voided", "工单{after[state]}：{reason}")
audit.register("desk.ticket.severity", "级别由{before[severity]}改为{after[severity]}：{reason}")
audit.register("desk.ticket.linked", "关联：{after[link]}")
audit.register("desk.ticket.tagged", "标签改为 {after[tags]}")
audit.register("desk.adjustment.proposed", "提出{after[adjustment]}：{reason}")
audit.register("desk.adjustment.decided", "{after[verdict]}{after[adjustment]}")
audit.register("desk.routing.saved", "保存路由规则“{subject}”")
audit.register("desk.team.saved", "保存处理组“{subject}”")

files.guard("desk.ticket", may_read)

ui.add_navigation(
    ui.NavItem(
        "今天", "我的工单", "confirmation_number", "desk:mine", "desk.ticket.view", 20, due_badge
    )
)
ui.add_navigation(
    ui.NavItem("服务台", "工单", "support_agent", "desk:queue", "desk.ticket.view", 10)
)
ui.add_navigation(ui.NavItem("服务台", "时限清单", "timer", "desk:clocks", "desk.ticket.view", 20))
ui.add_navigation(
    ui.NavItem("服务台", "暂停情况", "pause_circle", "desk:pauses", "desk.pauses.view", 25)
)
ui.add_navigation(ui.NavItem("服务台", "处理组", "groups", "desk:teams", "desk.routing.view", 55))
ui.add_navigation(
    ui.NavItem("服务台", "路由规则", "alt_route", "desk:routing", "desk.routing.view", 60)
)
ui.add_navigation(
    ui.NavItem("服务台", "时限政策", "policy", "desk:policies", "desk.policy.view", 70)
)
ui.add_home_block(
    ui.HomeBlock("desk.due", "desk/home_block.html", home_block, "desk.ticket.view", 20, wide=True)
)
ui.add_panel(
    ui.Panel(
        "cmdb.item", "desk.tickets", "desk/item_panel.html", item_panel, "desk.ticket.view", 30
    )
)
ui.add_panel(
    ui.Panel(
        "quality.order", "desk.order", "desk/order_panel.html", order_panel, "desk.ticket.view", 30
    )
)
ui.add_link("desk.ticket", lambda key: f"/desk/{key}/")
ui.add_link("desk.clock", lambda key: f"/desk/clocks/{key}/")
ui.add_link("desk.team", lambda key: f"/desk/teams/{key}/")
ui.add_link("desk.policy", lambda _: "/desk/policies/")
