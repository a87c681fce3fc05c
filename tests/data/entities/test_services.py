"""Lineage: what is refused, what is kept."""

from io import BytesIO

import pytest
from openpyxl import load_workbook

from steward.core.audit import api as audit
from steward.data.entities import api as entities
from steward.data.entities.models import LineageChange
from tests.factories.entities import draft, lineage
from tests.support import NOW, SYSTEM

pytestmark = pytest.mark.django_db


def save(*drafts):
    return entities.set_lines(drafts, reason="复核", by=SYSTEM, now=NOW)


def test_a_line_is_read_back_with_its_chinese_name():
    lineage()

    (line,) = entities.lineage_of("population")

    assert (line.source_name, line.authority, line.since_version) == ("手机号码", 1, 1)


def test_a_changed_line_carries_the_next_version_and_leaves_the_old_values():
    lineage()

    save(draft(authority=2))

    (line,) = entities.lineage_of("population")
    change = LineageChange.objects.first()
    assert (line.authority, line.since_version) == (2, 2)
    assert (change.before["authority"], change.after["authority"]) == (1, 2)


def test_an_unchanged_line_makes_no_history():
    lineage()

    changed = save(draft())

    assert changed == 0
    assert LineageChange.objects.count() == 1


def test_a_removed_line_stays_in_the_history():
    row = lineage()

    entities.remove_line(row.pk, reason="停用", by=SYSTEM, now=NOW)

    assert entities.lineage_of("population") == ()
    assert LineageChange.objects.first().after is None


def test_a_change_is_audited():
    row = lineage()

    (line,) = audit.history(row.subject)

    assert "修改“population”的字段血缘 1 条：梳理" in line.sentence


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"target_table": "person"}, "population"),
        ({"target_field": "shoe_size"}, "没有字段“shoe_size”"),
        ({"source_table": "shop"}, "邻礼通没有表“shop”"),
        ({"source_field": "shoe_size"}, "邻礼通的“人”没有字段“shoe_size”"),
        ({"source_system": " "}, "都要填写"),
        ({"authority": 0}, "1 到 99"),
        ({"transformation": "长" * 301}, "超过 300 个字"),
    ],
)
def test_a_wrong_line_is_refused_in_words(fields, words):
    with pytest.raises(entities.InvalidLineageError, match=words):
        save(draft(**fields))


def test_one_wrong_line_keeps_the_others_of_a_call_out():
    with pytest.raises(entities.InvalidLineageError):
        save(draft(), draft(target_field="shoe_size"))

    assert entities.lineage_of("population") == ()


def test_a_reason_is_needed():
    with pytest.raises(entities.InvalidLineageError, match="理由"):
        entities.set_lines([draft()], reason=" ", by=SYSTEM, now=NOW)


def test_a_removed_line_cannot_be_removed_again():
    with pytest.raises(entities.UnknownLineageError):
        entities.remove_line(1, reason="停用", by=SYSTEM, now=NOW)


def test_the_standard_lineage_is_whole_and_loads_once():
    first = entities.load_standard(by=SYSTEM, now=NOW)

    again = entities.load_standard(by=SYSTEM, now=NOW)

    assert first.problems == ()
    assert (again.changed, again.unchanged) == (0, first.changed)


def test_an_exported_sheet_comes_back_unchanged():
    entities.load_standard(by=SYSTEM, now=NOW)

    done = entities.import_lineage(
        entities.export_lineage("population"), reason="核对", by=SYSTEM, now=NOW
    )

    assert (done.changed, done.problems) == (0, ())
    assert done.unchanged == len(entities.lineage_of("population"))


def changed_sheet(**cells):
    book = load_workbook(BytesIO(entities.export_lineage("population")))
    for place, value in cells.items():
        book.active[place] = value
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def test_an_imported_sheet_changes_the_good_lines_and_names_the_bad_ones():
    lineage()
    lineage(target_field="education", source_field="education")
    content = changed_sheet(F2="转为两位", G3="最先")

    done = entities.import_lineage(content, reason="核对", by=SYSTEM, now=NOW)

    assert done.changed == 1
    assert done.problems == ("第 3 行：优先级“最先”不是整数",)


def test_a_line_twice_in_a_sheet_is_named():
    lineage()
    content = changed_sheet(
        A3="population", B3="mobile", C3="邻礼通", D3="person", E3="mobile", G3=1
    )

    done = entities.import_lineage(content, reason="核对", by=SYSTEM, now=NOW)

    assert done.problems == ("第 3 行：与前面的一行重复",)


def test_a_file_that_is_no_sheet_is_refused():
    with pytest.raises(entities.InvalidLineageError, match="xlsx"):
        entities.import_lineage(b"nothing", reason="核对", by=SYSTEM, now=NOW)


def test_a_sheet_without_a_column_is_refused():
    content = changed_sheet(C1="哪里来的")

    with pytest.raises(entities.InvalidLineageError, match="来源系统"):
        entities.import_lineage(content, reason="核对", by=SYSTEM, now=NOW)
