"""Rules that the data suggests, in the shape of a rule set, for a person to review."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from ruamel.yaml import YAML

from steward.engine.profile.model import ColumnProfile, Profile

_FORMATS: Final = frozenset(
    {"citizen_id", "social_credit_code", "mobile", "phone", "email", "plate"}
)
_FEW: Final = 20
_REPEATED: Final = 20


def suggest(found: Profile) -> dict[str, Any]:
    """A rule set as plain data. Every rule says in its message what the data showed.

    A rule is suggested when almost all values meet it, so that the few that do not are worth a
    look; ranges of numbers are left to people, because data shows what is, not what may be.
    """
    rules: list[dict[str, Any]] = []
    for column in found.columns:
        for make in (_filled, _format, _dictionary, _dates, _length):
            rules += make(column)
    rules += [
        {"kind": "unique", "columns": list(key), "name": f"{'、'.join(key)}唯一"}
        for key in found.keys[:1]
    ]
    for number, rule in enumerate(rules, start=1):
        rule["id"] = f"{rule['kind']}_{number}"
    data: dict[str, Any] = {"name": f"{Path(found.name).name} 建议规则", "version": "1"}
    if found.keys:
        data["key"] = list(found.keys[0])
    data["rules"] = [{"id": rule.pop("id"), **rule} for rule in rules]
    return data


def as_yaml(rule_set: dict[str, Any]) -> str:
    """The rule set as YAML text."""
    yaml = YAML()
    yaml.allow_unicode = True
    yaml.width = 100
    out = io.StringIO()
    yaml.dump(rule_set, out)
    return out.getvalue()


def _filled(column: ColumnProfile) -> Iterator[dict[str, Any]]:
    """Full, or all but one per cent full."""
    if column.rows and column.filled >= column.rows * 0.99:
        kind = "not_blank" if column.type == "VARCHAR" else "not_null"
        yield _rule(kind, column, f"{column.name}必填")


def _format(column: ColumnProfile) -> Iterator[dict[str, Any]]:
    if column.content in _FORMATS:
        yield _rule(column.content, column, f"{column.name}格式")
    if column.content == "region_code":
        digits = {6: 6, 12: 12}.get(column.longest or 0)
        if digits and column.shortest == column.longest:
            yield _rule("region_code", column, f"{column.name}是存在的区划代码", digits=digits)


def _dictionary(column: ColumnProfile) -> Iterator[dict[str, Any]]:
    """Few values, each often: a code. Values that occur once are not taken for codes."""
    few = 1 < column.distinct <= min(_FEW, len(column.frequent))
    if column.type != "VARCHAR" or column.content in _FORMATS or not few:
        return
    if column.filled >= column.distinct * _REPEATED:
        values = sorted(value.text for value in column.frequent if value.text.strip())
        yield _rule("in_dictionary", column, f"{column.name}取值", values=values)


def _dates(column: ColumnProfile) -> Iterator[dict[str, Any]]:
    if column.content == "date":
        shapes = {value.text for value in column.patterns}
        formats = [text for shape, text in _SHAPES if shape in shapes]
        if formats:
            yield _rule("date_parses", column, f"{column.name}是存在的日期", formats=formats)
    elif column.type == "DATE" and column.rows > column.nulls:
        yield _rule("date_parses", column, f"{column.name}不晚于今天")


_SHAPES: Final = (
    ("9{4}-99-99", "yyyy-MM-dd"),
    ("9{8}", "yyyyMMdd"),
    ("9{4}/99/99", "yyyy/MM/dd"),
)


def _length(column: ColumnProfile) -> Iterator[dict[str, Any]]:
    """All values of one length, and no format that says so already."""
    fixed = column.shortest is not None and column.shortest == column.longest
    if fixed and column.longest and not column.content and column.distinct > _FEW:
        yield _rule("length", column, f"{column.name}长度", min=column.longest, max=column.longest)


def _rule(kind: str, column: ColumnProfile, name: str, **options: Any) -> dict[str, Any]:
    return {"kind": kind, "column": column.name, "name": name, **options}
