from collections.abc import Sequence
from datetime import date, datetime, timedelta

from pydantic import Field
from sqlglot import exp

from steward.engine.expressions import DataType
from steward.engine.expressions.dates import FORMATS
from steward.engine.rules.context import Context
from steward.engine.rules.errors import RuleError
from steward.engine.rules.kind import ColumnParameters, Rows, TableKind, Value, Verdict, kinds
from steward.engine.rules.model import Dimension
from steward.kernel.instants import SHANGHAI


class FreshnessParameters(ColumnParameters):
    max_age: timedelta = Field(description="最长多久未更新，如 P1D（一天）、PT6H（六小时）")


@kinds.register
class Freshness(TableKind[FreshnessParameters]):
    """The newest moment in a column is no older than so long before `now`."""

    code = "freshness"
    label = "及时更新"
    description = "列里最新的时间距检查时刻不超过规定的时长；没有时间的表算未更新"
    dimension = Dimension.ACCURACY
    Parameters = FreshnessParameters
    message = "{column}最新为 {newest}，超过规定的更新时限"
    remedy = "检查归集任务和来源系统是否停止更新"
    empty_policy = "空值不参与；全部为空值算未更新"

    def queries(self, parameters: FreshnessParameters, context: Context) -> list[exp.Select]:
        value, kind = context.column(parameters.column)
        if not kind.is_moment and kind is not DataType.TEXT:
            raise RuleError(f"列“{parameters.column}”的类型是{kind.label}，不是时间")
        if kind is DataType.TEXT:
            value = context.sql.day_text(value, tuple(FORMATS))
        newest = exp.alias_(exp.Max(this=value), "newest", quoted=True)
        return [exp.select(newest).from_(context.rows())]

    def judge(
        self, parameters: FreshnessParameters, answers: Sequence[Rows], context: Context
    ) -> Verdict:
        newest = _moment(answers[0][0][0])
        if newest is None:
            return Verdict(passed=False, observed={"newest": None}, detail="没有任何时间值")
        age = context.now - newest
        limit = parameters.max_age
        detail = f"最新 {newest.astimezone(SHANGHAI):%Y-%m-%d %H:%M}，规定 {_hours(limit)} 小时内"
        observed: dict[str, Value] = {
            "newest": newest.astimezone(SHANGHAI).isoformat(),
            "age_hours": round(age.total_seconds() / 3600, 2),
        }
        return Verdict(passed=age <= limit, observed=observed, detail=detail)


def _hours(length: timedelta) -> str:
    return f"{length.total_seconds() / 3600:g}"


def _moment(value: object) -> datetime | None:
    """A date means the end of that day, so that data of today is never stale."""
    if isinstance(value, str):
        value = date(int(value[:4]), int(value[4:6]), int(value[6:8]))
    if isinstance(value, datetime):
        return value if value.tzinfo is not None else value.replace(tzinfo=SHANGHAI)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=SHANGHAI) + timedelta(days=1)
    return None
