"""From ratings to figures: distributions, satisfaction by a stated formula, groups that may be shown."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from steward.desk.surveys.choices import OVERALL, RATINGS, Basis, Formula
from steward.desk.surveys.questions import Question

SMALLEST_GROUP = 3
OTHERS = "其他单位（合并）"
PLACES = Decimal("0.00000001")


@dataclass(frozen=True, slots=True)
class Terms:
    """How the contract counts: which formula, from which rating on somebody is satisfied.

    share: ratings of at least `satisfied_from` over all ratings. mean: the mean rating over 5.
    Below `minimum` answers the figure is no data.
    """

    formula: str = Formula.SHARE
    satisfied_from: int = 4
    basis: str = Basis.ALL
    minimum: int = 30

    def words(self) -> str:
        """The formula as people read it."""
        what = "全部评分题" if self.basis == Basis.ALL else "“整体满意度”一题"
        if self.formula == Formula.MEAN:
            return f"{what}的平均分 ÷ 5"
        label = dict(RATINGS)[self.satisfied_from]
        return f"{what}中 {self.satisfied_from} 分（{label}）及以上的评分数 ÷ 评分总数"


@dataclass(frozen=True, slots=True)
class Dimension:
    """One rating question: how often each rating was given."""

    code: str
    title: str
    counts: Mapping[int, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def mean(self) -> Decimal | None:
        weight = sum(rating * count for rating, count in self.counts.items())
        return Decimal(weight) / self.total if self.total else None

    def satisfaction(self, terms: Terms) -> Decimal | None:
        return ratio(self.counts, terms)


def distribution(questions: Sequence[Question], answers: Sequence[Mapping[str, Any]]) -> list[Dimension]:  # fmt: skip
    """Every rating question with its counts from 5 down to 1, in the order asked."""
    found = []
    for question in questions:
        if question.is_rating:
            tally = Counter(a[question.code] for a in answers if question.code in a)
            counts = {rating: tally[rating] for rating, _ in RATINGS}
            found.append(Dimension(question.code, question.title, counts))
    return found


def pooled(dimensions: Sequence[Dimension], terms: Terms) -> dict[int, int]:
    """The ratings that the figure counts, over the dimensions that the basis names."""
    chosen = [d for d in dimensions if terms.basis == Basis.ALL or d.code == OVERALL]
    return {rating: sum(d.counts.get(rating, 0) for d in chosen) for rating, _ in RATINGS}


def ratio(counts: Mapping[int, int], terms: Terms) -> Decimal | None:
    """The figure between 0 and 1, to eight places; None without ratings."""
    total = sum(counts.values())
    if not total:
        return None
    if terms.formula == Formula.MEAN:
        weight = sum(rating * count for rating, count in counts.items())
        return (Decimal(weight) / (5 * total)).quantize(PLACES)
    satisfied = sum(count for rating, count in counts.items() if rating >= terms.satisfied_from)
    return (Decimal(satisfied) / total).quantize(PLACES)


def shown_groups(sizes: Mapping[str, int]) -> dict[str, tuple[str, ...]]:
    """Which groups may be shown: each of at least three, the small ones merged into one.

    A remainder below three could be worked out by subtraction, so the smallest shown group joins
    it; when nothing is left that may be shown, nothing is.
    """
    large = sorted((n for n in sizes if sizes[n] >= SMALLEST_GROUP), key=lambda n: (-sizes[n], n))
    small = sorted(n for n in sizes if 0 < sizes[n] < SMALLEST_GROUP)
    merged = sum(sizes[n] for n in small)
    while small and merged < SMALLEST_GROUP and large:
        joined = large.pop()
        small.append(joined)
        merged += sizes[joined]
    groups: dict[str, tuple[str, ...]] = {name: (name,) for name in large}
    if small and merged >= SMALLEST_GROUP:
        groups[OTHERS] = tuple(sorted(small))
    return groups if len(groups) > 1 else {}
