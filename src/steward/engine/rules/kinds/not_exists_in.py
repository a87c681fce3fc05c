from steward.engine.rules.context import Context
from steward.engine.rules.kind import GroupKind, Probe, kinds
from steward.engine.rules.kinds._references import ReferenceParameters, matching_keys
from steward.engine.rules.model import Dimension


@kinds.register
class NotExistsIn(GroupKind[ReferenceParameters]):
    """The keys do not occur in another table: no living person in the register of deaths."""

    code = "not_exists_in"
    label = "引用不存在"
    description = "本表的列（可多列）不得出现在另一张表里，如在册人员不得在死亡登记里"
    dimension = Dimension.RELEVANCE
    Parameters = ReferenceParameters
    message = "{columns}已在表“{table}”里"
    remedy = "核对两表的登记，注销或更正其中有误的一条"
    empty_policy = "任一列为空值的行不算不合格"

    def probe(self, parameters: ReferenceParameters, context: Context) -> Probe:
        members, types = context.members(parameters.table, parameters.others)
        keys = matching_keys(context, parameters.columns, types)
        return Probe(tuple(keys), members, counted=False)
