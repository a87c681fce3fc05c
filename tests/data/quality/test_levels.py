import pytest

from steward.data.quality.levels import guessed, masked

CASES = [
    ("citizen_id", "", [3, "citizen_id"]),
    ("sfzh", "", [3, "citizen_id"]),
    ("SFZHM", "", [3, "citizen_id"]),
    ("id_card", "", [3, "citizen_id"]),
    ("a1", "公民身份号码", [3, "citizen_id"]),
    ("full_name", "姓名", [3, "name"]),
    ("xm", "", [3, "name"]),
    ("mobile", "", [3, "mobile"]),
    ("birth_date", "出生日期", [3, "birth_date"]),
    ("a2", "银行账号", [4, ""]),
    ("person_id", "人员编号", [2, ""]),
    ("updated_at", "", [2, ""]),
    ("gender", "性别代码", [2, ""]),
    ("video", "", [3, ""]),
    ("id", "身份证号", [3, "citizen_id"]),
]


@pytest.mark.parametrize(("name", "comment", "expected"), CASES)
def test_a_level_comes_from_the_name_and_the_comment_the_stricter_of_both(name, comment, expected):
    found = guessed([name], {name: comment})

    assert found == {name: expected}


def test_blank_cells_are_shown_as_they_are_and_the_others_are_masked():
    rows = [{"full_name": "  "}, {"full_name": None}, {"full_name": "居民一"}]

    shown = masked(rows, guessed(["full_name"]))

    assert [row["full_name"] for row in shown] == ["  ", None, "居**"]
