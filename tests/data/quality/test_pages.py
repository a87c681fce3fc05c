import pytest

from steward.core.accounts.api import actor_of
from steward.core.approvals import api as approvals
from steward.core.approvals.api import NotApproverError
from steward.core.audit.models import AuditEntry
from steward.data.quality.models import (
    CheckedTable,
    LibraryRule,
    PackVersion,
    ProblemOrder,
    QualityRun,
    RuleUse,
)
from steward.engine.rules import offered_pack
from steward.kernel.instants import now as wall_clock
from tests.factories.accounts import user_with
from tests.factories.organizations import body
from tests.factories.quality import approved, checked, lake_table, people, run, three_rules
from tests.support import drain_jobs

pytestmark = pytest.mark.django_db
ENGINEER = (
    "quality.rule.view", "quality.rule.change", "quality.table.view", "quality.table.change",
    "quality.table.run", "quality.order.view", "quality.order.correct",
)  # fmt: skip


@pytest.fixture
def inside(client):
    client.force_login(user_with(*ENGINEER))
    return client


@pytest.mark.clause("K12.1")
def test_from_an_empty_library_to_a_score_on_the_pages(inside):
    name, owner = lake_table(), body("区民政局")
    boss = user_with("quality.rule.approve", "approvals.approval.view")
    definition = "kind: mobile\ncolumn: 电话\n"
    inside.post(
        "/data/quality/rules/new/",
        {"code": "mobile", "name": "手机号格式", "group": "通用", "definition": definition},
    )
    version = LibraryRule.objects.get().versions.get()
    inside.post(f"/data/quality/versions/{version.pk}/submit/")
    version.refresh_from_db()
    approvals.decide(version.approval_id, approve=True, by=actor_of(boss), now=wall_clock())
    drain_jobs()
    inside.post(
        f"/data/quality/tables/new/?name={name}",
        {"title": "居民", "organization": owner.name, "keys": ["编号"], "on_collected": "on"},
    )
    table = CheckedTable.objects.get()
    inside.post(
        f"/data/quality/tables/{table.pk}/assign/{version.rule_id}/",
        {"severity": "serious", "threshold": "0", "column_0": "手机号"},
    )
    inside.post(f"/data/quality/tables/{table.pk}/run/")
    drain_jobs()

    found = QualityRun.objects.get()
    page = inside.get(f"/data/quality/runs/{found.pk}/").content.decode()
    home = inside.get("/data/quality/").content.decode()
    assert (found.state, found.failing_rows) == ("succeeded", 7)
    assert "共 7 行" in page
    assert "93.0" in page
    assert "居民" in home


def test_faults_of_a_definition_are_named_with_their_place(inside):
    answer = inside.post(
        "/data/quality/rules/new/",
        {"code": "x1", "name": "x", "group": "x", "definition": "kind: mobile\ncolum: 电话"},
    ).content.decode()

    assert "第 2 行第 8 列（colum）" in answer
    assert not LibraryRule.objects.exists()


@pytest.mark.clause("K12.1")
def test_an_author_cannot_approve_the_own_rule(client):
    author = user_with(*ENGINEER, "quality.rule.approve", "approvals.approval.view")
    user_with("quality.rule.approve", "approvals.approval.view")
    client.force_login(author)
    client.post(
        "/data/quality/rules/new/",
        {"code": "own", "name": "自审", "group": "x", "definition": "kind: mobile\ncolumn: 电话"},
    )
    version = LibraryRule.objects.get().versions.get()
    client.post(f"/data/quality/versions/{version.pk}/submit/")
    version.refresh_from_db()

    with pytest.raises(NotApproverError):
        approvals.decide(version.approval_id, approve=True, by=actor_of(author), now=wall_clock())


def test_a_change_is_tried_on_real_rows_and_changes_nothing(inside):
    table = checked()
    uses = three_rules(table)
    run(table)
    rule = uses["name"].rule

    page = inside.post(
        f"/data/quality/rules/{rule.pk}/revise/",
        {"definition": "kind: not_blank\ncolumn: 姓名\nplaceholders: [居民1, 居民2]", "try": "1"},
    ).content.decode()

    assert "+2" in page
    assert "−0" in page
    assert rule.versions.count() == 1
    assert QualityRun.objects.count() == 1


def test_values_are_masked_and_reading_them_is_on_record(client):
    table = checked()
    three_rules(table)
    found = run(table)
    address = f"/data/quality/runs/{found.pk}/?values=plain"
    client.force_login(user_with("quality.table.view"))
    masked = client.get(address).content.decode()
    recorded = AuditEntry.objects.filter(code="quality.rows.read").count()

    client.force_login(user_with("quality.table.view", "quality.rows.view_private"))
    plain = client.get(address).content.decode()

    assert "居民20" not in masked
    assert "居**" in masked or "居***" in masked
    assert recorded == 0
    assert "居民20" in plain
    assert AuditEntry.objects.filter(code="quality.rows.read").count() == 1


