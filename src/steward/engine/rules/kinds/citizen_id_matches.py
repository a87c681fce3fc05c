from typing import Self

from pydantic import Field, model_validator
from sqlglot import exp

from steward.engine.expressions import DataType
from steward.engine.expressions.dates import FORMATS
from steward.engine.expressions.sql import Sql, both, case, wrap
from steward.engine.rules.context import Context
from steward.engine.rules.errors import RuleError
from steward.engine.rules.kind import RowKind, kinds
from steward.engine.rules.kinds.citizen_id import SHAPE
from steward.engine.rules.model import Dimension, Parameters


class CitizenIdMatchesParameters(Parameters):
    citizen_id: str = Field(min_length=1, description="公民身份号码列")
    birth_date: str | None = Field(default=None, description="出生日期列")
    gender: str | None = Field(default=None, description="性别列")
    male: tuple[str, ...] = Field(default=("男", "1", "男性"), description="表示男的写法")
    female: tuple[str, ...] = Field(default=("女", "2", "女性"), description="表示女的写法")

    @model_validator(mode="after")
    def _something(self) -> Self:
        if self.birth_date is None and self.gender is None:
            raise ValueError("birth_date 和 gender 至少写一个")
        return self


@kinds.register
class CitizenIdMatches(RowKind[CitizenIdMatchesParameters]):
    """Characters 7–14 are the birth date, character 17 is odd for a man (GB 11643-1999)."""

    code = "citizen_id_matches"
    label = "身份号码与出生日期、性别一致"
    description = "公民身份号码第 7–14 位与出生日期一致，第 17 位奇偶与性别一致"
    dimension = Dimension.CONSISTENCY
    Parameters = CitizenIdMatchesParameters
    message = "{citizen_id}与出生日期或性别不一致"
    remedy = "以身份证原件为准更正"
    empty_policy = "身份号码格式不对、出生日期不是日期、性别不在两种写法里时不算不合格"

    def columns(self, parameters: CitizenIdMatchesParameters) -> tuple[str, ...]:
        names = (parameters.citizen_id, parameters.birth_date, parameters.gender)
        return tuple(name for name in names if name is not None)

    def bad(self, parameters: CitizenIdMatchesParameters, context: Context) -> Sql:
        citizen = context.text(parameters.citizen_id)
        differences: list[Sql] = []
        if parameters.birth_date is not None:
            born = _day(parameters.birth_date, context)
            differences.append(context.sql.citizen_other_day(citizen.copy(), born, context.let))
        if parameters.gender is not None:
            differences += _genders(parameters, context, citizen)
        fits = context.sql.citizen_shape(citizen.copy(), SHAPE, context.let)
        return case((fits, exp.or_(*map(wrap, differences))), default=exp.false())


def _day(column: str, context: Context) -> tuple[Sql, DataType]:
    value, kind = context.column(column)
    if kind is DataType.TEXT:
        return context.sql.day_text(value, tuple(FORMATS)), kind
    if kind.is_moment:
        return value, kind
    raise RuleError(f"列“{column}”的类型是{kind.label}，不是日期")


def _genders(parameters: CitizenIdMatchesParameters, context: Context, citizen: Sql) -> list[Sql]:
    sql = context.sql
    gender = context.text(parameters.gender or "")
    pairs = ((parameters.male, False), (parameters.female, True))
    return [
        both(
            sql.within(gender.copy(), [sql.literal(word) for word in words], DataType.TEXT),
            sql.citizen_odd(citizen.copy(), context.let, odd=odd),
        )
        for words, odd in pairs
    ]
