"""What rules about another table share."""

from typing import Self

from pydantic import Field, model_validator

from steward.engine.expressions import DataType
from steward.engine.expressions.sql import Sql
from steward.engine.expressions.types import wider
from steward.engine.rules.context import Context
from steward.engine.rules.errors import RuleError
from steward.engine.rules.model import Parameters


class ReferenceParameters(Parameters):
    columns: tuple[str, ...] = Field(min_length=1, max_length=16, description="本表的列")
    table: str = Field(min_length=1, description="另一张表")
    table_columns: tuple[str, ...] = Field(
        default=(), max_length=16, description="另一张表的列，按同样的顺序；不写则同名"
    )

    @model_validator(mode="after")
    def _same_number(self) -> Self:
        if self.table_columns and len(self.table_columns) != len(self.columns):
            raise ValueError("columns 和 table_columns 的个数要相同")
        return self

    @property
    def others(self) -> tuple[str, ...]:
        return self.table_columns or self.columns


def matching_keys(context: Context, columns: tuple[str, ...], kinds: list[DataType]) -> list[Sql]:
    """The source's key expressions; raise where a type differs from the other table's."""
    keys: list[Sql] = []
    for name, other in zip(columns, kinds, strict=True):
        value, kind = context.column(name)
        if kind is DataType.OTHER or wider(kind, other) is None:
            labels = f"{kind.label}，对方是{other.label}"
            raise RuleError(f"列“{name}”是{labels}，类型不同不能比对", column=name)
        keys.append(context.sql.key(value, kind))
    return keys
