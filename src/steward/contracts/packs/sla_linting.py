"""Cross-checks of the SLA (clause C2): the words it uses exist, and what counts is counted."""

from collections.abc import Iterable
from itertools import combinations

from steward.contracts.packs.document import Pack, SlaRule, Source
from steward.contracts.packs.problems import Path
from steward.contracts.packs.walking import indicator_paths, source_paths, texts
from steward.contracts.packs.yamltree import YamlTree
from steward.core.evidence import api as evidence
from steward.desk.tickets import api as tickets

_CLOCKS = "clock_kinds"


def check_sla(pack: Pack, tree: YamlTree) -> None:
    """Kinds, severities, reasons, calendars and happenings exist; no two rules for one clock."""
    for n, _ in enumerate(pack.ticket_kinds):
        _one_of(tree, ("ticket_kinds", n, "code"), tickets.KINDS, words="平台没有这种工单类型")
    for n, rule in enumerate(pack.sla):
        _words(pack, rule, tree, path=("sla", n))
    for n, hours in enumerate(pack.service_hours):
        _calendar(pack, tree, path=("service_hours", n))
        for k, _ in enumerate(hours.ticket_kinds):
            _one_of(tree, ("service_hours", n, "ticket_kinds", k), _kinds_of(pack))
    _twins(pack, tree)
    _counted(pack, tree)


def _kinds_of(pack: Pack) -> list[str]:
    return [kind.code for kind in pack.ticket_kinds]


def _words(pack: Pack, rule: SlaRule, tree: YamlTree, *, path: Path) -> None:
    known = {
        "ticket_kinds": _kinds_of(pack),
        "severities": [severity.code for severity in pack.severities],
        "pause_reasons": [reason.code for reason in pack.pause_reasons],
    }
    for name, codes in known.items():
        for k, _ in enumerate(getattr(rule, name)):
            _one_of(tree, (*path, name, k), codes)
    _calendar(pack, tree, path=path)
    for name in ("start", "stop"):
        if name in rule.model_fields_set:
            _one_of(tree, (*path, name), tickets.HAPPENINGS, words="平台没有这个起止事件")


def _one_of(
    tree: YamlTree, path: Path, codes: Iterable[str], *, words: str = "本合同没有写明这个代码"
) -> None:
    """The code that stands at a path is one of some."""
    code = tree.at(path)
    if code not in codes:
        tree.problem(path, words, value=code, allowed=", ".join(codes))


def _calendar(pack: Pack, tree: YamlTree, *, path: Path) -> None:
    calendars = [use.id for use in pack.calendars]
    _one_of(tree, (*path, "calendar"), calendars, words="calendars 里没有这个日历")


def _twins(pack: Pack, tree: YamlTree) -> None:
    """Of two rules of equal rank for the same clock the second would never run."""
    for (_, one), (n, two) in combinations(enumerate(pack.sla), 2):
        same_rank = bool(one.severities) == bool(two.severities)
        meet = set(one.ticket_kinds) & set(two.ticket_kinds)
        levels = not one.severities or set(one.severities) & set(two.severities)
        if one.clock == two.clock and same_rank and meet and levels:
            tree.problem(
                ("sla", n, "id"),
                f"与“{one.id}”对同一工单类型和级别写了同一种时限（{one.clock}），只有前一条会计时",
                value=two.id,
            )


def _counted(pack: Pack, tree: YamlTree) -> None:
    """A rule that scores is counted by an indicator, one that does not is counted by none."""
    for source, _, path in source_paths(pack):
        _promised(pack, source, tree, path=path)
    for n, rule in enumerate(pack.sla):
        owners = [
            indicator.title
            for indicator, _ in indicator_paths(pack)
            if any(_counts(source, rule) for source in indicator.sources)
        ]
        if rule.scores and not owners:
            tree.hint(("sla", n, "scores"), "写了计入考核，但没有指标取用这种时限")
        if not rule.scores and owners:
            tree.problem(
                ("sla", n, "scores"),
                f"写了不计入考核，却会被“{'、'.join(owners)}”取用；请换一个时限种类（clock）",
                value="false",
            )


def _counts(source: Source, rule: SlaRule) -> bool:
    """Whether a source that counts clocks would count this rule's; what it leaves out is all."""
    clocks, kinds = texts(source.params.get(_CLOCKS)), texts(source.params.get("ticket_kinds"))
    levels = texts(source.params.get("severities"))
    return (
        _is_about_clocks(source)
        and (not clocks or rule.clock in clocks)
        and (not kinds or bool(set(kinds) & set(rule.ticket_kinds)))
        and (not levels or not rule.severities or bool(set(levels) & set(rule.severities)))
    )


def _is_about_clocks(source: Source) -> bool:
    spec = next((spec for spec in evidence.metric_specs() if spec.code == source.metric), None)
    return _CLOCKS in source.params or (spec is not None and _CLOCKS in spec.params)


def _promised(pack: Pack, source: Source, tree: YamlTree, *, path: Path) -> None:
    """Every clock that a source counts is promised by a scored rule; its codes are the pack's."""
    scored = {(kind, rule.clock) for rule in pack.sla if rule.scores for kind in rule.ticket_kinds}
    for clock in texts(source.params.get(_CLOCKS)):
        if not any((kind, clock) in scored for kind in texts(source.params.get("ticket_kinds"))):
            tree.problem(
                (*path, "params", _CLOCKS),
                "sla 里没有为这些工单类型写明计入考核（scores: true）的这种时限",
                value=clock,
                allowed=", ".join(sorted({c for _, c in scored})),
            )
    severities = [severity.code for severity in pack.severities]
    for name, codes in (("ticket_kinds", _kinds_of(pack)), ("severities", severities)):
        for code in texts(source.params.get(name)):
            if code not in codes:
                tree.problem(
                    (*path, "params", name),
                    "本合同没有写明这个代码",
                    value=code,
                    allowed=", ".join(codes),
                )
