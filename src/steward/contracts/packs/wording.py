"""Pydantic's findings as Chinese sentences with what is allowed."""

from typing import Any, get_args, get_origin

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from steward.contracts.packs.problems import Path

_WORDS = {
    "missing": "缺少必填项",
    "extra_forbidden": "不认识的项",
    "literal_error": "不在允许的取值内",
    "string_type": "应为文字",
    "int_type": "应为整数",
    "int_parsing": "应为整数",
    "int_from_float": "应为整数，不能带小数",
    "bool_type": "应为 true 或 false",
    "bool_parsing": "应为 true 或 false",
    "decimal_type": "应为数字",
    "decimal_parsing": "应为数字",
    "decimal_max_places": "小数位数太多，最多 {decimal_places} 位",
    "decimal_max_digits": "数字太长，最多 {max_digits} 位",
    "decimal_whole_digits": "整数部分太长，最多 {whole_digits} 位",
    "greater_than": "须大于 {gt}",
    "greater_than_equal": "不能小于 {ge}",
    "less_than": "须小于 {lt}",
    "less_than_equal": "不能大于 {le}",
    "string_too_short": "不能为空",
    "string_too_long": "太长，最多 {max_length} 字",
    "too_short": "至少要有 {min_length} 项",
    "tuple_type": "应为列表（每行以“- ”开头）",
    "dict_type": "应为键值结构",
    "model_type": "应为键值结构",
    "model_attributes_type": "应为键值结构",
}
_PATTERN = "只能用小写字母、数字、点、横线和下划线，并以字母或数字开头"
_DATE = "应为日期，写成 2025-08-29"


def words_of(error: ErrorDetails) -> str:
    """The Chinese sentence of one finding."""
    kind = error["type"]
    if kind == "value_error":
        return str(error["ctx"]["error"])
    if kind.startswith("date"):
        return _DATE
    if kind == "string_pattern_mismatch":
        return _PATTERN
    template = _WORDS.get(kind, "不符合格式要求（{kind}）")
    return template.format(kind=kind, **error.get("ctx", {}))


def allowed_of(error: ErrorDetails, model: type[BaseModel]) -> str:
    """What would have been right: the values of a choice, or the keys of a structure."""
    if error["type"] == "literal_error":
        return str(error["ctx"]["expected"]).replace("'", "").replace(" or ", ", ")
    if error["type"] == "extra_forbidden":
        holder = _model_at(model, error["loc"][:-1])
        return ", ".join(holder.model_fields) if holder is not None else ""
    return ""


def _model_at(model: type[BaseModel], path: Path) -> type[BaseModel] | None:
    """The model that describes a path, or None where the path leaves the models."""
    found: Any = model
    for part in path:
        if isinstance(part, int):
            continue
        field = found.model_fields.get(part) if found is not None else None
        found = _model_in(field.annotation) if field is not None else None
    return found if found is not None else None


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The first model inside an annotation such as `tuple[Stage, ...]`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if get_origin(annotation) is None:
        return None
    return next((m for a in get_args(annotation) if (m := _model_in(a)) is not None), None)
