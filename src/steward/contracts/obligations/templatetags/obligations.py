"""How duties read on pages."""

from collections.abc import Mapping
from datetime import datetime

from django import template

from steward.contracts.obligations.queries.occurrences import OccurrenceInfo, last_day_words
from steward.kernel.clock import format_duration
from steward.kernel.instants import now

register = template.Library()


@register.filter
def last_day(instant: datetime) -> str:
    """The due time as its last day: a window that ends at midnight is due on the day before."""
    return last_day_words(instant)


@register.filter
def remaining(info: OccurrenceInfo) -> str:
    """How long is left, or how late it is."""
    if info.late_by is not None:
        return f"逾期 {format_duration(info.late_by)}"
    if info.fulfilled_at is not None:
        return ""
    at = now()
    if at < info.opens_at:
        return f"{(info.opens_at - at).days} 天后可履行"
    return f"剩余 {format_duration(info.due_at - at)}" if at < info.due_at else ""


@register.filter
def name_in(code: str, titles: Mapping[str, str]) -> str:
    """The title of a contract code."""
    return titles.get(code, code)
