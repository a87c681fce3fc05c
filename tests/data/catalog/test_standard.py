import pytest
from django.db import ProgrammingError, transaction

from steward.core.accounts.api import actor_of
from steward.core.approvals import api as approvals
from steward.core.findings.models import Finding
from steward.data.catalog import api as catalog
from steward.data.catalog.errors import InvalidStandardError, StandardStateError
from steward.data.catalog.models import CatalogueProblem, StandardVersion
from steward.data.catalog.standard import standard
from steward.data.catalog.standard_effects import effect_of
from steward.data.catalog.standard_text import packaged, read_standard
from steward.data.catalog.standard_versions import (
    checked,
    discard_draft,
    draft_text,
    open_version,
    save_draft,
    save_rule,
    submit_standard,
)
from steward.data.catalog.standard_words import statement
from steward.kernel.instants import now as wall_clock
from tests.factories.accounts import user_in_role, user_with
from tests.factories.catalog import catalogue_in, provider, published, system_of
from tests.support import NOW, SYSTEM, drain_jobs

pytestmark = pytest.mark.django_db
LONGER = {
    "id": "summary-length", "name": "摘要不过短", "kind": "length", "column": "摘要", "min": 30,
    "severity": "serious", "basis": "区数据局〔2026〕3 号第二条", "message": "摘要“{摘要}”过短",
    "remedy": "写明内容、范围、时间和来源",
}  # fmt: skip


@pytest.fixture
def boss():
    return user_with(
        "catalog.standard.approve", "catalog.catalogue.approve", "approvals.approval.view"
    )


@pytest.fixture
def inside(client, boss):
    client.force_login(user_in_role("data_engineer"))
    return client


def text(answer):
    return answer.content.decode()


def approve(boss, *, agreed=True):
    row = StandardVersion.objects.get(state="review")
    approvals.decide(
        row.approval_id, approve=agreed, comment="已核", by=actor_of(boss), now=wall_clock()
    )
    drain_jobs()
    row.refresh_from_db()
    return row


def test_the_standard_in_force_is_shown_in_words_with_its_basis_and_who_breaks_it(inside):
    row = catalogue_in(system_of(), summary="")
    catalog.check_catalogues([row.pk], now=NOW)

    page = text(inside.get("/data/catalog/standard/"))
    items = text(inside.get("/data/catalog/standard/?scope=items"))

    assert "“共享类型”为有条件共享，或“共享类型”为不予共享时，“共享条件”必须填写" in page
    assert "《政务信息资源共享管理暂行办法》" in page
    assert "?rule=summary" in page
    assert "DB33/T 2351—2021" in items


@pytest.mark.clause("K10.1")
def test_a_rule_is_added_on_a_page_its_effect_seen_approved_by_another_and_findings_follow(
    inside, boss
):
    short = published(catalogue_in(system_of(), name="残疾人信息", summary="持证残疾人的登记情况"))
    long = catalogue_in(system_of(), summary="本区" + "持证残疾人的登记与补贴发放情况，" * 3)
    form = {name: str(value) for name, value in LONGER.items()} | {"dimension": "conformity",
                                                                   "empty": "ignore"}  # fmt: skip

    added = inside.post("/data/catalog/standard/catalogues/rules/new/?kind=length", form)
    drafted = open_version("catalogues")
    tried = text(inside.post(
        "/data/catalog/standard/catalogues/draft/", {"text": drafted.content, "try": "1"}
    ))  # fmt: skip
    untouched = standard("catalogues").rules.version
    inside.post("/data/catalog/standard/catalogues/act/submit/", {"note": "摘要写得太短"})
    before = CatalogueProblem.objects.count()
    row = approve(boss)

    effect = row.effect
    assert added.status_code == 302
    assert "会成为问题目录" in tried
    assert short.name in tried
    assert long.name not in tried
    assert (untouched, before) == ("2024.1", 0)
    assert (row.state, row.label, effect["failing_names"]) == ("in_force", "2024.2", [short.name])
    assert (effect["failing"], effect["passing"], effect["held"]) == (1, 0, 1)
    assert CatalogueProblem.objects.get().message == "摘要“持证残疾人的登记情况”过短"
    assert Finding.objects.get(state="open").subject_label == "残疾人信息"


