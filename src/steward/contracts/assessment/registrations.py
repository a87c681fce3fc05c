"""What assessment adds to the platform: rule kinds, permissions, audit sentences, navigation."""

from steward.contracts.assessment.api import (
    CASE_KIND,
    EXCLUSION_KIND,
    KINDS,
    may_read_documents,
)
from steward.contracts.assessment.pages.blocks import counted_in, home_answers, home_standings
from steward.contracts.assessment.pages.frame import VIEW
from steward.contracts.assessment.pages.whatif import WHAT_IF
from steward.contracts.packs.api import RuleShape, declare_rule_kind
from steward.core.access import api as access
from steward.core.audit import api as audit
from steward.core.files import api as files
from steward.core.ui import api as ui

for kind in KINDS:
    declare_rule_kind(
        RuleShape(kind.code, kind.label, kind.Params, kind.check, kind.terms, kind.use)
    )

access.declare(VIEW, "查看考核得分与应付金额", group="合同与考核")
access.declare(WHAT_IF, "试算合同条款", group="合同与考核")
access.declare("assessment.entry.record", "专家评分与核定", group="合同与考核")
access.declare("assessment.period.settle", "结算与更正考核期", group="合同与考核")
access.declare("assessment.side.client", "代表甲方提出和答复双方事项", group="合同与考核")
access.declare("assessment.side.supplier", "代表乙方提出和答复双方事项", group="合同与考核")

audit.register("assessment.proposal.made", "{after[side]}提出：{after[words]}")
audit.register(
    "assessment.proposal.answered", "{after[side]}对“{subject}”{after[verdict]}（{reason}）"
)
audit.register("assessment.stage.fulfilled", "“{subject}”{after[need]}（{after[day]}）")
audit.register("assessment.entry.recorded", "对“{subject}”核定 {after[value]}：{reason}")
audit.register(
    "assessment.period.settled", "结算“{subject}”：{after[points]} 分，应付 {after[payable]} 元"
)
audit.register(
    "assessment.period.corrected",
    "更正“{subject}”的结算：{before[points]} 分改为 {after[points]} 分（{reason}）",
)

files.guard(CASE_KIND, lambda user, key: may_read_documents(user, "breach", key))
files.guard(EXCLUSION_KIND, lambda user, key: may_read_documents(user, "exclusion", key))
ui.add_link(CASE_KIND, lambda key: f"/contracts/breaches/{key}/")
ui.add_link(EXCLUSION_KIND, lambda key: f"/contracts/exclusions/{key}/")

ui.add_navigation(
    ui.NavItem("合同与考核", "考核", "balance", "assessment:portfolio", VIEW, order=10)
)
ui.add_home_block(
    ui.HomeBlock("assessment.standing", "assessment/home.html", home_standings, VIEW, order=20)
)
ui.add_home_block(
    ui.HomeBlock("assessment.answers", "assessment/home_answers.html", home_answers, VIEW, order=15)
)
ui.add_panel(
    ui.Panel("desk.ticket", "assessment.counted", "assessment/ticket_panel.html", counted_in, VIEW)
)
