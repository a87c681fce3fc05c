"""Pydantic's findings in plain Chinese."""

from collections.abc import Mapping, Sequence
from typing import Any

_TEXTS = {
    "missing": "缺少必填的参数",
    "string_type": "须是文本；像数的代码请加引号",
    "int_type": "须是整数",
    "int_parsing": "须是整数",
    "int_from_float": "须是整数",
    "bool_type": "须是 true 或 false",
    "bool_parsing": "须是 true 或 false",
    "tuple_type": "须是列表",
    "list_type": "须是列表",
    "mapping_type": "须是映射",
    "dict_type": "须是映射",
    "decimal_type": "须是数",
    "decimal_parsing": "须是数",
    "is_instance_of": "类型不对",
    "date_type": "须是日期，写作 2026-01-31",
    "date_parsing": "须是日期，写作 2026-01-31",
    "date_from_datetime_parsing": "须是日期，写作 2026-01-31",
    "time_delta_type": "须是时长，如 P1D（一天）、PT6H（六小时）",
    "time_delta_parsing": "须是时长，如 P1D（一天）、PT6H（六小时）",
    "string_too_short": "不能为空",
}
_BOUNDS = {
    "greater_than": ("须大于", "gt"),
    "greater_than_equal": ("须大于等于", "ge"),
    "less_than": ("须小于", "lt"),
    "less_than_equal": ("须小于等于", "le"),
    "too_short": ("个数至少", "min_length"),
    "too_long": ("个数至多", "max_length"),
    "string_too_long": ("字符数至多", "max_length"),
}


def explain(detail: Mapping[str, Any], names: Sequence[str]) -> str:
    """One finding as a sentence that says what is allowed."""
    kind, context = str(detail["type"]), detail.get("ctx") or {}
    if kind == "extra_forbidden":
        return f"这种规则没有参数“{detail['loc'][-1]}”，可用：{'、'.join(names)}"
    if kind == "literal_error":
        allowed = str(context.get("expected", "")).replace(" or ", "、").replace("'", "")
        return f"不认识“{detail['input']}”，可用：{allowed}"
    if kind == "value_error":
        return str(context.get("error", detail["msg"]))
    if kind in _BOUNDS:
        word, key = _BOUNDS[kind]
        return f"{word} {context.get(key)}"
    return _TEXTS.get(kind, "值的类型不对")
