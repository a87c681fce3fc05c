from steward.engine.rules.context import Context
from steward.engine.rules.kind import GroupKind, Probe, kinds
from steward.engine.rules.kinds._references import ReferenceParameters, matching_keys
from steward.engine.rules.model import Dimension


@kinds.register
class ExistsIn(GroupKind[ReferenceParameters]):
    """The keys occur in another table."""

    code = "exists_in"
    label = "引用存在"
    description = "本表的列（可多列）在另一张表里存在"
    dimension = Dimension.RELEVANCE
    Parameters = ReferenceParameters
    message = "{columns}在表“{table}”里不存在"
    remedy = "核对引用的编号；确属缺失的先补齐被引用的表"
    empty_policy = "任一列为空值的行不算不合格；空白文本按值比对"

    def probe(self, parameters: ReferenceParameters, context: Context) -> Probe:
        members, types = context.members(parameters.table, parameters.others)
        keys = matching_keys(context, parameters.columns, types)
        return Probe(tuple(keys), members, counted=False, missing=True)
