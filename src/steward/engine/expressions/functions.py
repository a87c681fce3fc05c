"""The white list: every function with its signature, its Python meaning and its SQL, side by side.

All of them are strict: NULL in, NULL out.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

from sqlglot import exp

from steward.engine.expressions.pattern import Pattern
from steward.engine.expressions.sql import PortableSql, Sql, number, string
from steward.engine.expressions.types import NUMBERS, DataType

_TEXT = frozenset({DataType.TEXT})
_DAYS = frozenset({DataType.DATE, DataType.TIMESTAMP})
_DATE = frozenset({DataType.DATE})
_WHOLE = frozenset({DataType.INTEGER})


@dataclass(frozen=True, slots=True)
class Constant:
    """An argument that must be written out, checked while parsing."""

    check: Callable[[object], bool]
    wanted: str


@dataclass(frozen=True, slots=True)
class Function:
    """`params` are accepted types or Constant; `returns` None means the type of the first."""

    code: str
    params: tuple[frozenset[DataType] | Constant, ...]
    returns: DataType | None
    python: Callable[..., object]
    sql: Callable[..., Sql]
    usage: str
    aliases: tuple[str, ...] = field(default=())


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 10_000


def _is_start(value: object) -> bool:
    return _is_count(value) and value != 0


def _is_part(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= 1000


_COUNT = Constant(_is_count, "0 到 10000 的整数")
_START = Constant(_is_start, "从 1 开始的整数")
_PART = Constant(_is_part, "写明的非空文本")
_NEW = Constant(lambda value: isinstance(value, str), "写明的文本")
_PATTERN = Constant(lambda value: isinstance(value, Pattern), "写明的正则表达式")


def _simple_case(text: str, convert: Callable[[str], str]) -> str:
    """One character to one character, as databases do (`ß` stays)."""
    return "".join(new if len(new := convert(char)) == 1 else char for char in text)


def _absolute(sql: PortableSql, value: Sql) -> Sql:
    del sql
    return exp.Abs(this=value)


def _starts(sql: PortableSql, value: Sql, part: str) -> Sql:
    head = sql.substring(value, 1, len(part))
    return sql.compare("eq", (head, string(part)), DataType.TEXT)


def _ends(sql: PortableSql, value: Sql, part: str) -> Sql:
    return sql.compare("eq", (sql.right(value, len(part)), string(part)), DataType.TEXT)


def _contains(sql: PortableSql, value: Sql, part: str) -> Sql:
    return exp.GT(this=sql.position(value, string(part)), expression=number(0))


def _floor(value: Decimal | float) -> Decimal | float:
    return type(value)(math.floor(value))


def _ceil(value: Decimal | float) -> Decimal | float:
    return type(value)(math.ceil(value))


_ALL = (
    Function(
        "LENGTH",
        (_TEXT,),
        DataType.INTEGER,
        len,
        lambda sql, value: sql.length(value),
        "LENGTH(文本)",
        ("CHAR_LENGTH", "LEN"),
    ),
    Function(
        "TRIM",
        (_TEXT,),
        DataType.TEXT,
        lambda value: value.strip(" "),
        lambda _sql, value: exp.Trim(this=value),
        "TRIM(文本)",
    ),
    Function(
        "UPPER",
        (_TEXT,),
        DataType.TEXT,
        lambda value: _simple_case(value, str.upper),
        lambda _sql, value: exp.Upper(this=value),
        "UPPER(文本)",
    ),
    Function(
        "LOWER",
        (_TEXT,),
        DataType.TEXT,
        lambda value: _simple_case(value, str.lower),
        lambda _sql, value: exp.Lower(this=value),
        "LOWER(文本)",
    ),
    Function(
        "SUBSTR",
        (_TEXT, _START, _COUNT),
        DataType.TEXT,
        lambda value, start, length: value[start - 1 : start - 1 + length],
        lambda sql, value, start, length: sql.substring(value, start, length),
        "SUBSTR(文本, 起始位置, 长度)",
        ("SUBSTRING", "MID"),
    ),
    Function(
        "LEFT",
        (_TEXT, _COUNT),
        DataType.TEXT,
        lambda value, length: value[:length],
        lambda sql, value, length: sql.substring(value, 1, length),
        "LEFT(文本, 长度)",
    ),
    Function(
        "RIGHT",
        (_TEXT, _START),
        DataType.TEXT,
        lambda value, length: value[-length:],
        lambda sql, value, length: sql.right(value, length),
        "RIGHT(文本, 长度)",
    ),
    Function(
        "REPLACE",
        (_TEXT, _PART, _NEW),
        DataType.TEXT,
        lambda value, old, new: value.replace(old, new),
        lambda sql, value, old, new: sql.replace(value, old, new),
        "REPLACE(文本, '旧', '新')",
    ),
    Function(
        "STARTS_WITH",
        (_TEXT, _PART),
        DataType.BOOLEAN,
        lambda value, part: value.startswith(part),
        _starts,
        "STARTS_WITH(文本, '开头')",
    ),
    Function(
        "ENDS_WITH",
        (_TEXT, _PART),
        DataType.BOOLEAN,
        lambda value, part: value.endswith(part),
        _ends,
        "ENDS_WITH(文本, '结尾')",
    ),
    Function(
        "CONTAINS",
        (_TEXT, _PART),
        DataType.BOOLEAN,
        lambda value, part: part in value,
        _contains,
        "CONTAINS(文本, '部分')",
    ),
    Function(
        "REGEXP_LIKE",
        (_TEXT, _PATTERN),
        DataType.BOOLEAN,
        lambda value, pattern: pattern.found_in(value),
        lambda sql, value, pattern: sql.matches(value, pattern),
        "REGEXP_LIKE(文本, '正则表达式')",
        ("REGEXP_MATCHES", "REGEXP"),
    ),
    Function("ABS", (NUMBERS,), None, abs, _absolute, "ABS(数)"),
    Function(
        "FLOOR", (NUMBERS,), None, _floor, lambda _sql, value: exp.Floor(this=value), "FLOOR(数)"
    ),
    Function(
        "CEIL",
        (NUMBERS,),
        None,
        _ceil,
        lambda _sql, value: exp.Ceil(this=value),
        "CEIL(数)",
        ("CEILING",),
    ),
    Function(
        "YEAR",
        (_DAYS,),
        DataType.INTEGER,
        lambda value: value.year,
        lambda sql, value: sql.part("YEAR", value),
        "YEAR(日期)",
    ),
    Function(
        "MONTH",
        (_DAYS,),
        DataType.INTEGER,
        lambda value: value.month,
        lambda sql, value: sql.part("MONTH", value),
        "MONTH(日期)",
    ),
    Function(
        "DAY",
        (_DAYS,),
        DataType.INTEGER,
        lambda value: value.day,
        lambda sql, value: sql.part("DAY", value),
        "DAY(日期)",
    ),
    Function(
        "DAYS_BETWEEN",
        (_DATE, _DATE),
        DataType.INTEGER,
        lambda start, end: (end - start).days,
        lambda sql, start, end: sql.days_between(start, end),
        "DAYS_BETWEEN(开始日期, 结束日期)",
    ),
)

FUNCTIONS: dict[str, Function] = {
    name: function for function in _ALL for name in (function.code, *function.aliases)
}
