"""What a pack's parts must say about each other, and about the platform that runs it."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from decimal import Decimal
from itertools import combinations
from typing import Any

from steward.contracts.packs.acceptance import check_acceptance
from steward.contracts.packs.document import Indicator, Pack, Source
from steward.contracts.packs.problems import Path
from steward.contracts.packs.registry import RuleShape, rule_shapes
from steward.contracts.packs.yamltree import YamlTree
from steward.core.evidence import api as evidence

Check = Callable[[Pack, YamlTree], None]


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


def indicator_paths(pack: Pack) -> Iterable[tuple[Indicator, Path]]:
    """Every indicator with its path in the file."""
    groups = pack.assessment.groups if pack.assessment else ()
    for g, group in enumerate(groups):
        for i, indicator in enumerate(group.indicators):
            yield indicator, ("assessment", "groups", g, "indicators", i)


def _parties(pack: Pack, tree: YamlTree) -> None:
    counts: Counter[str] = Counter(party.role for party in pack.parties)
    for role, words in (("client", "甲方"), ("supplier", "乙方")):
        if counts[role] != 1:
            tree.problem(("parties",), f"须恰有一个{words}（role: {role}），现有 {counts[role]} 个")


def _version(pack: Pack, tree: YamlTree) -> None:
    if not pack.period.start <= pack.version.effective < pack.period.end:
        tree.problem(("version", "effective"), "生效日须在合同期内", value=pack.version.effective)


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
    for name in ("sla", "obligations", "penalties", "calendars", "contradictions"):
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


def _sla(pack: Pack, tree: YamlTree) -> None:
    known = {
        "ticket_kinds": [kind.code for kind in pack.ticket_kinds],
        "severities": [severity.code for severity in pack.severities],
        "pause_reasons": [reason.code for reason in pack.pause_reasons],
    }
    for n, rule in enumerate(pack.sla):
        for name, codes in known.items():
            for k, code in enumerate(getattr(rule, name)):
                if code not in codes:
                    tree.problem(
                        ("sla", n, name, k),
                        "本合同没有写明这个代码",
                        value=code,
                        allowed=", ".join(codes),
                    )
        calendars = [use.id for use in pack.calendars]
        if rule.calendar not in calendars:
            tree.problem(
                ("sla", n, "calendar"),
                "calendars 里没有这个日历",
                value=rule.calendar,
                allowed=", ".join(calendars),
            )


def _sources(pack: Pack, tree: YamlTree) -> None:
    for indicator, path in indicator_paths(pack):
        for n, source in enumerate(indicator.sources):
            _source(pack, tree, source, path=(*path, "sources", n))
    for n, veto in enumerate(pack.vetoes):
        _source(pack, tree, veto.source, path=("vetoes", n, "source"))


def _source(pack: Pack, tree: YamlTree, source: Source, *, path: Path) -> None:
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
    if spec.unit != source.unit:
        tree.problem((*path, "unit"), f"“{spec.label}”的单位是 {spec.unit}", value=source.unit)
    for name in source.params:
        if name not in spec.params:
            tree.problem(
                (*path, "params", name),
                f"“{spec.label}”没有这个参数",
                allowed=", ".join(spec.params),
            )
    _sla_reference(pack, tree, source, path=path)


def _sla_reference(pack: Pack, tree: YamlTree, source: Source, *, path: Path) -> None:
    """A source that counts clocks must meet at least one scored SLA rule for each clock it names."""
    scored = {(kind, rule.clock) for rule in pack.sla if rule.scores for kind in rule.ticket_kinds}
    for clock in _texts(source.params.get("clock_kinds")):
        if not any((kind, clock) in scored for kind in _texts(source.params.get("ticket_kinds"))):
            tree.problem(
                (*path, "params", "clock_kinds"),
                "sla 里没有为这些工单类型写明计入考核（scores: true）的这种时限",
                value=clock,
                allowed=", ".join(sorted({c for _, c in scored})),
            )


def _texts(value: Any) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list | tuple) else []


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


def _double_punishment(pack: Pack, tree: YamlTree) -> None:
    """Two indicators that may count the same incident must say whether both may deduct."""
    for (one, _), (two, path) in combinations(indicator_paths(pack), 2):
        if not any(_overlap(a, b) for a in one.sources for b in two.sources):
            continue
        grouped = one.exclusive_group is not None and one.exclusive_group == two.exclusive_group
        allowed = one.double_punishment == two.double_punishment == "allowed"
        if not (grouped or allowed):
            tree.problem(
                (*path, "id"),
                f"与“{one.title}”取数重叠，同一事件可能重复扣分；"
                "须写同一个 exclusive_group（只扣一次），或都写 double_punishment: allowed",
                value=two.id,
            )


def _overlap(one: Source, two: Source) -> bool:
    if one.metric != two.metric:
        return False
    return all(
        bool(set(_texts(one.params[name])) & set(_texts(two.params[name])))
        for name in one.params.keys() & two.params.keys()
        if _texts(one.params[name]) and _texts(two.params[name])
    )


def _exclusive(pack: Pack, tree: YamlTree) -> None:
    for indicator, path in indicator_paths(pack):
        rule = indicator.rule
        per_incident = rule.get("kind") == "per_event" and rule.get("grouping") == "incident"
        is_fit = per_incident and not rule.get("allowance")
        if indicator.exclusive_group is not None and not is_fit:
            tree.problem(
                (*path, "exclusive_group"),
                "只有按事件计次、grouping: incident 且没有允许次数的指标才能声明“只扣一次”",
                value=indicator.exclusive_group,
            )


_CHECKS: tuple[Check, ...] = (
    _parties,
    _version,
    _stages,
    _weights,
    _unique,
    _sla,
    _sources,
    _rules,
    _double_punishment,
    _exclusive,
    check_acceptance,
)
