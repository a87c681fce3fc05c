"""The same expression over one row in Python, for a form being typed (B4.2).

Three-valued logic as SQL has it: None is "unknown", not false.
"""

import math
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from steward.engine.expressions.bind import BoundExpression
from steward.engine.expressions.dates import parse_day
from steward.engine.expressions.errors import EvaluationError
from steward.engine.expressions.functions import FUNCTIONS, Constant
from steward.engine.expressions.parts import Node
from steward.engine.expressions.sql import NUMBER, WHOLE
from steward.engine.expressions.types import DataType

_LIMIT = 2**63
_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "eq": lambda a, b: bool(a == b),
    "ne": lambda a, b: bool(a != b),
    "lt": lambda a, b: bool(a < b),
    "le": lambda a, b: bool(a <= b),
    "gt": lambda a, b: bool(a > b),
    "ge": lambda a, b: bool(a >= b),
}
_ARITHMETIC: Mapping[str, Callable[[Any, Any], Any]] = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
}
_ACCEPTED: Mapping[DataType, tuple[type, ...]] = {
    DataType.TEXT: (str,),
    DataType.INTEGER: (int,),
    DataType.DECIMAL: (Decimal, int),
    DataType.FLOAT: (float, int),
    DataType.BOOLEAN: (bool,),
    DataType.DATE: (date,),
    DataType.TIMESTAMP: (datetime,),
    DataType.INSTANT: (datetime,),
}


def evaluate(bound: BoundExpression, row: Mapping[str, object], *, today: date) -> object:
    """The value over one row: a Python value or None (unknown); absent columns are None."""
    return _Evaluator(row, today).value(bound.root)


class _Evaluator:
    def __init__(self, row: Mapping[str, object], today: date) -> None:
        self.row = row
        self.today = today
        self.rules: Mapping[str, Callable[[Node], object]] = {
            "column": self._column,
            "literal": lambda node: node.value,
            "today": lambda _node: self.today,
            "and": self._and,
            "or": self._or,
            "not": self._not,
            "is_null": lambda node: self.value(node.args[0]) is None,
            "in": self._in,
            "case": self._case,
            "coalesce": self._coalesce,
            "concat": self._concat,
            "neg": self._negative,
            "div": self._divide,
            "mod": self._remainder,
        }

    def value(self, node: Node) -> object:
        if node.op in _COMPARE:
            left, right = (self.value(arg) for arg in node.args)
            return _compare(node.op, left, right)
        if node.op in _ARITHMETIC:
            return self._calculate(node)
        if node.op.startswith("call:"):
            return self._call(node)
        if node.op.startswith("cast:"):
            return _convert(self.value(node.args[0]), node)
        return self.rules[node.op](node)

    def _column(self, node: Node) -> object:
        value = self.row.get(str(node.value))
        if value is None:
            return None
        wanted = node.type or DataType.OTHER
        wrong = not isinstance(value, _ACCEPTED.get(wanted, ()))
        if isinstance(value, bool) and wanted is not DataType.BOOLEAN:
            wrong = True
        if isinstance(value, datetime) and wanted is DataType.DATE:
            wrong = True
        if wrong or (isinstance(value, float) and not math.isfinite(value)):
            raise EvaluationError(f"“{node.value}”须是{wanted.label}，现在是 {value!r}")
        return value

    def _and(self, node: Node) -> object:
        values = [self.value(arg) for arg in node.args]
        if any(value is False for value in values):
            return False
        return None if any(value is None for value in values) else True

    def _or(self, node: Node) -> object:
        values = [self.value(arg) for arg in node.args]
        if any(value is True for value in values):
            return True
        return None if any(value is None for value in values) else False

    def _not(self, node: Node) -> object:
        value = self.value(node.args[0])
        return None if value is None else not value

    def _in(self, node: Node) -> object:
        first, *rest = (self.value(arg) for arg in node.args)
        answers = [_compare("eq", first, item) for item in rest]
        if any(answer is True for answer in answers):
            return True
        return None if any(answer is None for answer in answers) else False

    def _case(self, node: Node) -> object:
        for when, then in zip(node.args[:-1:2], node.args[1:-1:2], strict=True):
            if self.value(when) is True:
                return self._as(then, node)
        return self._as(node.args[-1], node)

    def _coalesce(self, node: Node) -> object:
        for arg in node.args:
            value = self._as(arg, node)
            if value is not None:
                return value
        return None

    def _as(self, arg: Node, node: Node) -> object:
        """The branches of a CASE have one type in SQL: an integer beside a float is a float."""
        value = self.value(arg)
        if node.type is DataType.FLOAT and isinstance(value, int | Decimal):
            return float(value)
        return value

    def _concat(self, node: Node) -> object:
        values = [self.value(arg) for arg in node.args]
        return None if any(value is None for value in values) else "".join(map(str, values))

    def _negative(self, node: Node) -> object:
        value: Any = self.value(node.args[0])
        return None if value is None else _bounded(-value)

    def _calculate(self, node: Node) -> object:
        left, right = (self.value(arg) for arg in node.args)
        if left is None or right is None:
            return None
        return _bounded(_ARITHMETIC[node.op](*_aligned(left, right)))

    def _divide(self, node: Node) -> object:
        left, right = (self._number(arg) for arg in node.args)
        return None if left is None or right is None or right == 0 else left / right

    def _number(self, node: Node) -> float | None:
        value: Any = self.value(node)
        return None if value is None else float(value)

    def _remainder(self, node: Node) -> object:
        left, right = (self.value(arg) for arg in node.args)
        if not isinstance(left, int) or not isinstance(right, int) or right == 0:
            return None
        size = abs(left) % abs(right)
        return -size if left < 0 else size

    def _call(self, node: Node) -> object:
        function = FUNCTIONS[node.op.removeprefix("call:")]
        values = [
            arg.value if isinstance(wanted, Constant) else self.value(arg)
            for arg, wanted in zip(node.args, function.params, strict=True)
        ]
        if any(value is None for value in values):
            return None
        return function.python(*values)


def _aligned(left: Any, right: Any) -> tuple[Any, Any]:
    """Floats win over exact numbers, as in SQL."""
    if isinstance(left, float) and isinstance(right, Decimal):
        return left, float(right)
    if isinstance(right, float) and isinstance(left, Decimal):
        return float(left), right
    return left, right


def _compare(op: str, left: object, right: object) -> bool | None:
    if left is None or right is None:
        return None
    return _COMPARE[op](*_aligned(left, right))


def _bounded(value: Any) -> object:
    if isinstance(value, int) and not -_LIMIT <= value < _LIMIT:
        raise EvaluationError("计算结果超出 64 位整数的范围")
    if isinstance(value, float) and not math.isfinite(value):
        raise EvaluationError("计算结果超出浮点数的范围")
    return value


def _convert(value: Any, node: Node) -> object:
    """CAST as SQL does it: a text that does not parse is unknown."""
    if value is None or node.type is None:
        return None
    if isinstance(value, str):
        return _FROM_TEXT[node.type](value)
    if node.type is DataType.TEXT:
        return str(value)
    if node.type is DataType.DATE and isinstance(value, datetime):
        return value.date()
    return Decimal(value) if node.type is DataType.DECIMAL else value


_FROM_TEXT: Mapping[DataType, Callable[[str], object]] = {
    DataType.TEXT: lambda text: text,
    DataType.DATE: parse_day,
    DataType.INTEGER: lambda text: int(text) if WHOLE.found_in(text) else None,
    DataType.DECIMAL: lambda text: Decimal(text) if NUMBER.found_in(text) else None,
}