def test_rules_are_suggested_by_the_data_and_taken_as_drafts(inside):
    table = checked()
    page = inside.get(f"/data/quality/tables/{table.pk}/suggestions/").content.decode()

    inside.post(f"/data/quality/tables/{table.pk}/suggestions/", {"pick": ["0", "1"]})

    assert "手机号格式" in page
    assert LibraryRule.objects.count() == 2
    assert {row.versions.get().state for row in LibraryRule.objects.all()} == {"draft"}


def test_every_number_opens_exactly_its_rows(inside):
    table = checked()
    uses = three_rules(table)
    found = run(table)

    pages = {
        code: inside.get(f"/data/quality/runs/{found.pk}/?rule={uses[code].code}").content.decode()
        for code in uses
    }

    assert "共 7 行" in pages["phone"]
    assert "共 5 行" in pages["name"]
    assert "共 6 行" in pages["card"]


def test_a_department_sees_its_own_orders_only(client):
    first, second, owner = body(), body(), body()
    table = checked(
        lake_table(people(departments=(first.code, second.code))),
        organization_id=owner.id,
        department_column="部门",
    )
    three_rules(table)
    run(table)
    mine = ProblemOrder.objects.get(organization_id=first.id)
    theirs = ProblemOrder.objects.get(organization_id=second.id)
    client.force_login(user_with("quality.order.view", organization_id=first.id))

    answers = [client.get(f"/data/quality/orders/{row.pk}/").status_code for row in (mine, theirs)]

    assert answers == [200, 404]
    assert "共 8 行" in client.get(f"/data/quality/orders/{mine.pk}/").content.decode()
    assert client.get(f"/data/quality/tables/{table.pk}/").status_code == 404


def test_a_rule_on_a_table_is_adjusted_and_levels_are_set(inside):
    table = checked()
    use = three_rules(table)["name"]

    inside.post(
        f"/data/quality/uses/{use.pk}/",
        {"severity": "notice", "threshold": "0.1", "is_active": "on"},
    )
    inside.post(
        f"/data/quality/tables/{table.pk}/levels/",
        {f"level_{number}": "1" for number in range(5)},
    )

    use = RuleUse.objects.get(pk=use.pk)
    page = inside.get(f"/data/quality/tables/{table.pk}/").content.decode()
    assert (use.severity, str(use.threshold)) == ("notice", "0.100000")
    assert "居民1" in page


def test_a_retired_rule_is_checked_no_more(inside):
    table = checked()
    uses = three_rules(table)

    inside.post(f"/data/quality/rules/{uses['card'].rule_id}/retire/", {"reason": "改用新规则"})

    assert run(table).outcomes.count() == 2
    assert LibraryRule.objects.get(pk=uses["card"].rule_id).is_retired
    assert "已停用" in inside.get("/data/quality/rules/").content.decode()
    assert approved(kind="mobile", column="手机号").is_retired is False


def test_several_rules_whose_columns_the_table_has_are_assigned_at_once(inside):
    table = checked()
    fits, not_here = (
        approved(kind="not_blank", column="姓名"),
        approved(kind="email", column="邮箱"),
    )
    page = inside.get(f"/data/quality/tables/{table.pk}/").content.decode()

    answer = inside.post(
        f"/data/quality/tables/{table.pk}/assign/",
        {"rule": [fits.pk, not_here.pk]},
        follow=True,
    )

    assert f'name="rule" value="{fits.pk}"' in page
    assert f'name="rule" value="{not_here.pk}"' not in page
    assert [use.rule_id for use in table.uses.all()] == [fits.pk]
    assert "已配置 1 条规则" in answer.content.decode()
    assert f"{not_here.name}：" in answer.content.decode()


def test_the_keys_and_the_wrong_columns_come_first_among_the_failing_rows(inside):
    table = checked()
    three_rules(table)
    found = run(table)

    answer = inside.get(f"/data/quality/runs/{found.pk}/?rule={table.uses.last().code}")

    names = [name for name, _ in answer.context["rows"]["columns"]]
    wrong = {cell.column for cell in answer.context["rows"]["lines"][0].cells if cell.bad}
    assert names[0] == "编号"
    assert names[1] in wrong


def test_a_run_says_which_departments_got_an_order(inside):
    table = checked()
    three_rules(table)
    found = run(table)
    order = ProblemOrder.objects.get()

    page = inside.get(f"/data/quality/runs/{found.pk}/").content.decode()

    assert f"/data/quality/orders/{order.pk}/" in page
    assert f"{order.organization.name} 15 行" in page


