from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook, load_workbook

from steward.core.accounts.api import actor_of
from steward.core.approvals import api as approvals
from steward.data.catalog import api as catalog
from steward.data.catalog.models import Catalogue, Demand, ServiceItem, SurveyGap
from steward.data.collection import api as collection
from steward.data.sources import api as sources
from steward.kernel.instants import now as wall_clock
from tests.data.sources.test_services import run as execute
from tests.factories.accounts import user_in_role, user_with
from tests.factories.catalog import catalogue_in, provider, published, system_of
from tests.factories.organizations import body
from tests.factories.sources import source_at
from tests.support import NOW, SYSTEM, drain_jobs

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss():
    return user_with(
        "catalog.catalogue.approve", "catalog.demand.approve", "approvals.approval.view"
    )


@pytest.fixture
def inside(client, boss):
    client.force_login(user_in_role("data_engineer"))
    return client


@pytest.fixture
def url(postgres_server):
    url = postgres_server.create_database()
    execute(
        url,
        "CREATE TABLE person (id int PRIMARY KEY, xm varchar(50))",
        "COMMENT ON TABLE person IS '低保对象信息'",
        "COMMENT ON COLUMN person.id IS '编号'",
        "COMMENT ON COLUMN person.xm IS '姓名'",
        "INSERT INTO person VALUES (1, '居民一')",
    )
    return url


def text(answer):
    return answer.content.decode()


def approve(row, boss):
    row.refresh_from_db()
    approvals.decide(
        row.approval_id, approve=True, comment="同意", by=actor_of(boss), now=wall_clock()
    )
    drain_jobs()
    row.refresh_from_db()


ELEMENTS = {
    "name": "低保对象信息", "summary": "本区在保对象", "format": "database",
    "sharing": "conditional", "sharing_condition": "行政审批核验", "sharing_method": "platform",
    "openness": "none", "cycle": "daily",
}  # fmt: skip


@pytest.mark.clause("K10.1")
def test_a_surveyed_table_becomes_a_published_catalogue_and_a_change_its_second_version(
    inside, boss, url
):
    source = source_at(url, organization_id=provider().id)
    system = system_of(source.organization_id, source_id=source.pk)

    inside.post(f"/data/catalog/survey/sources/{source.pk}/")
    seen = text(inside.get("/data/catalog/survey/"))
    gap = source_gap(source)
    inside.post(f"/data/catalog/survey/{gap.pk}/draft/", {"system": system.pk})
    row = Catalogue.objects.get()
    table = {"system_id": system.pk, "source_table": f"{source.pk}·public.person"}
    refused = inside.post(f"/data/catalog/{row.pk}/act/submit/", {"reason": "首次"}, follow=True)
    inside.post(f"/data/catalog/{row.pk}/edit/", ELEMENTS | table)
    inside.post(f"/data/catalog/{row.pk}/act/submit/", {"reason": "首次"})
    approve(row, boss)
    inside.post(f"/data/catalog/{row.pk}/edit/", ELEMENTS | table | {"cycle": "weekly"})
    changed = text(inside.get(f"/data/catalog/{row.pk}/"))
    inside.post(f"/data/catalog/{row.pk}/act/submit/", {"reason": "周期改为每周"})
    approve(row, boss)
    second = text(inside.get(f"/data/catalog/{row.pk}/versions/2/"))
    execute(url, "DROP TABLE person")
    inside.post(f"/data/catalog/survey/sources/{source.pk}/")
    gone = text(inside.get("/data/catalog/survey/?kind=table_gone"))

    assert "表未编目" in seen
    assert "不符合编目标准" in text(refused)
    assert "未发布的修改" in changed
    assert (row.state, row.version) == ("published", 2)
    assert "每日" in second
    assert "编目的表已消失" in gone
    assert "public.person" in gone


def source_gap(source):
    return SurveyGap.objects.get(source_id=source.pk, state="open")


