from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import template

register = template.Library()


@register.filter
def at(held: Mapping[str, Any], key: str) -> Any:
    """The value of a key; None where there is none."""
    return held.get(key)


@register.filter
def ratio(text: str) -> str:
    """A ratio kept as text, in per cent with one place."""
    return f"{Decimal(text) * 100:.1f}"
