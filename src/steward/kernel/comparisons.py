"""The comparisons of conditions: one operator, one function of a fact and an operand.

A TypeError means that the fact cannot be compared in this way; conditions turn it into a named
error. A fact without a value (None) equals nothing and has no order.
"""

import operator
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fnmatch import fnmatchcase
from typing import Any, TypeAlias

from steward.kernel.instants import SHANGHAI

Scalar: TypeAlias = str | bool | int | Decimal | date | None
Operand: TypeAlias = Scalar | tuple[Scalar, ...]


@dataclass(frozen=True, slots=True)
class Operator:
    """How an operator is said, what operand it takes, and when it holds."""

    phrase: str
    takes: str
    holds: Callable[[Any, Any], bool]


def exact(value: Any) -> Any:
    """A float as the Decimal it is written as, not-a-number as no value, all else as it is."""
    number = Decimal(repr(value)) if isinstance(value, float) else value
    return None if isinstance(number, Decimal) and number.is_nan() else number


def shown(value: Scalar) -> str:
    """A literal as people read it."""
    if isinstance(value, bool):
        return "是" if value else "否"
    return str(value)


def _aligned(value: Any, operand: Any) -> Any:
    """The operand in the type of a date or an instant; a bare time is Asia/Shanghai's."""
    if isinstance(value, datetime) and isinstance(operand, str | date):
        instant = datetime.fromisoformat(str(operand))
        if value.tzinfo is not None and instant.tzinfo is None:
            return instant.replace(tzinfo=SHANGHAI)
        return instant
    if isinstance(value, date) and isinstance(operand, str):
        return date.fromisoformat(operand)
    return operand


def _same(value: Any, operand: Any) -> bool:
    if isinstance(value, bool) or isinstance(operand, bool):
        return value is operand
    try:
        return value is not None and bool(exact(value) == _aligned(value, operand))
    except ValueError:
        return False


def _differs(value: Any, operand: Any) -> bool:
    return not _same(value, operand)


def _in(value: Any, operands: tuple[Any, ...]) -> bool:
    return any(_same(value, operand) for operand in operands)


def _not_in(value: Any, operands: tuple[Any, ...]) -> bool:
    return not _in(value, operands)


def _ordered(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def holds(value: Any, operand: Any) -> bool:
        number = exact(value)
        if number is None:
            return False
        if isinstance(number, bool):
            raise TypeError("a yes or no has no order")
        try:
            return bool(compare(number, _aligned(number, operand)))
        except ValueError as error:
            raise TypeError(str(error)) from None

    return holds


def _contains(value: Any, operand: Any) -> bool:
    if value is None:
        return False
    if isinstance(value, str):
        return str(operand) in value
    if isinstance(value, Collection):
        return any(_same(item, operand) for item in value)
    raise TypeError("neither a text nor a list")


def _starts_with(value: Any, operand: str) -> bool:
    return _text(value).startswith(operand) if value is not None else False


def _matches(value: Any, operand: str) -> bool:
    return fnmatchcase(_text(value), operand) if value is not None else False


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value


def _is_null(value: Any, operand: bool) -> bool:  # noqa: FBT001
    return (value is None or value == "") is operand


OPERATORS: dict[str, Operator] = {
    "eq": Operator("{name}为“{value}”", "scalar", _same),
    "ne": Operator("{name}不为“{value}”", "scalar", _differs),
    "gt": Operator("{name}大于 {value}", "order", _ordered(operator.gt)),
    "gte": Operator("{name}不小于 {value}", "order", _ordered(operator.ge)),
    "lt": Operator("{name}小于 {value}", "order", _ordered(operator.lt)),
    "lte": Operator("{name}不大于 {value}", "order", _ordered(operator.le)),
    "in": Operator("{name}是“{value}”之一", "list", _in),
    "not_in": Operator("{name}不是“{value}”之一", "list", _not_in),
    "contains": Operator("{name}包含“{value}”", "scalar", _contains),
    "starts_with": Operator("{name}以“{value}”开头", "text", _starts_with),
    "matches": Operator("{name}形如“{value}”", "text", _matches),
    "is_null": Operator("{name}为空", "flag", _is_null),
}