@pytest.mark.clause("K10.2")
def test_a_demand_finds_its_catalogue_is_approved_by_the_provider_handed_over_and_met(
    inside, boss, url
):
    source = source_at(url, organization_id=provider().id)
    sources.survey_source(source.pk, by=SYSTEM, now=NOW)
    system = system_of(source.organization_id, source_id=source.pk)
    row = catalogue_in(
        system, name="低保对象信息", source_id=source.pk, source_table="public.person",
        items=(
            catalog.ItemDraft(code="id", name="编号", type="I", sensitivity="L1", is_key=True,
                              nullable=False),
            catalog.ItemDraft(code="xm", name="姓名", type="C", length=50, sensitivity="L2"),
        ),
    )  # fmt: skip
    published(row)
    department = body("区医保局")

    found = text(inside.get("/data/catalog/demands/new/?title=低保对象&items=姓名、住址"))
    inside.post(
        f"/data/catalog/{row.pk}/demand/",
        {"title": "低保参保核验", "organization": department.name, "items": ["xm"],
         "purpose": "参保资助"},
    )  # fmt: skip
    demand = Demand.objects.get()
    approve(demand, boss)
    after_approval = demand.state
    inside.post(f"/data/catalog/demands/{demand.pk}/", {"target": "ods.低保对象"})
    demand.refresh_from_db()
    handed = demand.state
    asked = collection.request_run(demand.task_id, by=SYSTEM, now=NOW)
    collection.execute_run(asked.pk, now=NOW, progress=lambda _step, _rows: None)
    drain_jobs()
    demand.refresh_from_db()
    row.refresh_from_db()

    assert "低保对象信息" in found
    assert "住址" in found
    assert (after_approval, handed, demand.state) == ("approved", "collecting", "met")
    assert row.collected_into == "ods.低保对象"


@pytest.mark.clause("K10.4")
def test_issued_items_are_linked_and_the_unlinked_are_reported_by_department(inside):
    row = catalogue_in(system_of())
    lines = (
        "department,main_item,name,local_item_code,task_type,dept_code,area_code\n"
        "区民政局,未分类,低保审核确认,A-1,10,X,330803000000\n"
        "区民政局,未分类,特困人员认定,A-2,10,X,330803000000\n"
        "区残联,未分类,,A-3,10,X,330803000000\n"
    )
    file = SimpleUploadedFile("items.csv", lines.encode("gb18030"))

    report = text(inside.post("/data/catalog/items/import/", {"file": file}))
    linked = inside.post(f"/data/catalog/{row.pk}/link/", {"codes": "A-1\nB-9"}, follow=True)
    unlinked = text(inside.get("/data/catalog/items/?department=区民政局&tab=unlinked"))
    whole = text(inside.get("/data/catalog/items/"))

    assert "新增 2 项" in report
    assert "缺少事项名称" in report
    assert "没有这些事项编码：B-9" in text(linked)
    assert "特困人员认定" in unlinked
    assert "低保审核确认" not in unlinked
    assert "tab=unlinked" in whole
    assert ServiceItem.objects.filter(links__isnull=True).count() == 1


def test_an_exported_workbook_comes_back_and_bad_rows_are_named(inside):
    system = system_of()
    kept = catalogue_in(system, name="低保对象信息")
    book = load_workbook(BytesIO(inside.get("/data/catalog/export.xlsx").content))
    book["目录"].cell(2, 14).value = "每周"
    book["目录"].append(
        [None, "残疾人信息", system.code, None, None, None, "持证残疾人", None, "有条件共享",
         "核验", "共享平台", "禁止开放", None, "每月"]
    )  # fmt: skip
    book["目录"].append([None, "坏目录", "没有的系统"])
    book["目录"].append([None, "坏项目录", system.code])
    book["数据项"].append(
        [None, "残疾人信息", "cjzh", "残疾证号", "字符型 C", 20, "L3", "是", "否"]
    )
    book["数据项"].append([None, "坏项目录", "x", "某项", "字符型", None, "L9"])
    buffer = BytesIO()
    book.save(buffer)

    file = SimpleUploadedFile("目录.xlsx", buffer.getvalue())
    page = text(inside.post("/data/catalog/import/", {"file": file}))

    kept.refresh_from_db()
    made = Catalogue.objects.get(name="残疾人信息")
    assert "新增 1 个目录，修改 1 个" in page
    assert "没有编码为“没有的系统”的信息系统" in page
    assert "“字符型”不在字典里" in page
    assert kept.cycle == "weekly"
    assert [(item.code, item.length, item.is_key) for item in made.items.all()] == [
        ("cjzh", 20, True)
    ]
    assert not Catalogue.objects.filter(name__startswith="坏").exists()


def test_a_file_that_is_no_workbook_changes_nothing(inside):
    other = Workbook()
    buffer = BytesIO()
    other.save(buffer)

    broken = inside.post("/data/catalog/import/", {"file": SimpleUploadedFile("a.xlsx", b"zzz")})
    foreign = inside.post(
        "/data/catalog/import/", {"file": SimpleUploadedFile("a.xlsx", buffer.getvalue())}
    )

    assert "打不开这个文件" in text(broken)
    assert "没有名为“目录”的工作表" in text(foreign)


