from collections.abc import Sequence
from decimal import Decimal

from pydantic import Field
from sqlglot import exp

from steward.engine.rules.context import Context
from steward.engine.rules.kind import Rows, TableKind, Verdict, kinds
from steward.engine.rules.kinds.row_count_between import count_rows
from steward.engine.rules.model import Dimension, Parameters


class RowCountChangeParameters(Parameters):
    max_increase: Decimal | None = Field(
        default=None, ge=0, description="最多增加的比例，0.5 即一半"
    )
    max_decrease: Decimal | None = Field(
        default=Decimal("0.1"), ge=0, le=1, description="最多减少的比例"
    )


@kinds.register
class RowCountChange(TableKind[RowCountChangeParameters]):
    """The number of rows has not jumped since the last run; the first run passes."""

    code = "row_count_change"
    label = "行数变动"
    description = "行数与上次检查相比的增减不超过规定的比例；第一次检查只记下行数"
    dimension = Dimension.COMPLETENESS
    Parameters = RowCountChangeParameters
    message = "表有 {rows} 行，与上次 {previous_rows} 行相比变动过大"
    remedy = "检查来源是否清库重推、归集是否中断"
    empty_policy = "不涉及空值"

    def queries(self, parameters: RowCountChangeParameters, context: Context) -> list[exp.Select]:
        del parameters
        return [count_rows(context)]

    def judge(
        self, parameters: RowCountChangeParameters, answers: Sequence[Rows], context: Context
    ) -> Verdict:
        rows = int(answers[0][0][0])
        before = _before(context)
        if before is None:
            return Verdict(passed=True, observed={"rows": rows}, detail=f"{rows} 行，首次检查")
        observed = {"rows": rows, "previous_rows": before}
        detail = f"{rows} 行，上次 {before} 行"
        if before == 0:
            grew = rows > 0 and parameters.max_increase is not None
            return Verdict(passed=not grew, observed=observed, detail=detail)
        change = Decimal(rows - before) / Decimal(before)
        too_many = parameters.max_increase is not None and change > parameters.max_increase
        too_few = parameters.max_decrease is not None and -change > parameters.max_decrease
        return Verdict(passed=not (too_many or too_few), observed=observed, detail=detail)


def _before(context: Context) -> int | None:
    """The rows of the last run; those that met `when`, if the rule has one."""
    if context.when is None:
        return context.previous_rows
    counted = context.previous.get("rows")
    return counted if isinstance(counted, int) else None
