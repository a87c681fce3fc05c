"""Rule sets from YAML or JSON, every problem with its file, line, column and way out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from steward.engine.expressions import DataType, ExpressionError, parse_expression
from steward.engine.rules.errors import RuleSetError
from steward.engine.rules.kind import Kind, kinds
from steward.engine.rules.model import (
    DIMENSION_LABELS,
    SEVERITY_LABELS,
    Parameters,
    Rule,
    RuleSet,
    Severity,
)
from steward.engine.rules.wording import explain

MAX_BYTES = 2_000_000
MAX_RULES = 1000
_TOP = ("name", "version", "key", "columns", "tables", "rules")
_COMMON = (
    "id",
    "kind",
    "name",
    "dimension",
    "severity",
    "message",
    "remedy",
    "version",
    "when",
)
E_ = TypeVar("E_", bound=Enum)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to put right; line and column count from 1, `path` is like rules[2].pattern."""

    line: int
    column: int
    path: str
    reason: str

    def text(self, origin: str) -> str:
        return f"{origin} 第 {self.line} 行第 {self.column} 列（{self.path}）：{self.reason}"


def read_rules(path: Path) -> RuleSet:
    """Read a rule file; raise RuleSetError listing every problem."""
    try:
        content = path.read_bytes()
    except OSError:
        raise RuleSetError(f"规则文件“{path}”打不开，请核对路径") from None
    if len(content) > MAX_BYTES:
        raise RuleSetError(f"规则文件“{path}”超过 {MAX_BYTES // 1_000_000} MB，请拆开")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise RuleSetError(f"规则文件“{path}”第 {line} 行不是 UTF-8，请转换编码") from None
    return parse_rules(text, origin=path.name)


def parse_rules(text: str, *, origin: str = "规则") -> RuleSet:
    """A rule set from YAML or JSON text; `origin` names it in messages."""
    return _Loader(origin).load(_document(text, origin))


def build_rules(data: Mapping[str, Any], *, origin: str = "规则") -> RuleSet:
    """A rule set from plain data (a stored JSON document)."""
    return _Loader(origin).load(data)


def _document(text: str, origin: str) -> object:
    try:
        return YAML(typ="rt").load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark
        line, column = (1, 1) if mark is None else (mark.line + 1, mark.column + 1)
        problem = Problem(line, column, "文件", "不是正确的 YAML 或 JSON，请检查缩进、冒号和引号")
        raise RuleSetError(problem.text(origin), problems=(problem,)) from None
    except YAMLError:
        raise RuleSetError(f"{origin} 不是正确的 YAML 或 JSON") from None


