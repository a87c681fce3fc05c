"""What the duties of a pack must say about its other parts."""

import pytest

from steward.contracts.packs.problems import PackInvalidError, PackProblem
from steward.contracts.packs.reading import read_pack
from tests.contracts.support import CALENDARS, pack_text

FIRST = "  - id: daily-maintenance\n    title: 日常维护并留存记录\n    area: maintenance\n"


def problems(old: str, new: str) -> list[PackProblem]:
    text = pack_text()
    assert old in text
    with pytest.raises(PackInvalidError) as caught:
        read_pack(text.replace(old, new, 1), file="p.yaml", calendars=CALENDARS)
    return caught.value.problems


@pytest.mark.parametrize(
    ("change", "path", "words"),
    [
        (("holidays: [五一, 国庆, 春节]", "holidays: [五一, 圣诞]"), "obligations[5].rhythm.holidays[1]", "不认识"),
        (("consequences: [inspection]", "consequences: [dance]"), "obligations[4].consequences[0]", "没有这个指标"),
        (("    window: {open_days: 15}", "    window: {open_days: 15, calendar: moon}"), "obligations[5].window.calendar", "没有这个日历"),
        (("    window: {open_days: 15}", "    window: {opens: end}"), "obligations[5].window", "窗口为空"),
        (("    window: {open_days: 15}", "    window: {days_after: 1, working_days_after: 1}"), "obligations[5].window", "只能写一个"),
        (("{kind: per_period, count: 4}", "{kind: weekly, count: 4}"), "obligations[8].rhythm", "只用于按期计次"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_duty_is_named_with_its_place(change, path, words):
    found = {problem.path: problem.message for problem in problems(*change)}

    assert words in found[path]


def test_a_metric_over_duties_names_duties_that_exist():
    text = pack_text().replace(
        "              planned: true\n              title: 巡检记录不完整的月份",
        "              title: 巡检记录不完整的月份",
    )

    with pytest.raises(PackInvalidError) as caught:
        read_pack(
            text.replace("[inspection-weekly, inspection-holidays]", "[inspection-weekly, inspection-moon]"),
            file="p.yaml", calendars=CALENDARS,
        )  # fmt: skip

    (problem,) = caught.value.problems
    assert (problem.value, problem.path[-14:]) == ("inspection-moon", ".params.ids[1]")
