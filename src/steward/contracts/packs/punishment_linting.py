"""One failure, one punishment, unless the pack says otherwise (reference: scoring §7)."""

from collections import Counter
from itertools import combinations

from steward.contracts.packs.document import Pack, Source
from steward.contracts.packs.walking import indicator_paths, texts
from steward.contracts.packs.yamltree import YamlTree


def check_punishments(pack: Pack, tree: YamlTree) -> None:
    """Indicators that may count one incident, and penalties beside points, are declared."""
    _within_indicators(pack, tree)
    _between_indicators(pack, tree)
    _exclusive(pack, tree)
    _beside_points(pack, tree)


def _within_indicators(pack: Pack, tree: YamlTree) -> None:
    """Two sources of one indicator are added up, so they may not count the same event."""
    for indicator, path in indicator_paths(pack):
        for (_, one), (n, two) in combinations(enumerate(indicator.sources), 2):
            if _overlap(one, two):
                tree.problem(
                    (*path, "sources", n, "id"),
                    f"与本指标的“{one.title}”取数重叠，同一事件会计两次；请用参数区分",
                    value=two.id,
                )


def _between_indicators(pack: Pack, tree: YamlTree) -> None:
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
    """Whether two sources may count the same event: no parameter of both tells them apart."""
    if one.metric != two.metric:
        return False
    pairs = [
        (set(texts(one.params[name])), set(texts(two.params[name])))
        for name in one.params.keys() & two.params.keys()
    ]
    return all(not a or not b or a & b for a, b in pairs)


def _exclusive(pack: Pack, tree: YamlTree) -> None:
    groups = Counter(i.exclusive_group for i, _ in indicator_paths(pack) if i.exclusive_group)
    for indicator, path in indicator_paths(pack):
        group, rule = indicator.exclusive_group, indicator.rule
        if group is None:
            continue
        per_incident = rule.get("kind") == "per_event" and rule.get("grouping") == "incident"
        if not per_incident or rule.get("allowance"):
            tree.problem(
                (*path, "exclusive_group"),
                "只有按事件计次、grouping: incident 且没有允许次数的指标才能声明“只扣一次”",
                value=group,
            )
        elif groups[group] == 1:
            tree.problem(
                (*path, "exclusive_group"), "这一组只有一个指标，“只扣一次”不起作用", value=group
            )


def _beside_points(pack: Pack, tree: YamlTree) -> None:
    """A penalty for each failure beside a table that deducts for failures has to be declared."""
    table = pack.assessment
    if table is None:
        return
    known = [penalty.id for penalty in pack.penalties]
    for n, code in enumerate(table.besides_penalties):
        if code not in known:
            tree.problem(
                ("assessment", "besides_penalties", n),
                "penalties 里没有这一条",
                value=code,
                allowed=", ".join(known),
            )
    for n, penalty in enumerate(pack.penalties):
        per_failure = penalty.payer == "supplier" and penalty.per == "failure"
        if per_failure and penalty.id not in table.besides_penalties:
            tree.problem(
                ("penalties", n, "id"),
                "按次计的违约金与考核扣分可能罚同一件事；"
                "如两者可以并用，须写进 assessment.besides_penalties",
                value=penalty.id,
            )
