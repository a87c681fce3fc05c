from decimal import Decimal
from typing import Literal, Self

from pydantic import Field, model_validator
from sqlglot import exp

from steward.engine.expressions import DataType
from steward.engine.expressions.sql import Sql, both, either, is_not_null, is_null
from steward.engine.rules.context import Context, resolve_column
from steward.engine.rules.errors import RuleError
from steward.engine.rules.kind import GroupKind, Probe, kinds
from steward.engine.rules.kinds._references import matching_keys
from steward.engine.rules.model import Dimension, Parameters

Measure = Literal["count", "sum", "min", "max"]
_MEASURES: dict[str, type[exp.AggFunc]] = {"sum": exp.Sum, "min": exp.Min, "max": exp.Max}


class AggregateAgreesParameters(Parameters):
    group_by: tuple[str, ...] = Field(min_length=1, max_length=16, description="本表的分组列")
    measure: Measure = Field(description="汇总方式：count、sum、min、max")
    column: str | None = Field(default=None, description="本表被汇总的列，count 时不写")
    table: str = Field(min_length=1, description="另一张表，每组一行（或在那边也汇总）")
    table_group_by: tuple[str, ...] = Field(default=(), description="另一张表的分组列，默认同名")
    table_column: str = Field(min_length=1, description="另一张表里登记汇总数的列")
    tolerance: Decimal = Field(default=Decimal(0), ge=0, description="允许相差多少")

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if (self.measure == "count") != (self.column is None):
            raise ValueError("count 不写 column，其他汇总方式要写 column")
        if self.table_group_by and len(self.table_group_by) != len(self.group_by):
            raise ValueError("group_by 和 table_group_by 的个数要相同")
        return self


@kinds.register
class AggregateAgrees(GroupKind[AggregateAgreesParameters]):
    """The aggregate of each group equals what another table registers for it (summed there)."""

    code = "aggregate_agrees"
    label = "汇总一致"
    description = "按组汇总的数与另一张表登记的数（同组多行时先求和）一致；对方没有该组也算不一致"
    dimension = Dimension.CONSISTENCY
    Parameters = AggregateAgreesParameters
    message = "{group_by}的汇总数与表“{table}”登记的不一致"
    remedy = "核对明细是否缺漏或重复，再核对登记的汇总数"
    empty_policy = "分组列为空值的行不参与；被汇总的列的空值不计入"

    def columns(self, parameters: AggregateAgreesParameters) -> tuple[str, ...]:
        measured = () if parameters.column is None else (parameters.column,)
        return (*parameters.group_by, *measured)

    def probe(self, parameters: AggregateAgreesParameters, context: Context) -> Probe:
        other, types = _registered(parameters, context)
        keys = matching_keys(context, parameters.group_by, types)
        here = _aggregated(parameters, context, keys)
        names = [f"k{i}" for i in range(len(keys))]
        ours = exp.column("m", table="a", quoted=True)
        theirs = exp.column("m", table="b", quoted=True)
        gap = exp.Abs(this=exp.Sub(this=ours, expression=theirs))
        limit = context.sql.literal(parameters.tolerance)
        wrong = either(
            is_null(theirs.copy()), is_null(ours.copy()), exp.GT(this=gap, expression=limit)
        )
        on = both(
            *(
                exp.EQ(
                    this=exp.column(name, table="a", quoted=True),
                    expression=exp.column(name, table="b", quoted=True),
                )
                for name in names
            )
        )
        groups = (
            exp.select(
                *(exp.column(name, table="a", quoted=True) for name in names),
                exp.column("n", table="a", quoted=True),
            )
            .from_(here.subquery("a"))
            .join(other.subquery("b"), on=on, join_type="left")
            .where(wrong)
        )
        return Probe(tuple(keys), groups)


def _aggregated(
    parameters: AggregateAgreesParameters, context: Context, keys: list[Sql]
) -> exp.Select:
    measured: Sql = exp.Count(this=exp.Star())
    if parameters.column is not None:
        value, kind = context.value(parameters.column)
        if not kind.is_number:
            raise RuleError(f"列“{parameters.column}”的类型是{kind.label}，不能汇总")
        total: Sql = _MEASURES[parameters.measure](this=value)
        empty = exp.Literal.number(0)
        measured = exp.Coalesce(this=total, expressions=[empty])
    grouped = [context.column(name)[0] for name in parameters.group_by]
    return (
        exp.select(
            *(exp.alias_(key.copy(), f"k{i}", quoted=True) for i, key in enumerate(keys)),
            exp.alias_(measured, "m", quoted=True),
            exp.alias_(exp.Count(this=exp.Star()), "n", quoted=True),
        )
        .from_(context.rows())
        .where(both(*(is_not_null(column) for column in grouped)))
        .group_by(*(key.copy() for key in keys))
    )


def _registered(
    parameters: AggregateAgreesParameters, context: Context
) -> tuple[exp.Select, list[DataType]]:
    schema = context.catalog.schema(parameters.table)
    wanted = parameters.table_group_by or parameters.group_by
    names = [resolve_column(name, schema, parameters.table) for name in wanted]
    parts = [exp.column(name, table="r", quoted=True) for name in names]
    kinds = [schema[name] for name in names]
    keys = [context.sql.key(part, kind) for part, kind in zip(parts, kinds, strict=True)]
    column = resolve_column(parameters.table_column, schema, parameters.table)
    value: Sql = exp.column(column, table="r", quoted=True)
    if schema[column] is DataType.TEXT:
        value = context.sql.number_of(value)
    elif not schema[column].is_number:
        raise RuleError(
            f"表“{parameters.table}”的列“{column}”的类型是{schema[column].label}，不是数"
        )
    query = (
        exp.select(
            *(exp.alias_(key, f"k{i}", quoted=True) for i, key in enumerate(keys)),
            exp.alias_(exp.Sum(this=value), "m", quoted=True),
        )
        .from_(exp.alias_(context.catalog.table(parameters.table), "r", table=True))
        .where(both(*(is_not_null(part.copy()) for part in parts)))
        .group_by(*(key.copy() for key in keys))
    )
    return query, kinds
