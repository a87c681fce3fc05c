"""Scoring rule kinds as packs see them: a code, typed parameters and their own check."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pydantic import BaseModel

RuleCheck = Callable[[Any, Decimal, tuple[str, ...]], list[tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class RuleShape:
    """What a pack may say about one kind of rule.

    `check(params, points, units)` returns (path below the rule, Chinese words) for what the types
    alone cannot tell; `use` is indicator or veto.
    """

    code: str
    label: str
    params: type[BaseModel]
    check: RuleCheck
    terms: Callable[[Any], str]
    use: str = "indicator"

    def words(self, rule: dict[str, Any]) -> str:
        """A rule of this kind as a Chinese sentence."""
        given = {name: value for name, value in rule.items() if name != "kind"}
        return self.terms(self.params.model_validate(given))


_SHAPES: dict[str, RuleShape] = {}


def declare_rule_kind(shape: RuleShape) -> None:
    """Make a kind of rule known to packs (the app of assessment does, for each of its kinds)."""
    _SHAPES[shape.code] = shape


def rule_words(rule: dict[str, Any]) -> str:
    """Any rule of a checked pack as a Chinese sentence."""
    return _SHAPES[rule["kind"]].words(rule)


def rule_shapes(use: str) -> dict[str, RuleShape]:
    """The kinds that may score an indicator, or that may state a veto, by code."""
    return {code: _SHAPES[code] for code in sorted(_SHAPES) if _SHAPES[code].use == use}
