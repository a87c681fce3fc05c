"""A tiny predicate language as data: routing rules, approval conditions, metric filters.

A condition is a mapping or a list, as YAML and JSON give them:

    all:
      - {field: ticket.kind, eq: incident}
      - any:
          - {field: severity, in: [major, critical]}
          - {field: affected, gte: 100, lt: 1000}
      - not: {field: reporter, is_null: true}

A list alone means `all`; nothing at all is always true. A field is a dotted path into the facts.
One without a value equals nothing: `ne` and `not_in` hold, every other comparison but
`is_null: true` does not. Numbers compare by value, dates and instants with their ISO texts.
`matches` takes `*` and `?`.
"""

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from typing import Any, TypeAlias

from steward.kernel.comparisons import OPERATORS, Operand, Scalar, exact, shown
from steward.kernel.errors import InvalidError

Labels: TypeAlias = Mapping[str, str]
_MAX_DEPTH = 20
_ROOT = "条件"


class InvalidConditionError(InvalidError):
    """A condition that cannot be read; the message opens with the path of the wrong place."""

    code = "kernel.invalid_condition"


class IncomparableFactError(InvalidError):
    """A fact of a type that the condition cannot put in order or search in."""

    code = "kernel.incomparable_fact"


class Condition(ABC):
    """A parsed condition; immutable."""

    @abstractmethod
    def evaluate(self, facts: Mapping[str, Any]) -> bool:
        """Whether it holds. IncomparableFactError names a fact of a type it cannot compare."""

    @abstractmethod
    def fields(self) -> frozenset[str]:
        """Every field it reads."""

    @abstractmethod
    def describe(
        self, labels: Labels | None = None, values: Mapping[str, Labels] | None = None
    ) -> str:
        """The condition as a Chinese phrase.

        `labels` names fields; `values` names, for a field, its codes.
        """

    @abstractmethod
    def to_dict(self) -> dict[str, Any]:
        """Plain data; `parse_condition` reads it back."""


@dataclass(frozen=True, slots=True)
class AllOf(Condition):
    """Every part holds; without parts, always."""

    parts: tuple[Condition, ...] = ()

    def evaluate(self, facts: Mapping[str, Any]) -> bool:
        return all(part.evaluate(facts) for part in self.parts)

    def fields(self) -> frozenset[str]:
        return frozenset[str]().union(*(part.fields() for part in self.parts))

    def describe(
        self, labels: Labels | None = None, values: Mapping[str, Labels] | None = None
    ) -> str:
        phrases = [_bracketed(part, part.describe(labels, values)) for part in self.parts]
        return "，且".join(phrases) if phrases else "总是"

    def to_dict(self) -> dict[str, Any]:
        return {"all": [part.to_dict() for part in self.parts]}


@dataclass(frozen=True, slots=True)
class AnyOf(Condition):
    """At least one part holds."""

    parts: tuple[Condition, ...]

    def evaluate(self, facts: Mapping[str, Any]) -> bool:
        return any(part.evaluate(facts) for part in self.parts)

    def fields(self) -> frozenset[str]:
        return frozenset[str]().union(*(part.fields() for part in self.parts))

    def describe(
        self, labels: Labels | None = None, values: Mapping[str, Labels] | None = None
    ) -> str:
        return "，或".join(_bracketed(part, part.describe(labels, values)) for part in self.parts)

    def to_dict(self) -> dict[str, Any]:
        return {"any": [part.to_dict() for part in self.parts]}


@dataclass(frozen=True, slots=True)
class Negation(Condition):
    """The part does not hold."""

    part: Condition

    def evaluate(self, facts: Mapping[str, Any]) -> bool:
        return not self.part.evaluate(facts)

    def fields(self) -> frozenset[str]:
        return self.part.fields()

    def describe(
        self, labels: Labels | None = None, values: Mapping[str, Labels] | None = None
    ) -> str:
        return f"并非（{self.part.describe(labels, values)}）"

    def to_dict(self) -> dict[str, Any]:
        return {"not": self.part.to_dict()}


@dataclass(frozen=True, slots=True)
class Comparison(Condition):
    """One field against one operand: a literal, or a tuple of literals for in and not_in."""

    field: str
    operator: str
    operand: Operand

    def evaluate(self, facts: Mapping[str, Any]) -> bool:
        value = look_up(facts, self.field)
        try:
            return OPERATORS[self.operator].holds(value, self.operand)
        except TypeError:
            raise IncomparableFactError(
                f"字段“{self.field}”的值“{value}”不能用于条件“{self.describe()}”",
                field=self.field,
            ) from None

    def fields(self) -> frozenset[str]:
        return frozenset((self.field,))

    def describe(
        self, labels: Labels | None = None, values: Mapping[str, Labels] | None = None
    ) -> str:
        name = (labels or {}).get(self.field, self.field)
        if self.operator == "is_null":
            return f"{name}为空" if self.operand else f"{name}不为空"
        known = (values or {}).get(self.field, {})
        operands = self.operand if isinstance(self.operand, tuple) else (self.operand,)
        named = "、".join(known.get(str(one), shown(one)) for one in operands)
        return OPERATORS[self.operator].phrase.format(name=name, value=named)

    def to_dict(self) -> dict[str, Any]:
        operand = list(self.operand) if isinstance(self.operand, tuple) else self.operand
        return {"field": self.field, self.operator: operand}


