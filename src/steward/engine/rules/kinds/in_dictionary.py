from functools import cache
from pathlib import Path
from typing import Self

from pydantic import Field, model_validator

from steward.engine.expressions import DataType
from steward.engine.expressions.sql import Sql
from steward.engine.rules.context import Context
from steward.engine.rules.errors import RuleError
from steward.engine.rules.kind import FormatKind, FormatParameters, kinds
from steward.engine.rules.model import Dimension

MAX_VALUES = 200_000


class InDictionaryParameters(FormatParameters):
    values: tuple[str, ...] = Field(default=(), max_length=10_000, description="写在规则里的值")
    file: str | None = Field(default=None, description="字典文件：每行一个值，UTF-8")
    table: str | None = Field(default=None, description="字典表")
    table_column: str | None = Field(default=None, description="字典表里的代码列")

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        given = [bool(self.values), self.file is not None, self.table is not None]
        if sum(given) != 1:
            raise ValueError("values、file、table 须写且只写一个")
        if (self.table is None) != (self.table_column is None):
            raise ValueError("table 和 table_column 要一起写")
        return self


@kinds.register
class InDictionary(FormatKind[InDictionaryParameters]):
    """The value is a code of a dictionary; compared exactly, case included."""

    code = "in_dictionary"
    label = "字典值"
    description = "值在字典里（逐字相同）；字典写在规则里、文件里或表里"
    dimension = Dimension.CONFORMITY
    Parameters = InDictionaryParameters
    message = "{column}的值不在字典里"
    remedy = "对照数据字典改为标准代码"

    def depends_on_more(self, parameters: InDictionaryParameters) -> bool:
        return not parameters.values

    def conforms(self, parameters: InDictionaryParameters, context: Context, text: Sql) -> Sql:
        if parameters.table is not None and parameters.table_column is not None:
            members, (kind,) = context.members(parameters.table, [parameters.table_column])
            if kind is not DataType.TEXT:
                raise RuleError(f"字典表“{parameters.table}”的代码列须是文本，现在是{kind.label}")
            return context.found(members, [context.sql.key(text, DataType.TEXT)])
        values = parameters.values
        if parameters.file is not None:
            values = read_values(Path(parameters.file))
        return context.among(text, values)


def read_values(path: Path) -> tuple[str, ...]:
    """The distinct lines of a dictionary file, without blank ones."""
    try:
        stamp = path.stat().st_mtime_ns
    except OSError:
        raise RuleError(f"字典文件“{path}”打不开，请核对路径") from None
    return _read(path, stamp)


@cache
def _read(path: Path, stamp: int) -> tuple[str, ...]:
    del stamp
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise RuleError(f"字典文件“{path}”第 {error.start} 字节处不是 UTF-8，请转换编码") from None
    values = tuple(dict.fromkeys(line.strip() for line in lines if line.strip()))
    if not values or len(values) > MAX_VALUES:
        raise RuleError(f"字典文件“{path}”须有 1 到 {MAX_VALUES} 个值，现有 {len(values)} 个")
    return values
