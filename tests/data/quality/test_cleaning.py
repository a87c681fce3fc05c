import pyarrow as pa
import pytest

from steward.data.collection import api as collection
from steward.data.quality.cleaning.running import changes_page, undo_cleaning
from steward.data.quality.cleaning.services import (
    CleaningDraft,
    add_table,
    create_project,
    start_cleaning,
)
from steward.data.quality.models import CleaningRun
from steward.kernel.errors import StewardError
from tests.data.collection.support import rows as lake_rows
from tests.factories.accounts import user_with
from tests.factories.organizations import body
from tests.support import NOW, SYSTEM, drain_jobs

pytestmark = pytest.mark.django_db
SCHEMA = pa.schema(
    [(name, pa.string()) for name in ("编号", "姓名", "性别", "生日", "地址", "证号", "电话")]
)
DIRTY = [
    ("1", "　张三 ", "男性", "1987/03/12", "某路 21 号楼3单元301户", "ａ１", None),
    ("2", "李四", "1", "19870312", "某路2栋", "B2", "111"),
    ("3", "张三", "男", "1987-03-12", None, "A1", "222"),
    ("4", " ", "未知", "没有", "某路4幢", "C3", None),
]
STEPS = (
    {"kind": "trim", "column": "姓名"},
    {"kind": "narrow", "column": "证号"},
    {"kind": "case", "column": "证号", "to": "upper"},
    {"kind": "codes", "column": "性别", "codes": {"男性": "1", "男": "1"}},
    {"kind": "date", "column": "生日"},
    {"kind": "address", "column": "地址", "prefix": "某市"},
    {"kind": "dedupe", "by": ["证号"], "order": ["编号"]},
)


@pytest.fixture
def source():
    collection.lake().create("ods.脏", SCHEMA, keys=["编号"])
    rows = [dict(zip(SCHEMA.names, row, strict=True)) for row in DIRTY]
    data = pa.Table.from_pylist(rows, schema=SCHEMA)
    collection.lake().upsert("ods.脏", data.to_reader(), now=NOW)
    return "ods.脏"


def table_of(source, steps=STEPS, target="dwd.净"):
    project = create_project(
        "临时清洗", purpose="专题分析", organization_id=body().id, by=SYSTEM, now=NOW
    )
    draft = CleaningDraft(source=source, target=target, keys=("编号",), steps=steps)
    return add_table(project.pk, draft, by=SYSTEM, now=NOW)


def clean(table) -> CleaningRun:
    run = start_cleaning(table.pk, by=SYSTEM, now=NOW)
    drain_jobs()
    run.refresh_from_db()
    return run


def test_steps_are_one_query_into_dwd(source):
    run = clean(table_of(source))

    assert (run.state, run.error) == ("succeeded", "")
    assert lake_rows("dwd.净", "*") == [
        ("1", "张三", "1", "1987-03-12", "某市某路21幢3单元301室", "A1", "222"),
        ("2", "李四", "1", "1987-03-12", "某市某路2幢", "B2", "111"),
        ("4", None, "未知", "没有", "某市某路4幢", "C3", None),
    ]


def test_every_changed_value_of_every_step_is_kept(source):
    run = clean(table_of(source))

    trimmed = changes_page(run, step=0, offset=0)
    merged = changes_page(run, step=6, offset=0)
    assert run.counts == [2, 1, 1, 2, 2, 3, 2]
    assert trimmed == [("1", 0, "姓名", "　张三 ", "张三"), ("4", 0, "姓名", " ", None)]
    assert merged == [("1", 6, "电话", None, "222"), ("3", 6, "（整行）", "3", "并入 1")]


def test_undo_is_the_version_before(source):
    table = table_of(source)
    clean(table)
    first = lake_rows("dwd.净", "*")
    table.steps = [{"kind": "case", "column": "证号", "to": "lower"}]
    table.save()
    second = clean(table)

    undo_cleaning(second.pk, by=SYSTEM, now=NOW)

    assert lake_rows("dwd.净", "*") == first


def test_undo_of_the_first_run_leaves_an_empty_table(source):
    run = clean(table_of(source))

    undo_cleaning(run.pk, by=SYSTEM, now=NOW)

    assert lake_rows("dwd.净", "*") == []


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        ((), "请至少写一步"),
        (({"kind": "wash", "column": "姓名"},), "第 1 步：没有步骤“wash”"),
        (({"kind": "trim", "column": "没有"},), "第 1 步：表里没有列“没有”"),
        (({"kind": "case", "column": "姓名", "to": "big"},), "to 写 upper"),
        (({"kind": "codes", "column": "姓名"},), "“代码对照”缺少 codes"),
        (({"kind": "trim", "column": "编号"},), "主键列“编号”不能清洗"),
        (({"kind": "dedupe", "by": ["没有"]},), "表里没有列“没有”"),
    ],
)
def test_a_step_that_cannot_be_is_refused_by_its_place(source, steps, words):
    with pytest.raises(StewardError, match=words):
        table_of(source, steps)


def test_the_target_lies_in_dwd(source):
    with pytest.raises(StewardError, match="目标表应在治理层"):
        table_of(source, target="ods.净")


def test_steps_are_changed_on_a_page_and_earlier_runs_keep_theirs(client, source):
    client.force_login(user_with("quality.project.view", "quality.project.change"))
    table = table_of(source, steps=({"kind": "trim", "column": "姓名"},))
    before = clean(table)
    place = f"/data/quality/cleaning/{table.pk}/steps/"

    bad = client.post(place, {"steps": "- {kind: trim, column: 没有}"}).content.decode()
    client.post(place, {"steps": "- {kind: narrow, column: 证号}"})

    table.refresh_from_db()
    before.refresh_from_db()
    assert "第 1 步：表里没有列“没有”" in bad
    assert [step["kind"] for step in table.steps] == ["narrow"]
    assert [step["kind"] for step in before.steps] == ["trim"]


def test_keys_that_are_sensitive_are_masked_among_the_changes(client, source):
    client.force_login(user_with("quality.project.view"))
    project = create_project(
        "按电话清洗", purpose="专题分析", organization_id=body().id, by=SYSTEM, now=NOW
    )
    draft = CleaningDraft(
        source=source,
        target="dwd.电话",
        keys=("电话",),
        steps=({"kind": "trim", "column": "姓名"},),
    )
    run = clean(add_table(project.pk, draft, by=SYSTEM, now=NOW))

    page = client.get(f"/data/quality/cleaning/runs/{run.pk}/").content.decode()

    assert run.counts == [2]
    assert '<td class="mono">111</td>' not in page
