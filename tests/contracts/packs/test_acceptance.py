"""The acceptance section: its shape, and what it must say about the rest of the pack."""

import pytest

from steward.contracts.packs.problems import PackInvalidError
from steward.contracts.packs.reading import read_pack
from tests.contracts.support import CALENDARS, huaian, pack_text


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
    assert "30 日内组织验收" in limit.clause.quote


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
