from steward.engine.expressions.sql import Sql, is_null
from steward.engine.rules.context import Context
from steward.engine.rules.kind import ColumnParameters, RowKind, kinds
from steward.engine.rules.model import Dimension


@kinds.register
class NotNull(RowKind[ColumnParameters]):
    """The column has a value; an empty text is one."""

    code = "not_null"
    label = "不为空值"
    description = "列不得为空值（NULL）；空文本不算空值，要连空白一起查请用“不为空白”"
    dimension = Dimension.COMPLETENESS
    Parameters = ColumnParameters
    message = "{column}为空值"
    remedy = "补录该列的值"
    empty_policy = "空值算不合格；空白不算"

    def bad(self, parameters: ColumnParameters, context: Context) -> Sql:
        return is_null(context.column(parameters.column)[0])
