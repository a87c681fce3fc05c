"""What the duties of a pack must say about its other parts (clause C3)."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from steward.contracts.packs.obligations import HOLIDAYS
from steward.contracts.packs.problems import Path
from steward.contracts.packs.yamltree import YamlTree

if TYPE_CHECKING:
    from steward.contracts.packs.document import Pack, Source

_NAMED_BY = ("obligations.", "documents.")


def lint_duties(pack: "Pack", tree: YamlTree) -> None:
    """Holidays, calendars and consequences that exist; metrics that name duties that exist."""
    targets = _targets(pack)
    calendars = [use.id for use in pack.calendars]
    for n, duty in enumerate(pack.obligations):
        for k, name in enumerate(duty.rhythm.holidays):
            if name not in HOLIDAYS:
                tree.problem(
                    ("obligations", n, "rhythm", "holidays", k),
                    "不认识这个法定节日",
                    value=name,
                    allowed=", ".join(HOLIDAYS),
                )
        for k, code in enumerate(duty.consequences):
            if code not in targets:
                tree.problem(
                    ("obligations", n, "consequences", k),
                    "没有这个指标、否决项或违约条款",
                    value=code,
                    allowed=", ".join(sorted(targets)),
                )
        if duty.window.calendar is not None and duty.window.calendar not in calendars:
            tree.problem(
                ("obligations", n, "window", "calendar"),
                "calendars 里没有这个日历",
                value=duty.window.calendar,
                allowed=", ".join(calendars),
            )
    _metrics(pack, tree)


def _targets(pack: "Pack") -> set[str]:
    return (
        {indicator.id for indicator in pack.indicators()}
        | {veto.id for veto in pack.vetoes}
        | {penalty.id for penalty in pack.penalties}
    )


def _metrics(pack: "Pack", tree: YamlTree) -> None:
    """A metric over duties names duties and areas that the pack has."""
    known: dict[str, list[str]] = {
        "ids": [duty.id for duty in pack.obligations],
        "areas": sorted({str(duty.area) for duty in pack.obligations}),
    }
    for source, path in _sources(pack):
        if source.planned or not source.metric.startswith(_NAMED_BY):
            continue
        for name, codes in known.items():
            for k, code in enumerate(_texts(source.params.get(name))):
                if code not in codes:
                    tree.problem(
                        (*path, "params", name, k),
                        "obligations 里没有这项",
                        value=code,
                        allowed=", ".join(codes),
                    )


def _sources(pack: "Pack") -> Iterator[tuple["Source", Path]]:
    groups = pack.assessment.groups if pack.assessment else ()
    for g, group in enumerate(groups):
        for i, indicator in enumerate(group.indicators):
            path: Path = ("assessment", "groups", g, "indicators", i, "sources")
            yield from ((source, (*path, n)) for n, source in enumerate(indicator.sources))
    for n, veto in enumerate(pack.vetoes):
        yield veto.source, ("vetoes", n, "source")


def _texts(value: Any) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list | tuple) else []
