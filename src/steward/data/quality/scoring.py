"""The score of a check, stated once and shown on the pages.

For each dimension: R is the weight of its rules about rows, T of its rules about the whole table
(serious 3, normal 2, notice 1). With f rows of n that break any of its rules,

    dimension = (R × (1 − f ÷ n) + weight of the table rules that passed) ÷ (R + T)

and the table's score is the mean of the dimensions weighted by R + T. Rules that could not be
checked count nowhere. Several tables together: the mean weighted by their rows.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

WEIGHTS = {"serious": 3, "normal": 2, "notice": 1}
FORMULA = (
    "每个维度：行规则按 1 − 不合格行 ÷ 检查行数，整表规则合格计 1、不合格计 0，"
    "按级别权重（严重 3、一般 2、提示 1）平均；总分为各维度按其规则权重的平均；"
    "未能检查的规则不计；多张表按行数平均。"
)
_PLACES = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class Judged:
    """One rule that was checked: `of_table` for a rule about the whole table."""

    dimension: str
    severity: str
    of_table: bool = False
    passed: bool = True


@dataclass(frozen=True, slots=True)
class Scores:
    """Ratios 0–1, six places; `weights` of the dimensions that have rules."""

    total: Decimal | None
    dimensions: Mapping[str, Decimal]
    weights: Mapping[str, int]


def score(rules: Iterable[Judged], *, rows: int, failing: Mapping[str, int]) -> Scores:
    """Scores of a table with `rows` rows, of which `failing[dimension]` break a rule of it."""
    row_weight: dict[str, int] = {}
    table_weight: dict[str, int] = {}
    passed: dict[str, int] = {}
    for rule in rules:
        weight = WEIGHTS[rule.severity]
        held = table_weight if rule.of_table else row_weight
        held[rule.dimension] = held.get(rule.dimension, 0) + weight
        if rule.of_table and rule.passed:
            passed[rule.dimension] = passed.get(rule.dimension, 0) + weight
    weights = {
        name: row_weight.get(name, 0) + table_weight.get(name, 0)
        for name in {**row_weight, **table_weight}
    }
    found = {}
    for name, weight in weights.items():
        clean = 1 - Decimal(failing.get(name, 0)) / rows if rows else Decimal(1)
        gained = row_weight.get(name, 0) * clean + passed.get(name, 0)
        found[name] = (gained / weight).quantize(_PLACES)
    return Scores(mean((found[name], weights[name]) for name in weights), found, weights)


def mean(parts: Iterable[tuple[Decimal, int]]) -> Decimal | None:
    """The weighted mean; None where nothing has a weight."""
    held = [(value, weight) for value, weight in parts if weight > 0]
    total = sum(weight for _, weight in held)
    if not total:
        return None
    return (sum((value * weight for value, weight in held), Decimal(0)) / total).quantize(_PLACES)
