"""The text of the cataloguing standard: YAML of the rule engine, with the basis of each rule.

Reading names every fault with line and column; a text that reads can run on every catalogue.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from io import StringIO
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from steward.data.catalog.errors import InvalidStandardError
from steward.data.catalog.standard_tables import COLUMNS, KEYS
from steward.engine import rules
from steward.engine.rules.kind import TableKind

LONGEST, LABEL, BASIS = 200_000, 20, 300
_PLACEHOLDER = re.compile(r"\{([^{}]+)\}")
_ID = re.compile(r"[A-Za-z0-9_-]{1,60}")
_RULE = re.compile(r"rules\[(\d+)\]")
_KINDS = {kind.code: kind for kind in rules.all_kinds()}
_OUTSIDE = ("table", "file", "reference")


@dataclass(frozen=True, slots=True)
class Standard:
    """A rule set with the basis (a document and its place) of each rule by id."""

    rules: rules.RuleSet
    basis: Mapping[str, str]
    text: str


def packaged(scope: str) -> str:
    """The text that the platform brings."""
    return (files(__package__) / "standards" / f"{scope}.yaml").read_text("utf-8")


@lru_cache(maxsize=16)
def read_standard(scope: str, text: str) -> Standard:
    """Read a text for catalogues or items; InvalidStandardError lists every fault with its place."""
    if len(text) > LONGEST:
        raise InvalidStandardError(f"标准不能超过 {LONGEST} 字", field="text")
    document = _document(text)
    basis, problems = _take_basis(document)
    try:
        rule_set = rules.build_rules(document, origin="标准")
    except rules.RuleSetError as error:
        found: Any = error.data.get("problems", ())
        raise _error([*problems, *found]) from None
    problems += _own_problems(scope, rule_set, document)
    if problems:
        raise _error(problems)
    return Standard(rule_set, basis, text)


def _document(text: str) -> Any:
    try:
        return _yaml().load(text) or CommentedMap()
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (1, 1) if mark is None else (mark.line + 1, mark.column + 1)
        reason = "不是正确的 YAML，请检查缩进、冒号、引号，以及同一处有没有写两遍的名字"
        raise _error([rules.Problem(line, column, "文件", reason)]) from None
    except YAMLError:
        raise InvalidStandardError("不是正确的 YAML", field="text") from None


def _yaml() -> YAML:
    yaml = YAML(typ="rt")
    yaml.preserve_quotes = True
    yaml.width = 100_000
    yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml


def _take_basis(document: Any) -> tuple[dict[str, str], list[rules.Problem]]:
    """The basis of each rule, taken out of the document, which is then the engine's own form."""
    found, problems = {}, []
    items = document.get("rules") if isinstance(document, Mapping) else None
    for index, item in enumerate(items if isinstance(items, CommentedSeq) else []):
        if not isinstance(item, CommentedMap):
            continue
        line, column = _place(item, "basis")
        words = item.pop("basis", None)
        if not isinstance(words, str) or not words.strip():
            reason = "缺少依据（basis）：写明文件名称和条款"
        elif len(words) > BASIS:
            reason = f"依据不能超过 {BASIS} 字"
        else:
            found[str(item.get("id"))] = words.strip()
            continue
        problems.append(rules.Problem(line, column, f"rules[{index}].basis", reason))
    return found, problems


def _place(item: CommentedMap, key: str) -> tuple[int, int]:
    line, column = item.lc.value(key) if key in item else (item.lc.line, item.lc.col)
    return line + 1, column + 1


def _own_problems(scope: str, rule_set: rules.RuleSet, document: Any) -> list[rules.Problem]:
    problems = []
    for key, reason in _frame_problems(scope, rule_set):
        line, column = _place(document, key)
        problems.append(rules.Problem(line, column, key, reason))
    for index, (rule, item) in enumerate(zip(rule_set.rules, document["rules"], strict=True)):
        for key, reason in _rule_problems(scope, rule):
            line, column = _place(item, key)
            path = f"rules[{index}]" + (f".{key}" if key in item else "")
            problems.append(rules.Problem(line, column, path, reason))
    return problems


