from collections.abc import Sequence
from typing import Self

from pydantic import Field, model_validator
from sqlglot import exp

from steward.engine.rules.context import Context
from steward.engine.rules.kind import Rows, TableKind, Verdict, kinds
from steward.engine.rules.model import Dimension, Parameters


class RowCountBetweenParameters(Parameters):
    min: int | None = Field(default=None, ge=0, description="最少行数")
    max: int | None = Field(default=None, ge=0, description="最多行数")

    @model_validator(mode="after")
    def _some_bound(self) -> Self:
        if self.min is None and self.max is None:
            raise ValueError("min 和 max 至少写一个")
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError("min 大于 max")
        return self


def count_rows(context: Context) -> exp.Select:
    """SELECT COUNT(*) over the source."""
    rows = exp.alias_(exp.Count(this=exp.Star()), "n", quoted=True)
    return exp.select(rows).from_(context.rows())


@kinds.register
class RowCountBetween(TableKind[RowCountBetweenParameters]):
    """The table has about as many rows as it should."""

    code = "row_count_between"
    label = "行数范围"
    description = "表的行数在范围内"
    dimension = Dimension.COMPLETENESS
    Parameters = RowCountBetweenParameters
    message = "表有 {rows} 行，不在规定的范围内"
    remedy = "检查归集是否缺批次或重复"
    empty_policy = "不涉及空值"

    def queries(self, parameters: RowCountBetweenParameters, context: Context) -> list[exp.Select]:
        del parameters
        return [count_rows(context)]

    def judge(
        self, parameters: RowCountBetweenParameters, answers: Sequence[Rows], context: Context
    ) -> Verdict:
        del context
        rows = int(answers[0][0][0])
        low = parameters.min is None or rows >= parameters.min
        high = parameters.max is None or rows <= parameters.max
        low_text = "不限" if parameters.min is None else parameters.min
        high_text = "不限" if parameters.max is None else parameters.max
        detail = f"{rows} 行，规定 {low_text} 至 {high_text}"
        return Verdict(passed=low and high, observed={"rows": rows}, detail=detail)
