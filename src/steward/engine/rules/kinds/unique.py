from pydantic import Field
from sqlglot import exp

from steward.engine.expressions import DataType
from steward.engine.expressions.sql import both, is_not_null, negate
from steward.engine.rules.context import Context
from steward.engine.rules.errors import RuleError
from steward.engine.rules.kind import GroupKind, Probe, kinds
from steward.engine.rules.model import Dimension, Parameters


class UniqueParameters(Parameters):
    columns: tuple[str, ...] = Field(min_length=1, max_length=16, description="合起来唯一的列")


@kinds.register
class Unique(GroupKind[UniqueParameters]):
    """No two rows agree in all the columns; every row of a duplicated group is failing."""

    code = "unique"
    label = "唯一"
    description = "各列合起来不重复；重复的每一行都算不合格；逐字比较，区分大小写和空格"
    dimension = Dimension.UNIQUENESS
    Parameters = UniqueParameters
    message = "{columns}重复"
    remedy = "核对重复的各行，合并或删除多余的，留下正确的一行"
    empty_policy = "任一列为空值或空白的行不参与判重"

    def probe(self, parameters: UniqueParameters, context: Context) -> Probe:
        found = [context.column(name) for name in parameters.columns]
        for name, (_, kind) in zip(parameters.columns, found, strict=True):
            if kind is DataType.OTHER:
                raise RuleError(f"列“{name}”的类型不能用来判重", column=name)
        keys = [context.sql.key(value, kind) for value, kind in found]
        filled = [is_not_null(value.copy()) for value, _ in found]
        filled += [
            negate(context.sql.blank(value.copy()))
            for value, kind in found
            if kind is DataType.TEXT
        ]
        groups = (
            exp.select(
                *(exp.alias_(key.copy(), f"k{i}", quoted=True) for i, key in enumerate(keys)),
                exp.alias_(exp.Count(this=exp.Star()), "n", quoted=True),
            )
            .from_(context.rows())
            .where(both(*filled))
            .group_by(*(key.copy() for key in keys))
            .having(exp.GT(this=exp.Count(this=exp.Star()), expression=exp.Literal.number(1)))
        )
        return Probe(tuple(keys), groups, repeated=both(*filled))
