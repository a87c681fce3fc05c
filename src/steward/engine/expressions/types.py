"""The types that expressions and rules tell apart; engines map their own onto these."""

from enum import Enum


class DataType(Enum):
    """A logical column type; the value is its name in rule files."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    FLOAT = "float"
    BOOLEAN = "boolean"
    DATE = "date"
    TIMESTAMP = "timestamp"
    INSTANT = "instant"
    NULL = "null"
    OTHER = "other"

    @property
    def label(self) -> str:
        return _LABELS[self]

    @property
    def is_number(self) -> bool:
        return self in NUMBERS

    @property
    def is_moment(self) -> bool:
        return self in MOMENTS


_LABELS = {
    DataType.TEXT: "文本",
    DataType.INTEGER: "整数",
    DataType.DECIMAL: "小数",
    DataType.FLOAT: "浮点数",
    DataType.BOOLEAN: "是否",
    DataType.DATE: "日期",
    DataType.TIMESTAMP: "时间",
    DataType.INSTANT: "带时区的时间",
    DataType.NULL: "空值",
    DataType.OTHER: "不支持的类型",
}
NUMBERS = frozenset({DataType.INTEGER, DataType.DECIMAL, DataType.FLOAT})
MOMENTS = frozenset({DataType.DATE, DataType.TIMESTAMP, DataType.INSTANT})


def wider(first: DataType, second: DataType) -> DataType | None:
    """The type that holds both, or None where the two must not be mixed."""
    if first is second or second is DataType.NULL:
        return first
    if first is DataType.NULL:
        return second
    if first.is_number and second.is_number:
        order = (DataType.INTEGER, DataType.DECIMAL, DataType.FLOAT)
        return max(first, second, key=order.index)
    return None
