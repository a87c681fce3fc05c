"""What monitoring adds to the platform: words, permissions, navigation, panels, links."""

from django.urls import reverse

from steward.assets.cmdb.api import SUBJECT_KIND
from steward.core.access import api as access
from steward.core.audit import api as audit
from steward.core.ui import api as ui
from steward.operations.monitoring.pages.blocks import home_block, item_panel, trouble_badge
from steward.operations.monitoring.queries.monitors import MONITOR_KIND, SPAN_KIND
from steward.operations.monitoring.services.windows import WINDOW_KIND

GROUP = "运行监测"
access.declare("monitoring.monitor.view", "查看运行状态与中断记录", group=GROUP)
access.declare("monitoring.monitor.change", "建立、修改与暂停监测项", group=GROUP)
access.declare("monitoring.monitor.probe", "立即探测", group=GROUP)
access.declare("monitoring.window.view", "查看维护与除外时段", group=GROUP)
access.declare("monitoring.window.register", "登记维护、申报不可抗力", group=GROUP)
access.declare("monitoring.window.approve", "批准维护时段", group=GROUP)
access.declare("monitoring.window.confirm_supplier", "代表乙方确认不可抗力", group=GROUP)
access.declare("monitoring.window.confirm_client", "代表甲方确认不可抗力", group=GROUP)

audit.register("monitoring.monitor.created", "建立监测项“{subject}”")
audit.register("monitoring.monitor.changed", "修改监测项“{subject}”")
audit.register("monitoring.monitor.paused", "暂停监测项“{subject}”：{reason}")
audit.register("monitoring.monitor.resumed", "恢复监测项“{subject}”")
audit.register("monitoring.window.requested", "登记“{subject}”，待批准")
audit.register("monitoring.window.planned", "批准“{subject}”（事先批准）")
audit.register("monitoring.window.unplanned", "批准“{subject}”（开始后才批准，不抵扣中断时间）")
audit.register("monitoring.window.proposed", "申报“{subject}”，待甲乙双方确认")
audit.register("monitoring.window.confirmed_supplier", "代表乙方确认“{subject}”")
audit.register("monitoring.window.confirmed_client", "代表甲方确认“{subject}”")
audit.register("monitoring.window.ended", "提前结束“{subject}”")
audit.register("monitoring.term.installed", "合同“{subject}”自 {after[effective]} 生效")

ui.add_navigation(
    ui.NavItem("运行保障", "运行状态", "monitor_heart", "monitoring:board", "monitoring.monitor.view",
               order=10, badge=trouble_badge)
)  # fmt: skip
ui.add_navigation(
    ui.NavItem("运行保障", "维护与除外", "build_circle", "monitoring:windows",
               "monitoring.window.view", order=20)
)  # fmt: skip
ui.add_link(MONITOR_KIND, lambda key: reverse("monitoring:monitor", args=[key]))
ui.add_link(SPAN_KIND, lambda key: reverse("monitoring:span", args=[key]))
ui.add_link(WINDOW_KIND, lambda key: f"{reverse('monitoring:windows')}#w{key}")
ui.add_panel(
    ui.Panel(
        kind=SUBJECT_KIND,
        code="monitoring.item",
        template="monitoring/item_panel.html",
        context=item_panel,
        permission="monitoring.monitor.view",
        order=20,
    )
)
ui.add_home_block(
    ui.HomeBlock(
        code="monitoring.board",
        template="monitoring/home_block.html",
        context=home_block,
        permission="monitoring.monitor.view",
        order=50,
        wide=True,
    )
)
