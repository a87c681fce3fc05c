import io

import pyarrow as pa
import pytest
from python_calamine import CalamineWorkbook

from steward.data.catalog import api as catalog
from steward.data.catalog.models import Catalogue
from steward.data.collection import api as collection
from steward.data.entities import api as entities
from steward.data.quality.levels import levels_of, seen_levels, standing
from steward.data.quality.models import CheckedTable, CleaningProject, CleaningTable
from steward.data.quality.rows import FailingRows, Wanted
from steward.data.quality.tables import InvalidTableError, set_levels
from tests.factories.accounts import user_with
from tests.factories.catalog import catalogue_in, published, system_of
from tests.factories.organizations import body
from tests.factories.quality import checked, lake_table, people, run, three_rules
from tests.support import NOW, SYSTEM

pytestmark = pytest.mark.django_db
COLUMNS = ["编号", "姓名", "手机号", "证号", "部门"]


def items(**levels: str) -> list[catalog.ItemDraft]:
    """An item for every column; the key first."""
    return [
        catalog.ItemDraft(
            code=name, name=name, type="C", length=50, sensitivity=levels.get(name, "L2"),
            is_key=name == "编号", nullable=name != "编号", sharing="conditional",
            source_type="text",
        )
        for name in COLUMNS
    ]  # fmt: skip


def catalogued(table: CheckedTable, **levels: str) -> Catalogue:
    """A published catalogue whose data the table holds."""
    row = published(catalogue_in(system_of(), items(**levels)))
    Catalogue.objects.filter(pk=row.pk).update(collected_into=table.name)
    row.refresh_from_db()
    return row


def level(table: CheckedTable, column: str) -> tuple[int, str]:
    found = standing(table, [column])[column]
    return found.level, found.by


def shown(client, table: CheckedTable) -> list[str]:
    """Everything that a person without the right to values gets to see of the table."""
    order = table.orders.get()
    pages = [
        f"/data/quality/tables/{table.pk}/",
        f"/data/quality/runs/{order.run_id}/",
        f"/data/quality/orders/{order.pk}/",
        f"/data/tables/{table.name}/",
    ]
    texts = [client.get(page).content.decode() for page in pages]
    file = client.get(f"/data/quality/orders/{order.pk}/problem-rows.xlsx").content
    book = CalamineWorkbook.from_filelike(io.BytesIO(file))
    return [*texts, str(book.get_sheet_by_index(0).to_python())]


def test_without_a_declaration_the_name_of_a_column_decides_and_the_page_says_so():
    table = checked()

    assert level(table, "姓名") == (3, "按列名推测")
    assert level(table, "部门") == (2, "按列名推测")


def test_values_that_look_like_personal_data_count_whatever_the_column_is_called():
    rows = [row | {"部门": f"139{row['编号']:08d}"} for row in people()]
    table = checked(lake_table(rows))

    assert seen_levels(table.name)["部门"] == [3, "mobile"]
    assert level(table, "部门") == (3, "按内容推测")


def test_what_the_catalogue_declares_counts_and_is_named():
    table = checked()
    row = catalogued(table, 部门="L4", 手机号="L1")

    assert level(table, "部门") == (4, f"数据目录“{row.name}”第 1 版")
    assert level(table, "手机号")[0] == 1


def test_a_model_of_an_entity_counts_where_no_catalogue_speaks():
    schema = pa.schema([("person_id", pa.string()), ("marital", pa.string())])
    collection.lake().create("ods.person", schema, keys=["person_id"])
    table = CheckedTable(name="ods.person")

    found = standing(table, ["person_id", "marital"])

    assert {name: item.level for name, item in found.items()} == {"person_id": 1, "marital": 3}
    assert found["marital"].by == "邻礼通实体模型“人”"


def test_a_raised_level_takes_effect_everywhere_at_once(client):
    client.force_login(
        user_with("quality.table.view", "quality.order.view", "quality.order.correct",
                  "entities.rows.view", "quality.rule.view")
    )  # fmt: skip
    owner = body()
    rows = [row | {"部门": "衢江区绝密科"} for row in people()]
    table = checked(lake_table(rows), organization_id=owner.id)
    row = catalogued(table, 部门="L1")
    three_rules(table)
    run(table)
    before = shown(client, table)

    catalog.put_items(row.pk, items(部门="L3"), by=SYSTEM, now=NOW)
    after = shown(client, table)

    assert ["衢江区绝密科" in text for text in before] == [True] * 5
    assert ["衢江区绝密科" in text for text in after] == [False] * 5


def test_a_lowered_level_waits_for_the_publication():
    table = checked()
    row = catalogued(table, 手机号="L3")

    catalog.put_items(row.pk, items(手机号="L1"), by=SYSTEM, now=NOW)
    drafted = level(table, "手机号")[0]
    published(row)

    assert (drafted, level(table, "手机号")[0]) == (3, 1)


def test_a_draft_that_was_never_published_lowers_nothing():
    table = checked()
    row = catalogue_in(system_of(), items(手机号="L1", 部门="L4"))
    Catalogue.objects.filter(pk=row.pk).update(collected_into=table.name)

    assert (level(table, "手机号")[0], level(table, "部门")[0]) == (3, 4)


def test_by_hand_a_declared_level_is_only_raised():
    table = checked()
    row = catalogued(table, 手机号="L3")

    set_levels(table.pk, {"手机号": 4}, by=SYSTEM, now=NOW)

    assert level(table, "手机号") == (4, "在质检表设定")
    with pytest.raises(
        InvalidTableError, match=f"由数据目录“{row.name}”第 1 版定为 L3，这里只能调高"
    ):
        set_levels(table.pk, {"手机号": 2}, by=SYSTEM, now=NOW)


def test_a_level_that_is_only_guessed_is_set_by_hand_either_way():
    table = checked()

    set_levels(table.pk, {"手机号": 1, "部门": 2}, by=SYSTEM, now=NOW)

    table.refresh_from_db()
    assert table.levels == {"手机号": 1}
    assert level(table, "手机号") == (1, "在质检表设定")


def test_the_sample_of_a_table_follows_the_catalogue_too():
    table = checked()
    catalogued(table, 部门="L4", 姓名="L1")
    reader = user_with("entities.rows.view")

    sample = entities.masked_rows(table.name, reader, now=NOW)

    by_name = {column.code: column for column in sample.columns}
    assert (by_name["姓名"].level, by_name["部门"].level) == ("L1", "L4")
    assert "数据目录" in by_name["部门"].level_by


def test_a_cleaned_table_keeps_the_levels_of_its_source():
    table = checked()
    catalogued(table, 部门="L4")
    project = CleaningProject.objects.create(
        name="清洗", purpose="清洗", organization_id=body().id, created_by="系统", created_at=NOW
    )
    CleaningTable.objects.create(
        project=project, source=table.name, target="dwd.清洗后", keys=["编号"], steps=[]
    )

    assert levels_of(CheckedTable(name="dwd.清洗后"), ["部门"]) == {"部门": (4, "")}


def test_the_rows_of_an_old_run_are_masked_by_the_levels_of_today():
    table = checked()
    three_rules(table)
    found = FailingRows(run(table))
    set_levels(table.pk, {"证号": 4}, by=SYSTEM, now=NOW)

    line = found.lines(found.page(Wanted(), limit=1), unmasked=False)[0]

    assert {cell.column: cell.text for cell in line.cells}["证号"] is None
