"""The figures of a pack's text that people want to try other values of, and the text with them.

The text stays as it is: comments, order and quotes; only the figures that change are written over.
The points of a group follow from those of its indicators, and the edge of a band is one figure,
though the text states it in two places.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Literal

from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from steward.contracts.packs.labels import label_of
from steward.contracts.packs.problems import Path
from steward.contracts.packs.yamltree import composed, parse
from steward.kernel.canonical import decimal_text

Unit = Literal["points", "percent", "number", "money"]
_POINTS = ("deduct", "add", "cap", "floor", "suggest_deduct")
_NUMBERS = ("allowance", "required", "grace_days")
_MEASURED = ("at_least", "at_most", "below", "allowed", "unit")
_RATIOS = ("target", "step")
_LEVELS = ("assessment", "groups")
_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Knob:
    """One figure: where it stands, in whose part, what it is called, and its value as shown.

    A `percent` is shown a hundred times as large as the text states it.
    """

    path: Path
    owner: str
    part: str
    title: str
    label: str
    value: Decimal
    unit: Unit

    @property
    def name(self) -> str:
        return ".".join(str(step) for step in self.path)


def knobs_of(text: str, file: str) -> list[Knob]:
    """Every figure of a text that can be tried, in the order of the text.

    PackInvalidError when it is no YAML; what does not look like a pack has no figures.
    """
    found = parse(text, file).value
    return [*_assessment(found), *_vetoes(found), *_payment(found), *_penalties(found)]


def with_values(text: str, file: str, values: Mapping[str, Decimal]) -> str:
    """The text with other figures, by the names of their knobs; unknown names are left out."""
    known = {knob.name: knob for knob in knobs_of(text, file)}
    changed: dict[Path, Decimal] = {}
    for name, shown in values.items():
        knob = known.get(name)
        if knob is not None and shown != knob.value:
            stated = shown / _HUNDRED if knob.unit == "percent" else shown
            changed[knob.path] = stated
            changed |= dict.fromkeys(_same_edge(knob.path), stated)
    changed |= _group_points(parse(text, file).value, changed)
    return _written(text, changed)


def _assessment(found: Any) -> Iterator[Knob]:
    for g, group in _rows(found, "assessment", "groups"):
        for n, indicator in _rows(group, "indicators"):
            path: Path = (*_LEVELS, g, "indicators", n)
            frame = Knob(
                (), str(indicator.get("id", "")), str(group.get("title", "")),
                str(indicator.get("title", "")), "", Decimal(0), "points",
            )  # fmt: skip
            if _number(indicator.get("points")) is not None:
                yield _knob(frame, (*path, "points"), indicator["points"], label="分值")
            sources = [source.get("unit") for _, source in _rows(indicator, "sources")]
            yield from _rule(
                frame, (*path, "rule"), indicator.get("rule"), is_ratio="ratio" in sources
            )


def _vetoes(found: Any) -> Iterator[Knob]:
    for n, veto in _rows(found, "vetoes"):
        frame = Knob(
            (), str(veto.get("id", "")), "否决项", str(veto.get("title", "")), "", Decimal(0),
            "points",
        )  # fmt: skip
        source = veto.get("source")
        is_ratio = isinstance(source, dict) and source.get("unit") == "ratio"
        yield from _rule(frame, ("vetoes", n, "rule"), veto.get("rule"), is_ratio=is_ratio)


def _rule(frame: Knob, path: Path, rule: Any, *, is_ratio: bool) -> Iterator[Knob]:
    if not isinstance(rule, dict):
        return
    for name, value in rule.items():
        unit = _unit_of(name, is_ratio=is_ratio)
        if unit is not None and _number(value) is not None:
            yield _knob(frame, (*path, name), value, label=label_of(name), unit=unit)
    for n, band in _rows(rule, "bands"):
        if _number(band.get("from")):
            label, edge = f"第 {n + 1} 档起点", (*path, "bands", n, "from")
            yield _knob(frame, edge, band["from"], label=label, unit="percent")
        if _number(band.get("points")) is not None:
            label, place = f"第 {n + 1} 档得分", (*path, "bands", n, "points")
            yield _knob(frame, place, band["points"], label=label)


def _unit_of(name: str, *, is_ratio: bool) -> Unit | None:
    if name in _POINTS:
        return "points"
    if name in _RATIOS or (name in _MEASURED and is_ratio):
        return "percent"
    return "number" if name in (*_NUMBERS, *_MEASURED) else None


def _payment(found: Any) -> Iterator[Knob]:
    frame = Knob((), "payment", "付款", "付款公式", "", Decimal(0), "points")
    if _number(_at(found, "amount")) is not None:
        yield _knob(frame, ("amount",), found["amount"], label="合同金额", unit="money")
    formula = _at(found, "payment", "formula")
    units: dict[str, Unit] = {"full_at": "points", "divisor": "points", "assessed_share": "percent"}
    for name, unit in units.items():
        value = _at(formula, name)
        if _number(value) is not None:
            path: Path = ("payment", "formula", name)
            yield _knob(frame, path, value, label=label_of(name), unit=unit)


def _penalties(found: Any) -> Iterator[Knob]:
    for n, penalty in _rows(found, "penalties"):
        frame = Knob(
            (), str(penalty.get("id", "")), "违约金", str(penalty.get("title", "")), "", Decimal(0),
            "percent",
        )  # fmt: skip
        for name in ("rate", "cap"):
            if _number(penalty.get(name)) is not None:
                path: Path = ("penalties", n, name)
                yield _knob(frame, path, penalty[name], label=label_of(name), unit="percent")


def _knob(frame: Knob, path: Path, value: Any, *, label: str, unit: Unit = "points") -> Knob:
    number = _number(value) or Decimal(0)
    shown = number * _HUNDRED if unit == "percent" else number
    return replace(frame, path=path, label=label, value=shown, unit=unit)


def _number(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        return None
    try:
        return Decimal(value)
    except ArithmeticError:
        return None


def _at(found: Any, *names: str) -> Any:
    for name in names:
        found = found.get(name) if isinstance(found, dict) else None
    return found


def _rows(found: Any, *names: str) -> Iterator[tuple[int, dict[str, Any]]]:
    rows = _at(found, *names)
    for n, row in enumerate(rows if isinstance(rows, list) else []):
        if isinstance(row, dict):
            yield n, row


def _same_edge(path: Path) -> list[Path]:
    """The end of the band before, where a band begins."""
    if path[-1] != "from":
        return []
    *above, number, _ = path
    return [(*above, int(number) - 1, "to")]


def _group_points(found: Any, changed: Mapping[Path, Decimal]) -> dict[Path, Decimal]:
    """What the groups come to whose indicators weigh differently; bonuses come on top."""
    totals: dict[Path, Decimal] = {}
    for g, group in _rows(found, *_LEVELS):
        paths = {n: (*_LEVELS, g, "indicators", n, "points") for n, _ in _rows(group, "indicators")}
        if not any(path in changed for path in paths.values()):
            continue
        totals[(*_LEVELS, g, "points")] = sum(
            (
                changed.get(paths[n], _number(row.get("points")) or Decimal(0))
                for n, row in _rows(group, "indicators")
                if _at(row, "rule", "kind") != "bonus"
            ),
            Decimal(0),
        )
    return totals


def _written(text: str, changed: Mapping[Path, Decimal]) -> str:
    """The text with the scalars at some paths written over, from the end to the beginning."""
    node = composed(text)
    places = [(_node_at(node, path), value) for path, value in changed.items()]
    scalars = [(found, value) for found, value in places if isinstance(found, ScalarNode)]
    for found, value in sorted(scalars, key=lambda pair: -pair[0].start_mark.index):
        start, end = found.start_mark.index, found.end_mark.index
        quote = found.style if found.style in ('"', "'") else ""
        text = f"{text[:start]}{quote}{decimal_text(value)}{quote}{text[end:]}"
    return text


def _node_at(node: Node | None, path: Path) -> Node | None:
    for step in path:
        if isinstance(node, MappingNode):
            node = next((value for key, value in node.value if key.value == step), None)
        elif isinstance(node, SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
        else:
            return None
    return node
