"""Rules as the library keeps them: read, checked with the place of every fault, and fitted to a
table's own columns."""

import re
from collections.abc import Mapping
from typing import Any, Final

from sqlglot.tokenizer_core import TokenType
from sqlglot.tokens import Tokenizer

from steward.engine.expressions import parse_expression
from steward.engine.rules import Rule, RuleSetError, Severity, build_rules, parse_rules
from steward.engine.rules.kind import kinds
from steward.kernel.errors import InvalidError

_NOT_COLUMNS: Final = frozenset(
    {"values", "table", "table_columns", "table_group_by", "table_column", "pattern", "male",
     "female", "placeholders", "formats", "op", "measure", "empty", "level", "unknown",
     "new_energy", "severity"}
)  # fmt: skip
_CONDITIONS: Final = frozenset({"condition", "when"})
_PLACEHOLDER: Final = re.compile(r"\{([^{}]+)\}")
_KEPT: Final = ("message", "remedy", "when")


class InvalidRuleError(InvalidError):
    """A rule that is not right; each line of the message names a place."""

    code = "quality.invalid_rule"


def read_definition(text: str) -> dict[str, Any]:
    """One rule from YAML as a person writes it, without an id; InvalidRuleError with line and
    column of every fault."""
    indented = "\n".join(f"  {line}" for line in text.expandtabs(2).splitlines())
    try:
        found = parse_rules(f"rules:\n- id: 规则\n{indented}\n", origin="规则")
    except RuleSetError as error:
        raise InvalidRuleError(_moved(error), field="definition") from None
    if len(found.rules) != 1:
        raise InvalidRuleError("一次只写一条规则，不要另起“-”", field="definition")
    return plain_of(found.rules[0])


def _moved(error: RuleSetError) -> str:
    problems: Any = error.data.get("problems", ())
    lines = [
        f"第 {max(item.line - 2, 1)} 行第 {max(item.column - 2, 1)} 列"
        f"（{item.path.removeprefix('rules[0].') or '规则'}）：{item.reason}"
        for item in problems
    ]
    return "\n".join(lines) or error.message


def check_definition(data: Mapping[str, Any]) -> dict[str, Any]:
    """The same for plain data, as a profile suggests it."""
    try:
        return plain_of(build_rules({"rules": [{**data, "id": "规则"}]}).rules[0])
    except RuleSetError as error:
        raise InvalidRuleError(error.message, field="definition") from None


def plain_of(rule: Rule) -> dict[str, Any]:
    """The rule as plain data, without what every rule of its kind says."""
    kind = kinds.get(rule.kind)()
    given = rule.parameters.model_dump(mode="json", exclude_defaults=True)
    data: dict[str, Any] = {"kind": rule.kind, **given}
    if rule.when is not None:
        data["when"] = rule.when.text
    if rule.message != kind.message:
        data["message"] = rule.message
    if rule.remedy != kind.remedy:
        data["remedy"] = rule.remedy
    if rule.severity is not Severity.NORMAL:
        data["severity"] = rule.severity.value
    data["dimension"] = rule.dimension.value
    return data


def severity_of(definition: Mapping[str, Any]) -> str:
    """How grave the rule says it is; a table may say otherwise."""
    return str(definition.get("severity", Severity.NORMAL.value))


def reference_of(definition: Mapping[str, Any]) -> str:
    """The name of the other table that the rule looks into; empty for most rules."""
    return str(definition.get("table", ""))


def rule_of(definition: Mapping[str, Any], **more: Any) -> Rule:
    """The engine's rule of a stored definition."""
    return build_rules({"rules": [{"id": "规则", **definition, **more}]}).rules[0]


def roles_of(definition: Mapping[str, Any]) -> tuple[str, ...]:
    """The columns that the rule speaks of: what a table maps to its own."""
    rule = rule_of(definition)
    names = kinds.get(rule.kind)().columns(rule.parameters)
    beside = rule.when.columns if rule.when is not None else ()
    return tuple(dict.fromkeys((*names, *beside)))


def fitted(
    definition: Mapping[str, Any],
    mapping: Mapping[str, str],
    tables: Mapping[str, str] = {},
) -> dict[str, Any]:
    """The definition with its columns, and the other table, replaced by a table's own.

    The other table's columns keep the names that the rule gives them.
    """
    names = {role.casefold(): mapping.get(role) or role for role in roles_of(definition)}
    found = {key: _fit(key, value, names) for key, value in definition.items()}
    for own, other in (("columns", "table_columns"), ("group_by", "table_group_by")):
        if reference_of(definition) and own in definition:
            found.setdefault(other, definition[own])
    if name := tables.get(reference_of(definition)):
        found["table"] = name
    return found


def _fit(key: str, value: Any, names: Mapping[str, str]) -> Any:
    if key in _CONDITIONS:
        return _renamed(str(value), names)
    if key in ("message", "remedy"):
        return _PLACEHOLDER.sub(
            lambda match: "{" + names.get(match[1].strip().casefold(), match[1]) + "}", str(value)
        )
    if key in _NOT_COLUMNS or key in ("kind", "dimension"):
        return value
    if isinstance(value, str):
        return names.get(value.casefold(), value)
    if isinstance(value, list):
        return [_fit(key, item, names) for item in value]
    return value


def _renamed(condition: str, names: Mapping[str, str]) -> str:
    """The condition with its columns renamed, token by token, so that nothing else changes."""
    tokens = Tokenizer().tokenize(condition)
    known = {name.casefold() for name in parse_expression(condition).columns}
    out, at = [], 0
    for token in tokens:
        named = token.token_type in (TokenType.VAR, TokenType.IDENTIFIER)
        word = token.text.casefold()
        if named and word in known and word in names:
            quoted = '"' + names[word].replace('"', '""') + '"'
            out += [condition[at : token.start], quoted]
            at = token.end + 1
    return "".join(out) + condition[at:]


def words_of(definition: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The definition for people: label and value of every parameter."""
    kind = kinds.get(str(definition["kind"]))
    shown = [("类型", f"{kind.label}（{kind.code}）")]
    for name, field in kind.Parameters.model_fields.items():
        if name in definition:
            value = definition[name]
            text = "、".join(map(str, value)) if isinstance(value, list) else str(value)
            shown.append((field.description or _LABELS.get(name, name), text))
    if "severity" in definition:
        shown.append(("级别", Severity(definition["severity"]).label))
    shown += [(_LABELS[name], str(definition[name])) for name in _KEPT if name in definition]
    return shown


_LABELS: Final = {"message": "提示语", "remedy": "整改建议", "when": "适用条件", "column": "列"}
