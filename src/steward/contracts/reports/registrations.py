"""What reports add to the platform: permissions, sentences, guards, navigation, panels."""

from steward.contracts.packs import api as packs
from steward.contracts.reports.api import MAKE, REPORT_KIND, TEMPLATE_KIND, TEMPLATES, VIEW
from steward.contracts.reports.pages.blocks import contract_panel
from steward.contracts.reports.queries import may_read, may_read_template
from steward.core.access import api as access
from steward.core.audit import api as audit
from steward.core.files import api as files
from steward.core.ui import api as ui

GROUP = "合同与考核"
access.declare(VIEW, "查看与下载报告", group=GROUP)
access.declare(MAKE, "生成报告，设置自动生成", group=GROUP)
access.declare(TEMPLATES, "维护报告模板", group=GROUP)

audit.register("reports.made", "生成“{subject}”第 {after[version]} 版 {reason}")
audit.register(
    "reports.template_uploaded", "更换“{after[kind]}”模板为第 {after[number]} 版 {reason}"
)
audit.register("reports.planned", "{after[state]}“{subject}”的“{after[kind]}”自动生成")

files.guard(REPORT_KIND, may_read)
files.guard(TEMPLATE_KIND, may_read_template)

ui.add_navigation(ui.NavItem(GROUP, "报告", "description", "reports:list", VIEW, order=60))
ui.add_panel(
    ui.Panel(
        packs.SUBJECT_KIND, "reports.contract", "reports/contract_panel.html", contract_panel, VIEW
    )
)
ui.add_link(REPORT_KIND, lambda key: f"/reports/{key}/")
