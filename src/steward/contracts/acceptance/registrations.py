"""What acceptance adds to the platform: permissions, sentences, navigation, links, guards."""

from steward.contracts.acceptance.api import CLIENT, KIND, SUPPLIER, VIEW
from steward.contracts.acceptance.pages.blocks import home_block
from steward.contracts.acceptance.queries import may_read
from steward.core.access import api as access
from steward.core.audit import api as audit
from steward.core.files import api as files
from steward.core.ui import api as ui

access.declare(VIEW, "查看验收", group="合同与考核")
access.declare(SUPPLIER, "代表乙方申请验收、整改", group="合同与考核")
access.declare(CLIENT, "代表甲方审核、组织和评定验收", group="合同与考核")

audit.register("acceptance.act", "{after[act]}：{reason}（{before[stage]} → {after[stage]}）")
audit.register("acceptance.deemed", "逾期视为验收合格：{reason}")
audit.register("acceptance.overdue", "甲方“{after[limit]}”逾期，时限 {after[due_at]}")

files.guard(KIND, may_read)

ui.add_navigation(ui.NavItem("合同与考核", "验收", "fact_check", "acceptance:list", VIEW, order=40))
ui.add_link(KIND, lambda key: f"/acceptance/{key}/")
ui.add_home_block(
    ui.HomeBlock("acceptance.due", "acceptance/home_block.html", home_block, VIEW, order=25)
)