def _bracketed(part: Condition, phrase: str) -> str:
    several = isinstance(part, AllOf | AnyOf) and len(part.parts) > 1
    return f"（{phrase}）" if several else phrase


def look_up(facts: Mapping[str, Any], field: str) -> Any:
    """The value at a dotted path, or of a key written with its dots; None when absent."""
    if field in facts:
        return facts[field]
    value: Any = facts
    for name in field.split("."):
        if not isinstance(value, Mapping) or name not in value:
            return None
        value = value[name]
    return value


def parse_condition(
    data: object, *, fields: Collection[str] | None = None, path: str = _ROOT
) -> Condition:
    """Read a condition; `fields`, when given, are the only ones allowed.

    InvalidConditionError opens with the path of the wrong place and says what is allowed there.
    """
    if data is None or data in ({}, []):
        return AllOf()
    return _Parser(fields).read(data, path, depth=0)


class _Parser:
    def __init__(self, fields: Collection[str] | None) -> None:
        self._fields = fields

    def read(self, data: object, path: str, *, depth: int) -> Condition:
        if depth > _MAX_DEPTH:
            raise InvalidConditionError(f"{path}：条件嵌套超过 {_MAX_DEPTH} 层，请拆分")
        if isinstance(data, list | tuple):
            return AllOf(tuple(self._parts(data, path, depth=depth)))
        if not isinstance(data, Mapping):
            raise InvalidConditionError(
                f"{path}：应是 all、any、not 或带 field 的比较，不能是“{data}”", path=path
            )
        if "field" in data:
            return self._comparisons(data, path)
        return self._group(data, path, depth=depth)

    def _group(self, data: Mapping[Any, Any], path: str, *, depth: int) -> Condition:
        name = next(iter(data)) if len(data) == 1 else None
        if name == "not":
            return Negation(self.read(data["not"], f"{path}.not", depth=depth + 1))
        if name not in {"all", "any"}:
            raise InvalidConditionError(
                f"{path}：应只有 all、any、not 之一，或带 field 的比较，"
                f"不能是“{'、'.join(map(str, data))}”",
                path=path,
            )
        inside = f"{path}.{name}"
        if not isinstance(data[name], list | tuple) or not data[name]:
            raise InvalidConditionError(f"{inside}：应是不空的列表", path=inside)
        parts = tuple(self._parts(data[name], inside, depth=depth))
        return AllOf(parts) if name == "all" else AnyOf(parts)

    def _parts(self, data: Collection[object], path: str, *, depth: int) -> Iterator[Condition]:
        for index, part in enumerate(data):
            yield self.read(part, f"{path}[{index}]", depth=depth + 1)

    def _comparisons(self, data: Mapping[Any, Any], path: str) -> Condition:
        field = self._field(data["field"], path)
        names = [name for name in data if name != "field"]
        if not names:
            raise InvalidConditionError(
                f"{path}：字段“{field}”缺少比较，可用的是：{'、'.join(OPERATORS)}", path=path
            )
        parts = tuple(_comparison(field, name, (data[name], f"{path}.{name}")) for name in names)
        return parts[0] if len(parts) == 1 else AllOf(parts)

    def _field(self, field: object, path: str) -> str:
        if not isinstance(field, str) or not field or not all(field.split(".")):
            raise InvalidConditionError(
                f"{path}.field：应是字段名，如 ticket.severity，不能是“{field}”", path=path
            )
        if self._fields is not None and field not in self._fields:
            close = get_close_matches(field, list(self._fields), n=1)
            hint = f"，是否指“{close[0]}”" if close else ""
            raise InvalidConditionError(
                f"{path}.field：没有字段“{field}”{hint}；"
                f"可用的是：{'、'.join(sorted(self._fields))}",
                path=path,
            )
        return field


def _comparison(field: str, name: object, given: tuple[object, str]) -> Comparison:
    operand, path = given
    if not isinstance(name, str) or name not in OPERATORS:
        raise InvalidConditionError(
            f"{path}：没有比较“{name}”，可用的是：{'、'.join(OPERATORS)}", path=path
        )
    return Comparison(field, name, _operand(OPERATORS[name].takes, operand, path))


def _operand(takes: str, operand: object, path: str) -> Operand:
    if takes == "list":
        if not isinstance(operand, list | tuple) or not operand:
            raise InvalidConditionError(f"{path}：应是不空的列表，不能是“{operand}”", path=path)
        return tuple(_scalar(one, f"{path}[{index}]") for index, one in enumerate(operand))
    literal = _scalar(operand, path)
    wanted = _WANTED.get(takes)
    if wanted is not None and not _fits(takes, literal):
        raise InvalidConditionError(f"{path}：应是{wanted}，不能是“{operand}”", path=path)
    return literal


_WANTED = {"flag": " true 或 false", "text": "一段文字", "order": "数字、日期或文字"}


def _fits(takes: str, literal: Scalar) -> bool:
    if takes == "flag":
        return isinstance(literal, bool)
    if takes == "text":
        return isinstance(literal, str) and bool(literal)
    return not isinstance(literal, bool)


def _scalar(value: object, path: str) -> Scalar:
    literal = exact(value)
    if not isinstance(literal, str | bool | int | Decimal | date):
        raise InvalidConditionError(
            f"{path}：应是文字、数字、是否或日期，不能是“{value}”；判断空值请用 is_null", path=path
        )
    return literal
