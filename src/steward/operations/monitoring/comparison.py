"""Comparing a measured value with an expected one, for probes that query."""

from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from steward.operations.monitoring.registry import ProbeFailedError


class Comparison(StrEnum):
    """How a value is judged; numbers as numbers, all else as text."""

    EQUAL = "等于"
    NOT_EQUAL = "不等于"
    LESS = "小于"
    AT_MOST = "不大于"
    GREATER = "大于"
    AT_LEAST = "不小于"
    CONTAINS = "包含"


_ORDERED = {
    Comparison.LESS: lambda a, b: a < b,
    Comparison.AT_MOST: lambda a, b: a <= b,
    Comparison.GREATER: lambda a, b: a > b,
    Comparison.AT_LEAST: lambda a, b: a >= b,
}


def as_number(value: Any) -> Decimal | None:
    """The value as an exact number, or None."""
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def expect(value: Any, comparison: Comparison, expected: str) -> None:
    """ProbeFailedError in words when the value is not as expected."""
    if not holds(value, comparison, expected):
        raise ProbeFailedError(f"结果为“{str(value)[:100]}”，应{comparison}“{expected}”")


def holds(value: Any, comparison: Comparison, expected: str) -> bool:
    """Whether the value compares so; an order of what is no number never holds."""
    left, right = as_number(value), as_number(expected)
    if comparison in _ORDERED:
        return left is not None and right is not None and _ORDERED[comparison](left, right)
    if comparison == Comparison.CONTAINS:
        return expected in str(value)
    same = left == right if left is not None and right is not None else str(value) == expected
    return same == (comparison == Comparison.EQUAL)
