"""The score of a pack from facts: a pure function to a result tree (reference: scoring §7).

total = Σ of the indicators after their caps; leaves sum to what is deducted before the cap; no
data is never met; one incident of an exclusive group deducts once, where it costs most.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from steward.contracts.assessment.exclusive import Claimant, claimed_by_others
from steward.contracts.assessment.facts import Answer, Facts, indicator_reading, reading_of
from steward.contracts.assessment.nodes import indicator_node, veto_node
from steward.contracts.assessment.payment import payable_of
from steward.contracts.assessment.penalties import Cases
from steward.contracts.assessment.registry import KINDS, ZERO, Judgement, Reading, RuleKind
from steward.contracts.assessment.result import GroupNode, IndicatorNode, Payable, VetoNode
from steward.contracts.packs.api import Indicator, Pack, Veto


@dataclass(frozen=True, slots=True)
class Scored:
    """A table scored once: its groups, vetoes, total, what it may still become, and the money.

    `cases` are the breaches that the money already counts.
    """

    groups: tuple[GroupNode, ...]
    vetoes: tuple[VetoNode, ...]
    points: Decimal
    possible: Decimal
    pay: Payable
    cases: Cases


@dataclass(frozen=True, slots=True)
class Rules:
    """A pack with its rules' parameters parsed once."""

    pack: Pack
    kinds: Mapping[str, tuple[type[RuleKind], Any]] = field(default_factory=dict)

    @classmethod
    def of(cls, pack: Pack) -> "Rules":
        owners: list[Indicator | Veto] = [*pack.indicators(), *pack.vetoes]
        return cls(pack, {owner.id: _parsed(owner.rule) for owner in owners})


def _parsed(rule: dict[str, Any]) -> tuple[type[RuleKind], Any]:
    kind = KINDS.get(str(rule["kind"]))
    return kind, kind.Params.model_validate({k: v for k, v in rule.items() if k != "kind"})


def score_pack(rules: Rules, facts: Facts) -> Scored:
    """Score every indicator and veto, add up, and work out the money."""
    nodes = _indicators(rules, facts, rules.pack.indicators())
    vetoes = tuple(_veto(rules, veto, facts) for veto in rules.pack.vetoes)
    return _added_up((rules.pack, facts.cases), nodes, vetoes)


def score_otherwise(
    rules: Rules,
    before: Scored,
    *,
    facts: Facts | None = None,
    indicator_id: str,
    points: Decimal = ZERO,
) -> Scored:
    """The score if one indicator had other facts or, without `facts`, other points.

    What the change cannot touch is taken from `before`: the vetoes, which have sources of their
    own, and every indicator outside the exclusive group of the changed one.
    """
    nodes = {node.id: node for group in before.groups for node in group.indicators}
    if facts is None:
        update = {"points": points, "possible": points, "status": "scored"}
        nodes[indicator_id] = nodes[indicator_id].model_copy(update=update)
    else:
        nodes |= _indicators(rules, facts, _touched(rules.pack, indicator_id))
    return _added_up((rules.pack, before.cases), nodes, before.vetoes)


def _touched(pack: Pack, indicator_id: str) -> list[Indicator]:
    changed = next(i for i in pack.indicators() if i.id == indicator_id)
    return [
        indicator
        for indicator in pack.indicators()
        if indicator is changed
        or (indicator.exclusive_group and indicator.exclusive_group == changed.exclusive_group)
    ]


def _indicators(
    rules: Rules, facts: Facts, indicators: list[Indicator]
) -> dict[str, IndicatorNode]:
    """Judge some indicators; those of an exclusive group must come together."""
    readings = {i.id: indicator_reading(i, facts) for i in indicators}
    readings = _with_awards(readings, facts)
    readings = _with_claims(rules, readings)
    return {i.id: _indicator(rules, i, (readings[i.id], facts)) for i in indicators}