def _frame_problems(scope: str, rule_set: rules.RuleSet) -> list[tuple[str, str]]:
    found = []
    if rule_set.key != KEYS[scope]:
        found.append(("key", f"key 须是 [{', '.join(KEYS[scope])}]，问题才能对到目录"))
    if rule_set.tables:
        found.append(("tables", "编目标准不用对照表"))
    if rule_set.columns:
        found.append(("columns", "各列的类型是定的，不能另写"))
    if len(rule_set.version) > LABEL:
        found.append(("version", f"版本号不能超过 {LABEL} 字"))
    return found


def _rule_problems(scope: str, rule: rules.Rule) -> list[tuple[str, str]]:
    kind = _KINDS[rule.kind]()
    if isinstance(kind, TableKind):
        return [("kind", f"“{kind.label}”说的是整张表，对不到某一个目录，请用别的类型")]
    given = rule.parameters.model_dump(exclude_defaults=True)
    if outside := [name for name in given if name.startswith(_OUTSIDE)]:
        return [(outside[0], "编目标准只看目录自己的要素，不能引用别的表或文件")]
    known = COLUMNS[scope]
    read = (*kind.columns(rule.parameters), *(rule.when.columns if rule.when else ()))
    found = [
        ("column", f"没有要素“{name}”，可用：{'、'.join(known)}")
        for name in dict.fromkeys(read)
        if name not in known
    ]
    words = {*known, *type(rule.parameters).model_fields}
    for key in ("message", "remedy"):
        unknown = [w for w in _PLACEHOLDER.findall(getattr(rule, key)) if w.strip() not in words]
        found += [(key, f"“{{{name}}}”不是要素，可用：{'、'.join(known)}") for name in unknown]
    if not _ID.fullmatch(rule.id):
        found.append(("id", "编号只用英文字母、数字、横线，不超过 60 个字符"))
    return found


def _error(problems: list[rules.Problem]) -> InvalidStandardError:
    ordered = tuple(sorted(problems, key=lambda one: (one.line, one.column)))
    lines = [
        f"第 {one.line} 行第 {one.column} 列（{_where(one.path)}）：{one.reason}" for one in ordered
    ]
    return InvalidStandardError("\n".join(lines), field="text", problems=ordered)


def _where(path: str) -> str:
    """rules[2].pattern as people count: 第 3 条规则 pattern."""
    return (
        _RULE.sub(lambda match: f"第 {int(match[1]) + 1} 条规则 ", path).replace(" .", " ").strip()
    )


def put_rule(text: str, rule: Mapping[str, Any], *, instead: str = "") -> str:
    """The text with a rule replaced (the one of id `instead`) or added at the end."""
    document = _document(text)
    line = CommentedMap(rule)
    line.fa.set_flow_style()
    listed = document.setdefault("rules", CommentedSeq())
    at = next((i for i, one in enumerate(listed) if one.get("id") == instead), None)
    if at is None or not instead:
        listed.append(line)
    else:
        listed[at] = line
    return _dumped(document)


def drop_rule(text: str, rule_id: str) -> str:
    """The text without a rule; InvalidStandardError when there is none of that id."""
    document = _document(text)
    at = next((i for i, one in enumerate(document["rules"]) if one.get("id") == rule_id), None)
    if at is None:
        raise InvalidStandardError(f"没有编号为“{rule_id}”的规则")
    del document["rules"][at]
    return _dumped(document)


def labelled(text: str, label: str) -> str:
    """The text with another version label."""
    document = _document(text)
    document["version"] = label
    return _dumped(document)


def _dumped(document: Any) -> str:
    buffer = StringIO()
    _yaml().dump(document, buffer)
    return buffer.getvalue()


def plain_rule(text: str, rule_id: str) -> dict[str, Any] | None:
    """A rule as it is written, to be edited in a form."""
    items = _document(text).get("rules") or []
    found = next((one for one in items if one.get("id") == rule_id), None)
    return None if found is None else {str(key): value for key, value in found.items()}
