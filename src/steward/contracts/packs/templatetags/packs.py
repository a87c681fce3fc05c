"""How the terms of a contract read on pages."""

from typing import Any

from django import template

from steward.contracts.packs.document import Pack, SlaRule
from steward.contracts.packs.registry import rule_words
from steward.contracts.packs.telling import (
    other_sections,
    penalty_words,
    rhythm_words,
    right_words,
    stage_words,
)
from steward.core.evidence.api import metric_specs
from steward.kernel.money import format_yuan

register = template.Library()

register.filter("rule_words", rule_words)
register.filter("money", format_yuan)
register.filter("rhythm_words", rhythm_words)
register.filter("stage_words", stage_words)
register.filter("penalty_words", penalty_words)
register.filter("right_words", right_words)
register.filter("other_sections", other_sections)


@register.filter
def target_words(rule: SlaRule) -> str:
    """A target as people say it: 30 分钟, 24 小时, 工作 2 小时, 3 个工作日."""
    if rule.unit == "working_days":
        return f"{rule.target} 个工作日"
    prefix = "工作时间 " if rule.unit == "working_minutes" else ""
    hours, minutes = divmod(rule.target, 60)
    return f"{prefix}{hours} 小时" if hours and not minutes else f"{prefix}{rule.target} 分钟"


@register.filter
def kinds_of(rule: SlaRule, pack: Pack) -> str:
    """The ticket kinds that a rule is for, in the contract's words."""
    words = {kind.code: kind.title for kind in pack.ticket_kinds}
    return "、".join(words.get(code, code) for code in rule.ticket_kinds)


@register.filter
def severities_of(rule: SlaRule, pack: Pack) -> str:
    """The severities that a rule is for, in the contract's words."""
    words = {severity.code: severity.title for severity in pack.severities}
    return "、".join(words.get(code, code) for code in rule.severities) or "全部级别"


@register.filter
def calendar_words(code: str, pack: Pack) -> str:
    """The name of a calendar that the pack uses."""
    return next((use.title for use in pack.calendars if use.id == code), code)


@register.filter
def param_words(params: dict[str, Any], metric: str) -> list[tuple[str, str]]:
    """A metric's parameters with the words of their names, values joined."""
    spec = next((spec for spec in metric_specs() if spec.code == metric), None)
    names = {
        name: words.split("：")[0].split("，")[0]
        for name, words in (spec.params if spec else {}).items()
    }
    return [(names.get(name, name), _value(value)) for name, value in sorted(params.items())]


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list | tuple):
        return "、".join(str(item) for item in value)
    return str(value)