def _added_up(
    terms: tuple[Pack, Cases], nodes: Mapping[str, IndicatorNode], vetoes: tuple[VetoNode, ...]
) -> Scored:
    pack, cases = terms
    groups = _groups(pack, nodes)
    maximum = pack.assessment.maximum if pack.assessment else ZERO
    points = min(maximum, sum((group.points for group in groups), ZERO))
    possible = min(maximum, sum((group.possible for group in groups), ZERO))
    vetoed = any(veto.status == "triggered" for veto in vetoes)
    pay = payable_of(pack, points=points, possible=possible, vetoed=vetoed, cases=cases)
    return Scored(groups, vetoes, points, possible, pay, cases)


def _with_awards(readings: dict[str, Reading], facts: Facts) -> dict[str, Reading]:
    awarded = {i: award for i, award in facts.awards.items() if i in readings}
    return readings | {
        i: replace(readings[i], award=award, population=readings[i].population or 1, grade="C")
        for i, award in awarded.items()
    }


def _with_claims(rules: Rules, readings: dict[str, Reading]) -> dict[str, Reading]:
    """Tell each indicator of an exclusive group which incidents another one deducts."""
    grouped: dict[str, list[Claimant]] = {}
    for indicator in rules.pack.indicators():
        if indicator.exclusive_group is not None and indicator.id in readings:
            claimant = _claimant(rules, indicator, readings[indicator.id])
            grouped.setdefault(indicator.exclusive_group, []).append(claimant)
    told = dict(readings)
    for claimants in grouped.values():
        for owner, claimed in claimed_by_others(claimants).items():
            told[owner] = replace(told[owner], claimed=claimed)
    return told


def _claimant(rules: Rules, indicator: Indicator, reading: Reading) -> Claimant:
    params = rules.kinds[indicator.id][1]
    room = max(ZERO, indicator.points - params.floor)
    return Claimant(
        id=indicator.id,
        title=indicator.title,
        deduct=params.deduct,
        limit=room if params.cap is None else min(room, params.cap),
        events=reading.events,
        honours_exclusions=params.exclusions == "agreed",
    )


def _indicator(rules: Rules, indicator: Indicator, known: tuple[Reading, Facts]) -> IndicatorNode:
    reading, facts = known
    kind, params = rules.kinds[indicator.id]
    judgement = kind.judge(params, indicator.points, reading)
    if reading.value is None and kind.needs_source:
        judgement = _without_data(indicator, params, (reading, judgement))
    answers = facts.of(indicator.id, indicator.sources)
    return indicator_node(indicator, reading, (kind, judgement), answers=answers)


def _without_data(indicator: Indicator, params: Any, known: tuple[Reading, Judgement]) -> Judgement:
    """No data is never met: no points, and only what the known events leave is possible."""
    reading, judged = known
    floor = min(indicator.points, params.floor)
    if indicator.no_data == "zero":
        words = f"没有数据，按合同约定不得分（{reading.no_data}）"
        return Judgement(floor, floor, "无数据不得分", words, judged.lines, judged.excluded)
    known_loss = bool(reading.events)
    return Judgement(
        floor,
        max(floor, judged.points) if known_loss else indicator.points,
        "未评",
        f"未评：{reading.no_data}",
        judged.lines if known_loss else (),
        judged.excluded,
        scored=False,
    )


def _veto(rules: Rules, veto: Veto, facts: Facts) -> VetoNode:
    answers: list[Answer] = facts.of(veto.id, (veto.source,))
    reading = reading_of(answers, minimum_grade=veto.minimum_grade, facts=facts)
    kind, params = rules.kinds[veto.id]
    judgement = kind.judge(params, ZERO, reading)
    missing = reading.no_data if reading.value is None else ""
    return veto_node(veto, answers[0], (judgement, missing))


def _groups(pack: Pack, nodes: Mapping[str, IndicatorNode]) -> tuple[GroupNode, ...]:
    found = []
    for group in pack.assessment.groups if pack.assessment else ():
        members = tuple(nodes[indicator.id] for indicator in group.indicators)
        found.append(
            GroupNode(
                id=group.id,
                title=group.title,
                full=group.points,
                points=sum((node.points for node in members), ZERO),
                possible=sum((node.possible for node in members), ZERO),
                indicators=members,
            )
        )
    return tuple(found)
