from datetime import timedelta

import pyarrow as pa
import pytest

from steward.core.audit.models import AuditEntry
from steward.data.collection import api as collection
from steward.data.quality import api as quality
from steward.data.quality.column_types import suggested_types
from steward.data.quality.models import CheckedTable
from tests.factories.quality import approved, checked, lake_table, run, use
from tests.support import NOW, SYSTEM

pytestmark = pytest.mark.django_db

SCHEMA = pa.schema(
    [("编号", pa.int64()), ("登记日期", pa.string()), ("注销日期", pa.string()),
     ("金额", pa.string()), ("办理时间", pa.timestamp("us"))]
)  # fmt: skip
ROWS = [
    {"编号": 1, "登记日期": "2024-05-01", "注销日期": "2024/5/01", "金额": "9"},
    {"编号": 2, "登记日期": "2024-05-01", "注销日期": "20240402", "金额": "10"},
    {"编号": 3, "登记日期": "2024-05-01", "注销日期": "2024/06/01", "金额": "11.5"},
    {"编号": 4, "登记日期": "2024-05-01", "注销日期": None, "金额": "100"},
    {"编号": 5, "登记日期": "2024-05-01", "注销日期": "20240501", "金额": ""},
]


def dated(**fields) -> CheckedTable:
    """A table whose dates and amounts are texts; row 2 is cancelled before it is registered."""
    name = lake_table([]).replace("居民", "登记")
    collection.lake().create(name, SCHEMA, keys=["编号"])
    collection.lake().upsert(name, pa.Table.from_pylist(ROWS, SCHEMA).to_reader(), now=NOW)
    return checked(name, **fields)


def declare(table: CheckedTable, **types: str) -> CheckedTable:
    return quality.declare_types(table.pk, types, by=SYSTEM, now=NOW)


def failing(table: CheckedTable) -> list[tuple[str, int | None, str]]:
    return [(row.state, row.failing, row.detail) for row in run(table).outcomes.all()]


def test_texts_that_are_declared_as_dates_compare_as_days():
    table = dated(types={"登记日期": "date", "注销日期": "date"})
    use(table, approved(kind="expression", condition="注销日期 >= 登记日期"))

    assert failing(table) == [("failed", 1, "")]


def test_texts_that_are_declared_as_numbers_compare_as_numbers():
    table = declare(dated(), 金额="decimal")
    use(table, approved(kind="expression", condition="金额 >= 10"))

    assert failing(table) == [("failed", 1, "")]


def test_without_a_declaration_the_rule_says_what_is_missing():
    table = dated()
    use(table, approved(kind="expression", condition="YEAR(注销日期) >= 2024"))

    ((state, _, words),) = failing(table)

    assert state == "error"
    assert "在 columns 里声明类型" in words


def test_after_a_new_declaration_unchanged_rows_are_checked_again():
    table = dated()
    use(table, approved(kind="column_compare", left="注销日期", op=">=", right="登记日期"))
    run(table)

    declare(table, 登记日期="date", 注销日期="date")
    found = run(table, now=NOW + timedelta(minutes=1))

    assert [row.failing for row in found.outcomes.all()] == [1]
    assert (found.incremental, found.types) == (0, {"登记日期": "date", "注销日期": "date"})


def test_the_same_declaration_again_still_allows_an_incremental_check():
    table = dated(types={"登记日期": "date", "注销日期": "date"})
    use(table, approved(kind="column_compare", left="注销日期", op=">=", right="登记日期"))
    run(table)

    found = run(table, now=NOW + timedelta(minutes=1))

    assert found.incremental == 1


@pytest.mark.parametrize(
    ("types", "words"),
    [
        ({"登记日": "date"}, "列类型：表里没有列“登记日”；已有列：编号、登记日期、注销日期、金额、办理时间"),
        ({"登记日期": "day"}, "列“登记日期”的类型“day”不认识，可用：date（日期）、integer（整数）"),
        ({"编号": "date"}, "列“编号”在数据湖里已是整数，不能当作日期"),
        ({"金额": "date"}, "列“金额”的 4 个值里只有 0 个能读成日期，请核对列名和类型，或不声明"),
    ],
)  # fmt: skip
def test_a_bad_declaration_is_refused_by_name(types, words):
    table = dated()

    with pytest.raises(quality.InvalidTypeError, match=words):
        quality.declare_types(table.pk, types, by=SYSTEM, now=NOW)


def test_a_column_that_the_lake_types_already_needs_no_declaration():
    table = declare(dated(), 办理时间="date", 编号="decimal", 登记日期="date")

    assert table.types == {"登记日期": "date"}


def test_a_declaration_is_on_record():
    table = dated()

    declare(table, 金额="decimal")

    entry = AuditEntry.objects.get(code="quality.table.types")
    assert (entry.before or {}, entry.after) == ({}, {"金额": "decimal"})


def test_dates_that_the_data_shows_are_suggested():
    table = dated()

    assert suggested_types(table.name, now=NOW) == {"登记日期": "date"}
