"""What a pack's parts must say about each other, and about the platform that runs it."""

from collections import Counter
from collections.abc import Callable, Collection
from decimal import Decimal
from typing import Any

from steward.contracts.packs.acceptance import check_acceptance
from steward.contracts.packs.document import Indicator, Pack, Source
from steward.contracts.packs.duty_linting import lint_duties
from steward.contracts.packs.payment_linting import check_payment
from steward.contracts.packs.problems import Path
from steward.contracts.packs.punishment_linting import check_punishments
from steward.contracts.packs.registry import RuleShape, rule_shapes
from steward.contracts.packs.sla_linting import check_sla
from steward.contracts.packs.staffing import check_staffing
from steward.contracts.packs.terms_linting import check_terms
from steward.contracts.packs.walking import indicator_paths
from steward.contracts.packs.yamltree import YamlTree
from steward.core.evidence import api as evidence

Check = Callable[[Pack, YamlTree], None]

_WITH_IDS = (
    "sla", "service_hours", "obligations", "penalties", "rights_to_end", "calendars",
    "contradictions",
)  # fmt: skip


def lint(pack: Pack, tree: YamlTree, *, calendars: Collection[str]) -> None:
    """Note every cross-check that fails; `calendars` are the platform's calendar codes."""
    for check in _CHECKS:
        check(pack, tree)
    for index, use in enumerate(pack.calendars):
        if use.code not in calendars:
            tree.problem(
                ("calendars", index, "code"),
                "平台没有这个日历",
                value=use.code,
                allowed=", ".join(sorted(calendars)),
            )


def _parties(pack: Pack, tree: YamlTree) -> None:
    counts: Counter[str] = Counter(party.role for party in pack.parties)
    for role, words in (("client", "甲方"), ("supplier", "乙方")):
        if counts[role] != 1:
            tree.problem(("parties",), f"须恰有一个{words}（role: {role}），现有 {counts[role]} 个")


def _stages(pack: Pack, tree: YamlTree) -> None:
    rests = [n for n, stage in enumerate(pack.payment.stages) if stage.share == "rest"]
    shares = [s.share for s in pack.payment.stages if isinstance(s.share, Decimal)]
    if len(rests) > 1:
        tree.problem(("payment", "stages", rests[1], "share"), "“其余”（rest）只能写一次")
    if sum(shares) > 1 or (not rests and sum(shares) != 1):
        tree.problem(
            ("payment", "stages"), "各期比例合计须为 1（或以 rest 收尾）", value=sum(shares)
        )


def _weights(pack: Pack, tree: YamlTree) -> None:
    if pack.assessment is None:
        return
    for g, group in enumerate(pack.assessment.groups):
        total = sum((_weight(i) for i in group.indicators), Decimal(0))
        if total != group.points:
            tree.problem(
                ("assessment", "groups", g, "points"),
                f"本组各项合计 {total} 分，与写明的分值不符",
                value=group.points,
            )
    total = sum((group.points for group in pack.assessment.groups), Decimal(0))
    if total != pack.assessment.maximum:
        tree.problem(
            ("assessment", "groups"), f"各组合计 {total} 分，须等于 {pack.assessment.maximum} 分"
        )


def _weight(indicator: Indicator) -> Decimal:
    return Decimal(0) if indicator.rule.get("kind") == "bonus" else indicator.points


def _unique(pack: Pack, tree: YamlTree) -> None:
    for name in _WITH_IDS:
        _no_twins(tree, [(row.id, (name, i, "id")) for i, row in enumerate(getattr(pack, name))])
    for name in ("severities", "ticket_kinds", "pause_reasons"):
        _no_twins(
            tree, [(row.code, (name, i, "code")) for i, row in enumerate(getattr(pack, name))]
        )
    owners: list[tuple[str, Path]] = [
        (ind.id, (*path, "id")) for ind, path in indicator_paths(pack)
    ]
    owners += [(veto.id, ("vetoes", n, "id")) for n, veto in enumerate(pack.vetoes)]
    _no_twins(tree, owners)
    for ind, path in indicator_paths(pack):
        rows: list[tuple[str, Path]] = [
            (source.id, (*path, "sources", n, "id")) for n, source in enumerate(ind.sources)
        ]
        _no_twins(tree, rows)
    _no_twins(
        tree, [(s.id, ("payment", "stages", i, "id")) for i, s in enumerate(pack.payment.stages)]
    )


def _no_twins(tree: YamlTree, rows: list[tuple[str, Path]]) -> None:
    seen: set[str] = set()
    for code, path in rows:
        if code in seen:
            tree.problem(path, "编号重复", value=code)
        seen.add(code)


def _sources(pack: Pack, tree: YamlTree) -> None:
    for indicator, path in indicator_paths(pack):
        for n, source in enumerate(indicator.sources):
            _source(tree, source, path=(*path, "sources", n))
    for n, veto in enumerate(pack.vetoes):
        _source(tree, veto.source, path=("vetoes", n, "source"))


def _source(tree: YamlTree, source: Source, *, path: Path) -> None:
    specs = {spec.code: spec for spec in evidence.metric_specs()}
    spec = specs.get(source.metric)
    if spec is None:
        if not source.planned:
            tree.problem(
                (*path, "metric"),
                "平台没有这个取数指标（尚未提供的须写 planned: true）",
                value=source.metric,
                allowed=", ".join(specs),
            )
        return
    if source.planned:
        tree.hint(
            (*path, "planned"),
            f"平台已提供“{spec.label}”，可以去掉 planned，自动取数",
            value=source.metric,
        )
    if spec.unit != source.unit:
        tree.problem((*path, "unit"), f"“{spec.label}”的单位是 {spec.unit}", value=source.unit)
    for name in source.params:
        if name not in spec.params:
            tree.problem(
                (*path, "params", name),
                f"“{spec.label}”没有这个参数",
                allowed=", ".join(spec.params),
            )


def _rules(pack: Pack, tree: YamlTree) -> None:
    for indicator, path in indicator_paths(pack):
        units = tuple(source.unit for source in indicator.sources)
        shape = rule_shapes("indicator")[indicator.rule["kind"]]
        _rule(tree, (*path, "rule"), (shape, indicator.rule), context=(indicator.points, units))
    for n, veto in enumerate(pack.vetoes):
        shape = rule_shapes("veto")[veto.rule["kind"]]
        _rule(
            tree,
            ("vetoes", n, "rule"),
            (shape, veto.rule),
            context=(Decimal(0), (veto.source.unit,)),
        )


def _rule(
    tree: YamlTree,
    path: Path,
    rule: tuple[RuleShape, dict[str, Any]],
    *,
    context: tuple[Decimal, tuple[str, ...]],
) -> None:
    shape, given = rule
    params = shape.params.model_validate({k: v for k, v in given.items() if k != "kind"})
    for below, words in shape.check(params, *context):
        tree.problem((*path, below) if below else path, words, value=given.get(below, ""))


_CHECKS: tuple[Check, ...] = (
    _parties,
    check_terms,
    _stages,
    check_payment,
    _weights,
    _unique,
    check_sla,
    _sources,
    _rules,
    check_punishments,
    lint_duties,
    check_staffing,
    check_acceptance,
)
