import pytest

from steward.data.collection.classification import (
    DeclaredLevel,
    declare_levels,
    declared_levels,
)

SAID = {
    "first": {"Card": DeclaredLevel(2, "", "目录"), "age": DeclaredLevel(1, "", "目录")},
    "second": {
        "card": DeclaredLevel(4, "citizen_id", "模型"),
        "name": DeclaredLevel(3, "name", "模型"),
    },
    "third": {
        "age": DeclaredLevel(3, "", "人工", only_raises=True),
        "name": DeclaredLevel(1, "", "人工", only_raises=True),
        "note": DeclaredLevel(2, "", "人工", only_raises=True),
    },
}
TABLE = "ods.人口"


@pytest.fixture(autouse=True)
def said(monkeypatch):
    """A registry of its own, so that nothing stays behind."""
    monkeypatch.setattr("steward.data.collection.classification._PROVIDERS", {})
    for order, (code, levels) in enumerate(SAID.items()):
        declare_levels(code, lambda _table, levels=levels: levels, order=order)


def test_the_first_who_speaks_decides_and_others_only_raise():
    found = declared_levels(TABLE, ["card", "age", "name", "note", "没有"])

    assert {name: (item.level, item.by) for name, item in found.items()} == {
        "card": (2, "目录"), "age": (3, "人工"), "name": (3, "模型"), "note": (2, "人工"),
    }  # fmt: skip


def test_what_a_column_holds_comes_from_whoever_knows():
    found = declared_levels(TABLE, ["CARD"])

    assert found["CARD"].content == "citizen_id"


def test_two_parts_cannot_declare_under_one_code():
    with pytest.raises(ValueError, match="twice"):
        declare_levels("first", lambda _table: {}, order=1)