def test_a_loosened_rule_closes_the_findings_that_it_had_opened(inside, boss):
    row = catalogue_in(system_of(), openness="")
    catalog.check_catalogues([row.pk], now=NOW)
    opened = Finding.objects.get()

    inside.post("/data/catalog/standard/catalogues/act/drop/", {"rule": "openness"})
    effect = effect_of("catalogues", read_standard("catalogues", draft_text("catalogues")), now=NOW)
    inside.post("/data/catalog/standard/catalogues/act/submit/", {"note": "开放另行规定"})
    state = approve(boss)
    shown = text(inside.get(f"/data/catalog/standard/versions/{state.pk}/"))

    opened.refresh_from_db()
    assert effect.passing == frozenset({row.pk})
    assert opened.state == "closed"
    assert "取消" in shown
    assert "与 2024.1 版比较" in shown
    assert StandardVersion.objects.get(scope="catalogues", number=1).state == "replaced"


def test_who_drafts_a_standard_does_not_approve_it(boss):
    user_with("catalog.standard.approve")
    row = save_rule("catalogues", LONGER, by=actor_of(boss), now=NOW)

    asked = submit_standard(row.pk, note="补充", by=actor_of(boss), now=NOW)

    with pytest.raises(approvals.NotApproverError):
        approvals.decide(asked.approval_id, approve=True, comment="", by=actor_of(boss), now=NOW)


def test_a_refused_draft_is_worked_on_again_and_the_standard_stays(boss):
    row = save_rule("catalogues", LONGER, by=SYSTEM, now=NOW)
    submit_standard(row.pk, note="补充", by=SYSTEM, now=NOW)

    with pytest.raises(StandardStateError, match="正在审核"):
        save_rule("catalogues", LONGER | {"min": 20}, instead="summary-length", by=SYSTEM, now=NOW)
    refused = approve(boss, agreed=False)
    save_rule("catalogues", LONGER | {"min": 20}, instead="summary-length", by=SYSTEM, now=NOW)

    assert refused.state == "draft"
    assert standard("catalogues").rules.version == "2024.1"
    assert "min: 20" in open_version("catalogues").content


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("column: 摘要,", "column: 提要,", "没有要素“提要”"),
        ("kind: not_blank, column: 摘要", "kind: blank, column: 摘要", "没有规则类型“blank”"),
        ("pattern: \"^[123]", "patern: \"^[123]", "没有参数“patern”"),
        ("key: [编号]", "key: [目录代码]", "第 4 行第 6 列（key）：key 须是 [编号]"),
        ("{目录名称}”过短", "{标题}”过短", "“{标题}”不是要素"),
        (", basis: 平台规定：一表一目录", "", "缺少依据"),
        ("id: table-once", "id: 一表一目录", "编号只用英文字母"),
        ("kind: unique, columns: [源表]", "kind: row_count_between, min: 1", "说的是整张表"),
        ("condition: 数据项数 > 0", "condition: 数据项数 > '零'", "不能运行"),
        ("rules:\n", "rules:\n  - {id: [\n", "不是正确的 YAML"),
        ("values: [\"1\", \"2\", \"3\"]", "file: /etc/passwd", "不能引用别的表或文件"),
    ],
)  # fmt: skip
def test_a_text_that_is_not_right_is_refused_with_the_place(old, new, words):
    changed = packaged("catalogues").replace(old, new, 1)

    with pytest.raises(InvalidStandardError) as caught:
        save_draft("catalogues", changed, note="", by=SYSTEM, now=NOW)

    assert changed != packaged("catalogues")
    assert words in caught.value.message
    assert open_version("catalogues") is None


def test_faults_of_the_text_are_shown_beside_it_and_nothing_is_saved(inside):
    changed = packaged("items").replace("kind: not_blank", "kind: blank", 1)

    page = text(inside.post("/data/catalog/standard/items/draft/", {"text": changed}))

    assert "第 6 行第" in page
    assert "没有规则类型“blank”" in page
    assert open_version("items") is None


