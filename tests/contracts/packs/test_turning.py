"""Figures of a text: every one found, written over in place, everything else as it was."""

from decimal import Decimal
from difflib import ndiff
from importlib.resources import files

import pytest

from steward.contracts.packs import api as packs
from tests.contracts.money import library_pack

LIBRARY = ("kecheng-2024", "huaian-2025", "beijing-2022", "keqiao-2024")
FILE = "pack.yaml"


def pack_text(code: str) -> str:
    """The text of a pack of the library."""
    return (files("steward.contracts.packs.library") / f"{code}.yaml").read_text("utf-8")


def changed_lines(before: str, after: str) -> list[str]:
    """The lines that came in the place of others, without their indentation."""
    return [line[2:].strip() for line in ndiff(before.splitlines(), after.splitlines())
            if line.startswith("+ ")]  # fmt: skip


@pytest.mark.parametrize("code", LIBRARY)
def test_every_weight_deduction_and_penalty_of_the_library_is_a_figure(code):
    pack = library_pack(code)

    knobs = packs.knobs_of(pack_text(code), FILE)

    weights = [knob.value for knob in knobs if knob.label == "分值"]
    rates = [knob.value / 100 for knob in knobs if knob.part == "违约金" and knob.label == "比例"]
    assert weights == [indicator.points for indicator in pack.indicators()]
    assert rates == [penalty.rate for penalty in pack.penalties]
    assert len({knob.name for knob in knobs}) == len(knobs)


@pytest.mark.parametrize("code", LIBRARY)
def test_the_same_figures_give_the_same_text(code):
    text = pack_text(code)
    values = {knob.name: knob.value for knob in packs.knobs_of(text, FILE)}

    assert packs.with_values(text, FILE, values) == text


def test_a_changed_figure_keeps_comments_quotes_and_order():
    text = pack_text("huaian-2025")
    knobs = {(knob.owner, knob.label): knob for knob in packs.knobs_of(text, FILE)}

    money = packs.with_values(text, FILE, {"amount": Decimal(1000000)})
    target = packs.with_values(text, FILE, {knobs["stability", "目标"].name: Decimal("99.5")})

    assert changed_lines(text, money) == ['amount: "1000000"']
    assert len(changed_lines(text, target)) == 1
    assert "target: 0.995" in changed_lines(text, target)[0]


def test_the_points_of_a_group_follow_its_indicators():
    text = pack_text("huaian-2025")
    name = "assessment.groups.0.indicators.0.points"

    tried = packs.with_values(text, FILE, {name: Decimal(17)})

    before, after = (
        {knob.name: knob.value for knob in packs.knobs_of(one, FILE)} for one in (text, tried)
    )
    assert after[name] == 17
    assert before[name] == 15
    assert changed_lines(text, tried)[0].startswith("points: 52")


BANDS = """
assessment:
  groups:
    - title: 组
      points: 5
      indicators:
        - id: one
          title: 一
          points: 5
          sources: [{unit: ratio}]
          rule:
            kind: ratio_band
            bands: [{from: 0, to: 0.9, points: 2}, {from: 0.9, to: 1, points: 5}]
"""


def test_the_edge_of_two_bands_is_one_figure():
    name = "assessment.groups.0.indicators.0.rule.bands.1.from"

    tried = packs.with_values(BANDS, FILE, {name: Decimal(85)})

    assert "{from: 0, to: 0.85, points: 2}, {from: 0.85, to: 1, points: 5}" in tried


@pytest.mark.parametrize("text", ["a: 1", "assessment: 3", "assessment: {groups: [1]}"])
def test_what_is_no_pack_has_no_figures(text):
    assert packs.knobs_of(text, FILE) == []
    assert packs.with_values(text, FILE, {"amount": Decimal(1)}) == text


def test_what_is_no_yaml_says_where():
    with pytest.raises(packs.PackInvalidError):
        packs.knobs_of("a: [", FILE)
