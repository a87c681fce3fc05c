"""Rules of the cataloguing standard in plain Chinese, for people who never read a rule file."""

from collections.abc import Mapping
from typing import Any

from django.db import models

from steward.data.catalog.choices import (
    Cycle,
    Format,
    ItemType,
    Openness,
    ResourceClass,
    Sensitivity,
    Sharing,
    SharingMethod,
)
from steward.engine import rules
from steward.engine.expressions import Expression, parse_expression
from steward.engine.expressions.parts import Node

DICTIONARIES: Mapping[str, type[models.TextChoices]] = {
    "分类": ResourceClass,
    "格式": Format,
    "共享类型": Sharing,
    "共享方式": SharingMethod,
    "开放类型": Openness,
    "更新周期": Cycle,
    "数据类型": ItemType,
    "敏感级别": Sensitivity,
}
_COMPARED = {"eq": "为", "ne": "不为", "lt": "小于", "le": "不大于", "gt": "大于", "ge": "不小于"}
_JOINED = {"and": "，且", "or": "，或"}
_KINDS = {kind.code: kind for kind in rules.all_kinds()}
_FORMS = {
    "not_blank": "“{column}”必须填写",
    "not_null": "“{column}”必须填写",
    "social_credit_code": "“{column}”是正确的统一社会信用代码，含校验位",
    "organisation_code": "“{column}”是正确的组织机构代码，含校验位",
    "region_code": "“{column}”是现行的行政区划代码",
}


def statement(rule: rules.Rule) -> str:
    """What a rule demands, as a sentence without the full stop."""
    words = _demand(rule, rule.parameters.model_dump(mode="json"))
    return words if rule.when is None else f"{_when(rule.when)}，{words}"


def _when(condition: Expression) -> str:
    words = condition_words(condition)
    return f"{words} 时" if words[-1:].isascii() else f"{words}时"


def _demand(rule: rules.Rule, given: dict[str, Any]) -> str:
    special = {
        "length": _length,
        "regex": lambda g: f"“{g['column']}”的写法符合 {g['pattern']}",
        "unique": lambda g: f"{_several(g['columns'])}不与别的重复",
        "in_dictionary": _one_of,
        "number_range": _range,
        "required_if": lambda g: (
            f"{_when(parse_expression(g['condition']))}，“{g['column']}”必须填写"
        ),
        "expression": lambda g: f"应满足：{condition_words(parse_expression(g['condition']))}",
    }
    if rule.kind in special:
        return special[rule.kind](given)
    if rule.kind in _FORMS:
        return _FORMS[rule.kind].format(**given)
    fields = type(rule.parameters).model_fields
    parts = [
        f"{fields[name].description or name} {_plain(value)}"
        for name, value in rule.parameters.model_dump(mode="json", exclude_defaults=True).items()
    ]
    return f"{_KINDS[rule.kind].label}：{'，'.join(parts)}"


def _several(columns: list[str]) -> str:
    words = "、".join(f"“{name}”" for name in columns)
    return words if len(columns) == 1 else f"{words}合起来"


def _length(given: dict[str, Any]) -> str:
    low, high = given.get("min"), given.get("max")
    parts = [f"不少于 {low}"] if low is not None else []
    parts += [f"不超过 {high}"] if high is not None else []
    return f"“{given['column']}”{'、'.join(parts)} 个字"


def _range(given: dict[str, Any]) -> str:
    low, high = given.get("min"), given.get("max")
    more, less = ("大于", "小于") if given.get("exclusive") else ("不小于", "不大于")
    parts = [f"{more} {low}"] if low is not None else []
    parts += [f"{less} {high}"] if high is not None else []
    return f"“{given['column']}”{'、'.join(parts)}"


def _one_of(given: dict[str, Any]) -> str:
    words = "、".join(_label(given["column"], value) for value in given["values"])
    return f"“{given['column']}”只能是{_spaced(words)}"


def _label(column: str, value: Any) -> str:
    choices = DICTIONARIES.get(column)
    known = {} if choices is None else dict(choices.choices)
    return str(known.get(str(value), value))


def _plain(value: Any) -> str:
    return "、".join(map(str, value)) if isinstance(value, list) else str(value)


def condition_words(condition: Expression) -> str:
    """A condition with the codes of dictionaries as their words; what has no words stays as written."""
    return _words(condition.root) or condition.text


def _words(node: Node) -> str:
    """'' where a part has no plain words."""
    if node.op in _JOINED:
        parts = [_words(arg) for arg in node.args]
        return _JOINED[node.op].join(parts) if all(parts) else ""
    if node.op in _COMPARED:
        return _comparison(node.op, *node.args)
    if node.op == "is_null":
        return f"“{node.args[0].value}”未填写" if node.args[0].op == "column" else ""
    if node.op == "not":
        return _negated(node.args[0])
    return ""


def _negated(node: Node) -> str:
    if node.op == "is_null" and node.args[0].op == "column":
        return f"“{node.args[0].value}”已填写"
    words = _words(node)
    return f"不是（{words}）" if words else ""


def _comparison(op: str, left: Node, right: Node) -> str:
    if left.op != "column":
        return ""
    column = str(left.value)
    if right.op == "column":
        return f"“{column}”{_COMPARED[op]}“{right.value}”"
    if right.op != "literal":
        return ""
    if right.value == "" and op in ("eq", "ne"):
        return f"“{column}”{'未' if op == 'eq' else '已'}填写"
    return f"“{column}”{_COMPARED[op]}{_spaced(_label(column, right.value))}"


def _spaced(text: str) -> str:
    return f" {text}" if text[:1].isascii() else text