def test_faults_of_a_rule_stand_beside_their_fields(inside):
    form = {name: str(value) for name, value in LONGER.items()} | {
        "dimension": "conformity", "empty": "ignore", "min": "9", "max": "3", "message": "{标题}",
        "when": "格式 = ",
    }  # fmt: skip

    first = text(inside.post("/data/catalog/standard/catalogues/rules/new/?kind=length", form))
    second = text(
        inside.post(
            "/data/catalog/standard/catalogues/rules/new/?kind=length",
            form | {"when": "", "min": "3", "max": "9"},
        )
    )

    assert 'class="field bad-field"' in first
    assert "“{标题}”不是要素" in second
    assert open_version("catalogues") is None


def test_every_rule_opens_as_a_form_and_comes_back_the_same(inside):
    before = standard("catalogues")

    for rule in before.rules.rules:
        page = inside.get(f"/data/catalog/standard/catalogues/rules/{rule.id}/")
        form = page.context["form"]
        given = {name: form.get_initial_for_field(f, name) for name, f in form.fields.items()}
        inside.post(
            f"/data/catalog/standard/catalogues/rules/{rule.id}/",
            {name: value for name, value in given.items() if value is not None},
        )

    after = read_standard("catalogues", open_version("catalogues").content)
    assert [rule.fingerprint for rule in after.rules.rules] == [
        rule.fingerprint for rule in before.rules.rules
    ]
    assert [statement(rule) for rule in after.rules.rules] == [
        statement(rule) for rule in before.rules.rules
    ]
    assert after.basis == before.basis


def test_a_draft_like_the_standard_in_force_is_not_sent_for_review(inside):
    inside.post(
        "/data/catalog/standard/catalogues/draft/", {"text": draft_text("catalogues")}
    )  # fmt: skip

    page = inside.post(
        "/data/catalog/standard/catalogues/act/submit/", {"note": "没有改"}, follow=True
    )

    assert "没有差别" in text(page)
    assert open_version("catalogues").state == "draft"


def test_a_label_is_used_once(boss):
    row = save_rule("catalogues", LONGER, by=SYSTEM, now=NOW)
    submit_standard(row.pk, note="补充", by=SYSTEM, now=NOW)
    approve(boss)

    with pytest.raises(InvalidStandardError, match="已经用过"):
        save_draft("catalogues", packaged("catalogues"), note="", by=SYSTEM, now=NOW)

    assert 'version: "2024.3"' in draft_text("catalogues").replace("'", '"')


@pytest.mark.parametrize("change", ["update", "delete"])
def test_what_was_in_force_is_never_changed(change):
    row = StandardVersion.objects.filter(scope="items")

    with pytest.raises(ProgrammingError, match="decided"), transaction.atomic():
        getattr(row, change)(**({"content": "rules: []"} if change == "update" else {}))

    assert row.get().content == packaged("items")


def test_a_draft_can_be_thrown_away(inside):
    row = save_rule("items", LONGER | {"column": "项名称", "message": "过短"}, by=SYSTEM, now=NOW)

    discard_draft(row.pk, by=SYSTEM, now=NOW)

    assert open_version("items") is None
    assert checked("items", packaged("items")).rules.version == "2024.1"


def test_a_department_reads_the_standard_and_changes_nothing(client):
    client.force_login(user_in_role("department_user", provider().id, "subtree"))

    seen = client.get("/data/catalog/standard/")
    refused = client.get("/data/catalog/standard/catalogues/draft/")

    assert (seen.status_code, refused.status_code) == (200, 404)
    assert "修订标准" not in text(seen)


def test_a_delisted_catalogue_leaves_no_open_finding(boss):
    row = published(catalogue_in(system_of(), name="车辆信息", cycle="daily"))
    type(row).objects.filter(pk=row.pk).update(summary="")
    catalog.check_catalogues([row.pk], now=NOW)
    opened = Finding.objects.get()
    asked = catalog.request_delisting(row.pk, reason="并入", by=SYSTEM, now=NOW)

    approvals.decide(asked.approval_id, approve=True, comment="", by=actor_of(boss), now=NOW)
    drain_jobs()

    opened.refresh_from_db()
    assert opened.state == "closed"