@dataclass(slots=True)
class _Loader:
    origin: str
    problems: list[Problem] = field(default_factory=list)

    def load(self, document: object) -> RuleSet:
        if not isinstance(document, Mapping):
            self._report((document, None), "文件", f"最外层须是映射，含 {'、'.join(_TOP)}")
            raise self._error()
        self._unknown(document, _TOP, "文件")
        rules = tuple(self._rules(document))
        loaded = RuleSet(
            name=self._text(document, "name", "文件", default="未命名规则集"),
            version=self._text(document, "version", "文件", default="1"),
            rules=rules,
            key=tuple(self._texts(document, "key")),
            columns=dict(self._columns(document)),
            tables=dict(self._mapping(document, "tables")),
        )
        if self.problems:
            raise self._error()
        return loaded

    def _error(self) -> RuleSetError:
        problems = tuple(self.problems)
        lines = [problem.text(self.origin) for problem in problems]
        return RuleSetError("\n".join(lines), problems=problems)

    def _report(self, place: tuple[object, object], path: str, reason: str) -> None:
        line, column = _position(*place)
        self.problems.append(Problem(line, column, path, reason))

    def _unknown(self, data: Mapping[str, Any], allowed: Sequence[str], path: str) -> None:
        for key in data:
            if key not in allowed:
                reason = f"不认识“{key}”，可用：{'、'.join(allowed)}"
                self._report((data, key), _join(path, key), reason)

    def _text(
        self, data: Mapping[str, Any], key: str, path: str, *, default: str | None = None
    ) -> str:
        value = data.get(key, default)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return str(value)
        if isinstance(value, str) and value.strip():
            return str(value)
        reason = "缺少" if value is None else "须是非空文本"
        self._report((data, key), _join(path, key), f"“{key}”{reason}")
        return ""

    def _texts(self, data: Mapping[str, Any], key: str) -> list[str]:
        value = data.get(key, [])
        items = [value] if isinstance(value, str) else value
        if isinstance(items, Sequence) and all(isinstance(item, str) for item in items):
            return [str(item) for item in items]
        self._report((data, key), key, f"“{key}”须是列名的列表")
        return []

    def _mapping(self, data: Mapping[str, Any], key: str) -> dict[str, str]:
        value = data.get(key, {})
        if isinstance(value, Mapping) and all(isinstance(item, str) for item in value.values()):
            return {str(name): str(item) for name, item in value.items()}
        self._report((data, key), key, f"“{key}”须是“名称: 文本”的映射")
        return {}

    def _columns(self, data: Mapping[str, Any]) -> Iterator[tuple[str, DataType]]:
        allowed = ("text", "integer", "decimal", "float", "date")
        for name, kind in self._mapping(data, "columns").items():
            if kind in allowed:
                yield name, DataType(kind)
            else:
                reason = f"不认识类型“{kind}”，可用：{'、'.join(allowed)}"
                self._report((data["columns"], name), f"columns.{name}", reason)

    def _rules(self, document: Mapping[str, Any]) -> Iterator[Rule]:
        items = document.get("rules")
        if not isinstance(items, Sequence) or isinstance(items, str) or not items:
            self._report((document, "rules"), "rules", "“rules”须是至少一条规则的列表")
            return
        if len(items) > MAX_RULES:
            self._report((document, "rules"), "rules", f"一个规则集至多 {MAX_RULES} 条规则")
            return
        seen: dict[str, int] = {}
        for index, item in enumerate(items):
            path = f"rules[{index}]"
            if not isinstance(item, Mapping):
                self._report((items, index), path, "每条规则须是映射，至少有 id 和 kind")
                continue
            rule = self._rule(item, path)
            if rule is None:
                continue
            if rule.id in seen:
                reason = f"编号“{rule.id}”与 rules[{seen[rule.id]}] 重复"
                self._report((item, "id"), f"{path}.id", reason)
            seen[rule.id] = index
            yield rule

    def _rule(self, item: Mapping[str, Any], path: str) -> Rule | None:
        before = len(self.problems)
        code = self._text(item, "kind", path)
        known = {kind.code: kind for kind in kinds}
        if code not in known:
            if code:
                choices = "、".join(f"{kind.code}（{kind.label}）" for kind in kinds)
                reason = f"没有规则类型“{code}”，可用：{choices}"
                self._report((item, "kind"), f"{path}.kind", reason)
            return None
        kind = known[code]()
        parameters = self._parameters(kind, item, path)
        rule_id = self._text(item, "id", path)
        dimension = self._choice(item, path, ("dimension", DIMENSION_LABELS, kind.dimension))
        severity = self._choice(item, path, ("severity", SEVERITY_LABELS, Severity.NORMAL))
        when = self._when(item, path)
        if parameters is None or len(self.problems) > before:
            return None
        return Rule(
            id=rule_id,
            name=self._text(item, "name", path, default=kind.label),
            kind=code,
            parameters=parameters,
            dimension=dimension,
            severity=severity,
            message=self._text(item, "message", path, default=kind.message),
            remedy=self._text(item, "remedy", path, default=kind.remedy),
            version=self._text(item, "version", path, default="1"),
            when=when,
        )

    def _choice(
        self, item: Mapping[str, Any], path: str, choice: tuple[str, Mapping[E_, str], E_]
    ) -> E_:
        key, labels, default = choice
        value = item.get(key)
        if value is None:
            return default
        for member, label in labels.items():
            if value in {member.value, label}:
                return member
        allowed = "、".join(f"{member.value}（{label}）" for member, label in labels.items())
        self._report((item, key), _join(path, key), f"不认识“{value}”，可用：{allowed}")
        return default

    def _when(self, item: Mapping[str, Any], path: str) -> Any:
        text = item.get("when")
        if text is None:
            return None
        try:
            return parse_expression(str(text))
        except ExpressionError as error:
            self._report((item, "when"), _join(path, "when"), error.message)
            return None

    def _parameters(self, kind: Kind[Any], item: Mapping[str, Any], path: str) -> Parameters | None:
        given = {key: _plain(value) for key, value in item.items() if key not in _COMMON}
        try:
            return kind.Parameters.model_validate(given)
        except ValidationError as error:
            for detail in error.errors(include_url=False):
                place, dotted = _locate(item, detail["loc"])
                names = list(kind.Parameters.model_fields)
                reason = explain(detail, names)
                self._report(place, _join(path, dotted), reason)
            return None


def _join(path: str, key: str) -> str:
    return key if path == "文件" else f"{path}.{key}" if key else path


def _locate(item: Any, loc: Sequence[int | str]) -> tuple[tuple[object, object], str]:
    """The deepest place that exists in the document, and the whole path as text."""
    place: tuple[object, object] = (item, None)
    current: Any = item
    for part in loc:
        inside = isinstance(current, Mapping) and part in current
        inside = inside or (isinstance(current, CommentedSeq | list) and isinstance(part, int))
        if not inside:
            break
        place = (current, part)
        current = current[part]
    dotted = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in loc)
    return place, dotted.lstrip(".")


def _position(container: object, key: object) -> tuple[int, int]:
    try:
        if isinstance(container, CommentedMap) and key in container:
            line, column = container.lc.value(key)
        elif isinstance(container, CommentedSeq) and isinstance(key, int):
            line, column = container.lc.item(key)
        elif isinstance(container, CommentedMap | CommentedSeq):
            line, column = container.lc.line, container.lc.col
        else:
            return 1, 1
    except (KeyError, TypeError, AttributeError):
        return 1, 1
    return line + 1, column + 1


def _plain(value: Any) -> Any:
    """ruamel's subclasses as plain data, so that what is stored is what was written."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, str):
        return str(value)
    if isinstance(value, Sequence):
        return [_plain(item) for item in value]
    return value
