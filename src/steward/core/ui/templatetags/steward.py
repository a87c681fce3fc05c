"""Filters and tags that every template has: times, figures and links in one form."""

from datetime import datetime, timedelta
from decimal import Decimal

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from steward.core.ui.registry import link_to
from steward.kernel.clock import format_duration
from steward.kernel.instants import local
from steward.kernel.subjects import Subject

register = template.Library()


@register.filter
def moment(instant: datetime | None, style: str = "m-d H:i") -> str:
    """An instant on the clock of Asia/Shanghai; nothing where there is none."""
    if not instant:
        return ""
    at = local(instant)
    parts = {"m-d H:i": "%m-%d %H:%M", "full": "%Y-%m-%d %H:%M:%S", "date": "%Y-%m-%d",
             "time": "%H:%M:%S", "minute": "%Y-%m-%d %H:%M"}  # fmt: skip
    return at.strftime(parts[style])


@register.filter
def span(length: timedelta | None) -> str:
    """A length of time in words: `3 天 4 h`, `1 h 06 min`, `42 s`."""
    return "" if length is None else format_duration(abs(length))


@register.filter
def percent(ratio: Decimal | None, places: int = 2) -> str:
    """A ratio (0–1) as a percentage; a dash when there is no data."""
    return "—" if ratio is None else f"{ratio * 100:.{places}f}%"


@register.filter
def grouped(number: int | str | None) -> str:
    """A count with its thousands set apart: `20,000`; a dash when there is none."""
    return f"{number:,}" if isinstance(number, int) else "—"


@register.simple_tag
def subject_link(subject: Subject) -> SafeString:
    """The subject's words, as a link where its kind has a page."""
    href = link_to(subject)
    words = subject.label or subject.ref
    return format_html('<a href="{}">{}</a>', href, words) if href else format_html("{}", words)


@register.simple_tag(takes_context=True)
def query_with(context: template.Context, **changes: object) -> str:
    """The present query string with some parameters changed; None removes one."""
    query = context["request"].GET.copy()
    for key, value in changes.items():
        if value is None or value == "":
            query.pop(key, None)
        else:
            query[key] = str(value)
    return f"?{query.urlencode()}"
