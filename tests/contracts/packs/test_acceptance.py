"""The acceptance section: its shape, and what it must say about the rest of the pack."""

import pytest

from steward.contracts.packs import api as packs
from steward.contracts.packs.problems import PackInvalidError
from steward.contracts.packs.reading import read_pack
from steward.core.calendars import api as calendars
from tests.contracts.support import CALENDARS, huaian, pack_text
from tests.support import NOW, SYSTEM


def problems(old: str, new: str) -> list[str]:
    text = pack_text()
    assert old in text
    with pytest.raises(PackInvalidError) as caught:
        read_pack(text.replace(old, new, 1), file="x.yaml", calendars=CALENDARS)
    return [f"{p.path} {p.message}" for p in caught.value.problems]


@pytest.mark.clause("C9")
def test_huai_an_says_that_thirty_days_of_silence_pass():
    (limit,) = huaian().acceptance.limits

    assert (limit.days, limit.unit, limit.on_overdue) == (30, "days", "deemed_passed")
    assert "30日内组织验收" in limit.clause.quote


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("      unit: days\n      calendar: working", "      unit: days\n      calendar: none", "没有这个日历"),
        ("      starts: accepted", "      starts: prepared", "没有准备"),
        ("      step: organise\n      starts: accepted", "      step: examine\n      starts: accepted", "不能从这一步起算"),
        ("    - id: security-audit", "    - id: settlement", "编号重复"),
        ("      source: settlement", "      source: metric", "须写明 metric"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_named_with_its_place(old, new, words):
    assert any(words in problem for problem in problems(old, new))


def shipped(code: str) -> packs.Acceptance:
    calendars.seed()
    packs.load_library_pack(code, by=SYSTEM, now=NOW)
    section = packs.pack_of(code, 1).acceptance
    assert section is not None
    return section


@pytest.mark.django_db
@pytest.mark.clause("C9")
@pytest.mark.parametrize(
    ("code", "limits", "needs_assessment", "panel"),
    [
        ("huaian-2025", [("accepted", "organise", 30, "days", "deemed_passed")], True, False),
        (
            "beijing-2022",
            [
                ("requested", "prepare", 5, "working_days", "overdue"),
                ("prepared", "organise", 10, "working_days", "overdue"),
            ],
            False,
            True,
        ),
        ("keqiao-2024", [], False, False),
        ("kecheng-2024", [], True, False),
    ],
)
def test_each_of_the_four_contracts_says_its_own_procedure(
    *, code, limits, needs_assessment, panel
):
    section = shipped(code)

    said = [(x.starts, x.step, x.days, x.unit, x.on_overdue) for x in section.limits]
    assert said == limits
    assert (section.needs_assessment, section.panel) == (needs_assessment, panel)