def test_while_a_table_is_checked_its_order_follows_and_takes_no_correction(inside):
    table = checked()
    three_rules(table)
    run(table)
    order = ProblemOrder.objects.get()

    page = inside.post(f"/data/quality/orders/{order.pk}/recheck/", follow=True).content.decode()

    assert "正在复查，本页自动更新" in page
    assert 'hx-trigger="every 2s"' in page
    assert "上传回填" not in page


PACK = """
name: 居民规则
rules:
  - {id: phone, name: 手机号格式, kind: mobile, column: mobile}
  - {id: name_filled, name: 姓名已填, kind: not_blank, column: 姓名}
"""


@pytest.mark.clause("K15.4")
def test_a_pack_goes_from_a_file_to_a_table_and_its_next_edition_is_tried_first(inside):
    table, boss = checked(), user_with("quality.rule.approve", "approvals.approval.view")

    def bring(text: str) -> PackVersion:
        inside.post("/data/quality/packs/new/", {"code": "residents", "text": text})
        return PackVersion.objects.first()

    def agree(version: PackVersion) -> None:
        inside.post(f"/data/quality/packs/versions/{version.pk}/submit/")
        version.refresh_from_db()
        approvals.decide(version.approval_id, approve=True, by=actor_of(boss), now=wall_clock())
        drain_jobs()

    first = bring(PACK)
    agree(first)
    place = f"/data/quality/tables/{table.pk}/packs/{first.pack_id}/"
    form = inside.get(place).content.decode()
    inside.post(place, {"column_0": "手机号", "column_1": "姓名"})
    run(table)
    second = bring(PACK.replace("column: 姓名}", "column: 姓名, placeholders: [居民10, 居民11]}"))
    page = inside.get(f"/data/quality/packs/versions/{second.pk}/").content.decode()
    trial = inside.post(f"/data/quality/packs/versions/{second.pk}/try/").content.decode()
    untouched = run(table).failing_rows
    agree(second)

    assert "列“mobile”" in form
    assert "居民10、居民11" in page
    assert "不变的 1 条" in page
    assert "+2" in trial
    assert (untouched, run(table).failing_rows) == (9, 11)


def test_packs_of_the_platform_are_offered_until_they_are_imported(inside):
    before = inside.get("/data/quality/packs/").content.decode()
    form = inside.get("/data/quality/packs/new/?offer=linlitong-person").content.decode()
    offer = offered_pack("linlitong-person")
    inside.post(
        "/data/quality/packs/new/",
        {"code": offer.code, "text": offer.text().replace("\n", "\r\n")},
    )

    after = inside.get("/data/quality/packs/").content.decode()

    assert "?offer=linlitong-person" in before
    assert "citizen_id_unique" in form
    assert "?offer=linlitong-person" not in after
    assert "?offer=linlitong-home" in after


def test_a_faulty_pack_is_refused_on_the_page_with_its_lines(inside):
    answer = inside.post(
        "/data/quality/packs/new/", {"code": "residents", "text": PACK.replace("mobile,", "mobil,")}
    ).content.decode()

    assert "第 4 行" in answer
    assert not PackVersion.objects.exists()


def test_how_a_table_is_checked_can_be_changed(inside):
    table, other = checked(), body("区民政局")
    place = f"/data/quality/tables/{table.pk}/change/"
    bad = inside.post(place, {"title": "居民", "organization": other.name, "schedule": "每天"})

    inside.post(
        place,
        {"title": "居民台账", "organization": other.name, "schedule": "30 2 * * *",
         "department_column": "部门", "is_active": "on"},
    )  # fmt: skip

    table.refresh_from_db()
    assert "五段 cron" in bad.content.decode()
    assert (table.title, table.organization_id, table.department_column) == (
        "居民台账", other.id, "部门",
    )  # fmt: skip
    assert table.next_run_at is not None
    assert not table.on_collected


def test_suggestions_leave_out_what_the_table_has(inside):
    table = checked()
    three_rules(table)

    page = inside.get(f"/data/quality/tables/{table.pk}/suggestions/").content.decode()

    assert "手机号格式" not in page
    assert "编号必填" in page


def test_column_types_are_declared_on_a_page(inside):
    rows = [row | {"部门": "2024-05-01"} for row in people()]
    table = checked(lake_table(rows))
    place = f"/data/quality/tables/{table.pk}/types/"

    offered = inside.get(f"{place}?suggest=1").content.decode()
    refused = inside.post(place, {"type_0": "date"}).content.decode()
    inside.post(place, {"type_3": "date"})

    table.refresh_from_db()
    assert '<option value="date" selected>' in offered
    assert "只有 0 个能读成日期" in refused
    assert table.types == {"部门": "date"}
