"""What two versions say differently, item by item and in words."""

from steward.contracts.packs.differences import differences

OLD = {
    "amount": "100.00",
    "penalties": [{"id": "late", "title": "逾期", "rate": "0.005", "per": "day"}],
    "sla": [{"id": "a", "title": "响应", "target": 30, "pause_reasons": []}],
}


def changed(**parts: object) -> dict[str, object]:
    return OLD | parts


def test_the_same_terms_differ_in_nothing():
    assert differences(OLD, dict(OLD)) == []


def test_a_value_is_told_with_its_section_and_place():
    [row] = differences(OLD, changed(sla=[OLD["sla"][0] | {"target": 15}]))

    assert (row.path, row.section, row.place) == ("sla[a].target", "时限", "响应 › 目标")
    assert (row.before, row.after, row.kind) == ("30", "15", "changed")


def test_a_new_item_is_one_row_with_its_clause():
    new = {
        "id": "b",
        "title": "到场",
        "clause": {"ref": "一、5", "quote": "2 小时到场"},
        "target": 9,
    }

    [row] = differences(OLD, changed(sla=[*OLD["sla"], new]))

    assert (row.kind, row.before, row.after) == ("added", "", "到场（一、5：2 小时到场）")


def test_an_item_that_is_gone_is_one_row():
    [row] = differences(OLD, changed(penalties=[]))

    assert (row.kind, row.path, row.before) == ("removed", "penalties[late]", "逾期")


def test_moving_an_item_changes_nothing():
    other = {"id": "b", "title": "到场", "target": 9}
    older, newer = changed(sla=[OLD["sla"][0], other]), changed(sla=[other, OLD["sla"][0]])

    assert differences(older, newer) == []


def test_codes_and_lists_are_told_in_words():
    penalty = OLD["penalties"][0] | {"per": "week"}
    rule = OLD["sla"][0] | {"pause_reasons": ["waiting", "weather"]}

    rows = differences(OLD, changed(penalties=[penalty], sla=[rule]))

    assert [(row.before, row.after) for row in rows] == [
        ("天", "周"),
        ("（空）", "waiting、weather"),
    ]
