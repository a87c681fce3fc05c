"""How figures of contracts read on pages."""

from decimal import Decimal

from django import template

from steward.contracts.assessment.left_out import COUNTING
from steward.contracts.assessment.result import EventNode, IndicatorNode, PromiseNode
from steward.kernel.canonical import decimal_text
from steward.kernel.money import format_yuan, round_ratio

register = template.Library()

_UNITS = {"count": " 次", "points": " 分", "seconds": " 秒", "ratio": ""}


@register.filter
def points(value: Decimal) -> str:
    """Points without trailing zeros."""
    return decimal_text(value)


@register.filter
def signed(value: Decimal) -> str:
    """Points with their sign, as a change reads."""
    text = decimal_text(abs(value))
    return f"+{text}" if value > 0 else f"−{text}" if value < 0 else "0"


@register.filter
def yuan(value: Decimal) -> str:
    """Money to the 分."""
    return format_yuan(value)


@register.filter
def signed_yuan(value: Decimal) -> str:
    """A change of money with its sign."""
    return f"+{format_yuan(value)}" if value > 0 else format_yuan(value)


@register.filter
def figure(value: Decimal | None, unit: str) -> str:
    """A measured value in its unit; a dash when there is none."""
    if value is None:
        return "—"
    if unit == "ratio":
        return f"{decimal_text(round_ratio(value * 100, 4))}%"
    return f"{decimal_text(value)}{_UNITS.get(unit, '')}"


@register.filter
def measured(node: IndicatorNode) -> str:
    """What an indicator's sources say together."""
    if node.status == "unscored" and node.value is None:
        return "未评"
    if node.unit == "count":
        times = sum(1 for event in node.events if event.points)
        return f"{times} 次" if times else "0 次"
    return figure(node.value, node.unit)


@register.filter
def width(node: IndicatorNode) -> str:
    """The share of the points that were kept, as a width in percent."""
    return decimal_text(round_ratio(node.points * 100 / node.full, 0)) if node.full else "0"


@register.filter
def shade(node: IndicatorNode) -> str:
    """The class of the bar: full, less than full, less than half."""
    if node.points == node.full:
        return ""
    return "w" if node.points * 2 >= node.full else "b"


@register.filter
def grade_class(grade: str) -> str:
    """The colour of an evidence grade."""
    return {"A": "g", "C": "o", "D": "r"}.get(grade, "")


@register.filter
def minus(value: Decimal, other: Decimal) -> Decimal:
    """The difference of two figures."""
    return value - other


@register.filter
def target(promise: PromiseNode) -> str:
    """The target of a time limit in words."""
    if promise.unit == "working_days":
        return f"≤ {promise.target} 个工作日"
    working = "工作" if promise.unit == "working_minutes" else ""
    days, rest = divmod(promise.target, 1440)
    if days and not rest and not working:
        return f"≤ {days} 天" if days > 1 else "≤ 24 小时"
    hours, minutes = divmod(promise.target, 60)
    if hours and not minutes:
        return f"≤ {hours} {working}小时"
    return f"≤ {promise.target} {working}分钟"


@register.filter
def excludable(event: EventNode, node: IndicatorNode) -> bool:
    """Whether both sides may agree here to leave an event out; clocks and outages have their own
    places, and what a reviewer entered is answered there.
    """
    elsewhere = ("desk.clock", "assessment.entry")
    return (
        node.rule in COUNTING
        and bool(event.key)
        and event.subject_kind not in elsewhere
        and not event.subject_kind.startswith("monitoring.")
    )