def test_search_finds_by_name_item_and_department(inside):
    catalogue_in(system_of(provider("区残联").id), name="残疾人信息")
    catalogue_in(system_of(), name="车辆信息", items=(catalog.ItemDraft(code="cp", name="号牌"),))

    by_item = text(inside.get("/data/catalog/?q=号牌"))
    by_body = text(inside.get("/data/catalog/?q=区残联"))

    assert ("车辆信息" in by_item, "残疾人信息" in by_item) == (True, False)
    assert ("车辆信息" in by_body, "残疾人信息" in by_body) == (False, True)


def test_a_department_sees_and_mends_its_own_only(client, boss):
    mine, other = provider("区残联"), provider()
    row = catalogue_in(system_of(mine.id), name="残疾人信息", summary="")
    foreign = catalogue_in(system_of(other.id), name="车辆信息")
    client.force_login(user_in_role("department_user", mine.id, "subtree"))
    fields = ELEMENTS | {"name": "残疾人信息", "system_id": row.system_id}

    listed = text(client.get("/data/catalog/"))
    client.post(f"/data/catalog/{row.pk}/edit/", fields)
    refused = client.get(f"/data/catalog/{foreign.pk}/")
    row.refresh_from_db()

    assert ("残疾人信息" in listed, "车辆信息" in listed) == (True, False)
    assert row.summary == "本区在保对象"
    assert refused.status_code == 404


def test_items_are_edited_as_one_table(inside):
    row = catalogue_in(system_of(), items=())
    form = {
        "form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "0",
        "form-0-code": "id", "form-0-name": "编号", "form-0-type": "I", "form-0-is_key": "on",
        "form-0-sensitivity": "L1", "form-1-code": "", "form-1-nullable": "on",
    }  # fmt: skip

    inside.post(f"/data/catalog/{row.pk}/items/", form)

    assert [(item.code, item.is_key, item.nullable) for item in row.items.all()] == [
        ("id", True, False)
    ]


def test_problem_catalogues_are_counted_by_department_and_open_their_rows(inside):
    department = provider("区残联")
    row = catalogue_in(system_of(department.id), name="残疾人信息", summary="")
    catalogue_in(system_of(), name="车辆信息")
    catalog.check_catalogues(list(Catalogue.objects.values_list("pk", flat=True)), now=NOW)

    page = text(inside.get("/data/catalog/problems/"))
    rows = text(inside.get(f"/data/catalog/?organization={department.id}&tab=problem"))
    by_rule = text(inside.get("/data/catalog/?rule=summary"))

    assert f"organization={department.id}&amp;tab=problem" in page
    assert "用一两句话说明数据的内容、范围和时间" in page
    assert row.name in rows
    assert ("残疾人信息" in by_rule, "车辆信息" in by_rule) == (True, False)


def test_a_name_like_a_formula_leaves_as_text(inside):
    catalogue_in(system_of(), name="=1+1")

    book = load_workbook(BytesIO(inside.get("/data/catalog/export.xlsx").content))

    assert (book["目录"].cell(2, 2).value, book["目录"].cell(2, 2).data_type) == ("=1+1", "s")


@pytest.mark.parametrize(
    "address", ["", "systems/", "systems/new/", "survey/", "demands/", "demands/new/", "rate/",
                "uncollected/", "items/", "items/import/", "import/", "new/", "problems/"],
)  # fmt: skip
def test_every_page_opens_empty(inside, address):
    answer = inside.get(f"/data/catalog/{address}")

    assert answer.status_code == 200


def test_lists_ask_the_same_number_of_queries_however_many_rows(
    inside, django_assert_max_num_queries
):
    system = system_of()
    for _ in range(12):
        catalogue_in(system)

    with django_assert_max_num_queries(40):
        answer = inside.get("/data/catalog/")

    assert text(answer).count("低保对象信息") == 12


def test_what_shares_an_ordinary_item_but_no_word_of_the_name_is_not_suggested(boss):
    near, far = (catalogue_in(system_of(), name=name) for name in ("婚姻登记信息", "车辆年检信息"))
    published(near)
    published(far)

    found = catalog.suggest("婚姻登记", ("姓名",))

    assert [one.catalogue.name for one in found] == ["婚姻登记信息"]
    assert found[0].items == ("姓名",)
