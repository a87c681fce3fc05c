from collections.abc import Sequence
from decimal import Decimal

from pydantic import Field
from sqlglot import exp

from steward.engine.expressions.sql import case, number
from steward.engine.rules.context import Context
from steward.engine.rules.kind import ColumnParameters, Rows, TableKind, Verdict, kinds
from steward.engine.rules.model import Dimension


class NullRateParameters(ColumnParameters):
    max_rate: Decimal = Field(ge=0, le=1, description="最高空值率，0.05 即百分之五")


@kinds.register
class NullRateAtMost(TableKind[NullRateParameters]):
    """The share of NULL and blank values stays below a bound (K14.2)."""

    code = "null_rate_at_most"
    label = "空值率上限"
    description = "列的空值率（空值和空白都算）不超过上限；没有行的表算 0"
    dimension = Dimension.COMPLETENESS
    Parameters = NullRateParameters
    message = "{column}的空值率 {rate} 超过上限 {max_rate}"
    remedy = "查明空值集中的来源部门和时段，补录或修复归集"
    empty_policy = "空值和空白都算空"

    def queries(self, parameters: NullRateParameters, context: Context) -> list[exp.Select]:
        empty = case((context.empty(parameters.column), number(1)), default=number(0))
        return [
            exp.select(
                exp.alias_(exp.Sum(this=empty), "empty", quoted=True),
                exp.alias_(exp.Count(this=exp.Star()), "n", quoted=True),
            ).from_(context.rows())
        ]

    def judge(
        self, parameters: NullRateParameters, answers: Sequence[Rows], context: Context
    ) -> Verdict:
        del context
        empty, rows = (int(value or 0) for value in answers[0][0])
        passed = Decimal(empty) <= parameters.max_rate * rows
        rate = round(empty / rows, 6) if rows else 0.0
        detail = f"空值 {empty} 行，共 {rows} 行，空值率 {rate:.2%}，上限 {parameters.max_rate:.2%}"
        observed = {"empty": empty, "rows": rows, "rate": rate}
        return Verdict(passed=passed, observed=observed, detail=detail)
