"""What assessment adds to the platform: rule kinds, permissions, audit sentences, navigation."""

from steward.contracts.assessment.api import KINDS
from steward.contracts.packs.api import RuleShape, declare_rule_kind
from steward.core.access import api as access
from steward.core.audit import api as audit

for kind in KINDS:
    declare_rule_kind(RuleShape(kind.code, kind.label, kind.Params, kind.check, kind.use))

access.declare("assessment.score.view", "查看考核得分与应付金额", group="合同与考核")
access.declare("assessment.entry.record", "专家评分与核定", group="合同与考核")
access.declare("assessment.period.settle", "结算与更正考核期", group="合同与考核")

audit.register("assessment.entry.recorded", "对“{subject}”核定 {after[value]}：{reason}")
audit.register(
    "assessment.period.settled", "结算“{subject}”：{after[points]} 分，应付 {after[payable]} 元"
)
audit.register(
    "assessment.period.corrected",
    "更正“{subject}”的结算：{before[points]} 分改为 {after[points]} 分（{reason}）",
)
