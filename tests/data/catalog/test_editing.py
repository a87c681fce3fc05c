import pytest

from steward.core.accounts.api import actor_of
from steward.core.approvals import api as approvals
from steward.core.findings.models import Finding
from steward.core.organizations.models import Organization
from steward.data.catalog import api as catalog
from steward.data.catalog.differences import Difference, compare
from steward.data.catalog.models import Catalogue, CatalogueProblem
from tests.factories.accounts import user_with
from tests.factories.catalog import WHOLE, catalogue_in, provider, system_of
from tests.support import NOW, SYSTEM, drain_jobs

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss():
    return user_with("catalog.catalogue.approve", "approvals.approval.view")


def decide(row, boss, *, approve=True):
    approvals.decide(row.approval_id, approve=approve, comment="已核", by=actor_of(boss), now=NOW)
    drain_jobs()
    row.refresh_from_db()
    return row


def renamed(row, **fields):
    values = WHOLE | {"system_id": row.system_id, "name": row.name} | fields
    return catalog.change_catalogue(row.pk, catalog.CatalogueDraft(**values), by=SYSTEM, now=NOW)


def test_codes_are_made_of_class_provider_and_running_number():
    department = provider()
    system = system_of(department.id)

    codes = [catalogue_in(system).code, catalogue_in(system).code]
    basic = catalogue_in(system, resource_class="1").code

    credit = department.credit_code
    assert codes == [f"3-{credit}-000001", f"3-{credit}-000002"]
    assert basic == f"1-{credit}-000001"


def test_a_catalogue_is_published_by_approval_and_each_publication_is_a_version(boss):
    row = catalogue_in(system_of(), name="低保对象信息")

    catalog.submit_catalogue(row.pk, reason="首次编目", by=SYSTEM, now=NOW)
    row.refresh_from_db()
    decide(row, boss)
    renamed(row, name="低保对象基本信息", cycle="weekly")
    catalog.submit_catalogue(row.pk, reason="更名", by=SYSTEM, now=NOW)
    row.refresh_from_db()
    decide(row, boss)

    second, first = row.versions.all()
    assert (row.state, row.version, second.reason) == ("published", 2, "更名")
    assert compare(first.content, second.content) == [
        Difference("", "目录名称", "低保对象信息", "低保对象基本信息"),
        Difference("", "更新周期", "每月", "每周"),
    ]


def test_who_sends_a_catalogue_for_review_does_not_approve_it(boss):
    row = catalogue_in(system_of())
    user_with("approvals.flow.change", "catalog.catalogue.approve")

    catalog.submit_catalogue(row.pk, reason="", by=actor_of(boss), now=NOW)
    row.refresh_from_db()

    with pytest.raises(approvals.NotApproverError):
        approvals.decide(
            row.approval_id, approve=True, comment="", by=actor_of(boss), now=NOW
        )  # fmt: skip


def test_a_refused_change_goes_back_to_be_worked_on(boss):
    row = catalogue_in(system_of())
    catalog.submit_catalogue(row.pk, reason="", by=SYSTEM, now=NOW)
    row.refresh_from_db()

    decide(row, boss, approve=False)

    assert (row.state, row.version) == ("draft", 0)


def test_nothing_is_changed_while_it_is_reviewed(boss):
    row = catalogue_in(system_of())
    catalog.submit_catalogue(row.pk, reason="", by=SYSTEM, now=NOW)

    with pytest.raises(catalog.CatalogueStateError, match="审核中"):
        renamed(row, name="别的")


def test_delisting_needs_a_reason_and_an_approval(boss):
    row = catalogue_in(system_of())
    catalog.submit_catalogue(row.pk, reason="", by=SYSTEM, now=NOW)
    row.refresh_from_db()
    decide(row, boss)

    with pytest.raises(catalog.InvalidCatalogueError, match="理由"):
        catalog.request_delisting(row.pk, reason=" ", by=SYSTEM, now=NOW)
    catalog.request_delisting(row.pk, reason="系统下线", by=SYSTEM, now=NOW)
    row.refresh_from_db()
    decide(row, boss)

    assert (row.state, row.delisted_reason) == ("delisted", "系统下线")


def test_what_breaks_the_standard_is_not_sent_for_review():
    row = catalogue_in(system_of(), sharing_condition="", summary="")

    with pytest.raises(catalog.NotCompliantError, match="摘要未填写") as caught:
        catalog.submit_catalogue(row.pk, reason="", by=SYSTEM, now=NOW)

    assert "没有写明条件或依据" in caught.value.message


@pytest.mark.clause("K10.3")
def test_a_problem_catalogue_is_a_finding_for_its_department_until_it_passes():
    department = provider("区残联")
    row = catalogue_in(system_of(department.id), name="残疾人信息", summary="", cycle="")

    catalog.check_catalogues([row.pk], now=NOW)
    opened = Finding.objects.get()
    known = [problem.message for problem in CatalogueProblem.objects.all()]
    before = opened.state
    renamed(row, name="残疾人信息")
    catalog.check_catalogues([row.pk], now=NOW)
    opened.refresh_from_db()

    assert sorted(known) == ["摘要未填写", "更新周期未填写"]
    assert (opened.organization_id, opened.category) == (department.id, "data_catalog")
    assert "按业务实际选择更新周期" in opened.remedy
    assert (before, opened.state) == ("open", "closed")
    assert not CatalogueProblem.objects.exists()


@pytest.mark.parametrize(
    ("fields", "items", "rule"),
    [
        ({"name": "低"}, None, "name-length"),
        ({"sharing": ""}, None, "sharing"),
        ({"sharing": "secret"}, None, "sharing-word"),
        ({"sharing_method": ""}, None, "sharing-method"),
        ({"openness": "conditional"}, None, "openness-condition"),
        ({"sharing": "none", "openness": "unconditional"}, None, "openness-sharing"),
        ({"credit_code": "11330803X"}, None, "provider-code"),
        ({"code": "旧-1"}, None, "code"),
        ({}, (), "items"),
        ({}, ({"name": "", "type": "I"},), "item-name"),
        ({}, ({"name": "xm", "type": "I"},), "item-name-words"),
        ({}, ({"name": "姓名", "type": "Q"},), "item-type-word"),
        ({}, ({"name": "姓名", "type": "I", "sensitivity": ""},), "item-sensitivity"),
        ({}, ({"name": "身份证号", "type": "C", "length": 18, "sensitivity": "L3",
               "sharing": "unconditional"},), "item-sensitive-shared"),
    ],
)  # fmt: skip
def test_each_rule_of_the_standard_sees_its_fault(fields, items, rule):
    drafts = tuple(
        catalog.ItemDraft(code=f"c{n}", **({"sensitivity": "L1"} | item))
        for n, item in enumerate(items or ())
    )
    given = {} if items is None else {"items": drafts}
    row = catalogue_in(system_of(), **given, **fields)

    found = catalog.check_catalogues([row.pk], now=NOW)

    assert rule in {problem.rule for problem in found[row.pk]}


def test_a_whole_catalogue_breaks_no_rule():
    row = catalogue_in(system_of())

    found = catalog.check_catalogues([row.pk], now=NOW)

    assert found == {}


def test_two_catalogues_of_one_name_are_both_named():
    system = system_of()
    ids = [catalogue_in(system, name="低保对象信息").pk for _ in range(2)]

    found = catalog.check_catalogues(ids, now=NOW)

    assert [[one.rule for one in found[pk]] for pk in ids] == [["name-unique"], ["name-unique"]]


def test_a_provider_without_credit_code_is_a_problem_that_the_department_can_mend():
    department = provider()
    Organization.objects.filter(pk=department.id).update(credit_code="")
    row = catalogue_in(system_of(department.id))

    found = catalog.check_catalogues([row.pk], now=NOW)[row.pk]

    assert {problem.rule for problem in found} == {"code", "provider"}


def test_a_draft_is_deleted_a_published_catalogue_is_not(boss):
    row = catalogue_in(system_of())
    other = catalogue_in(system_of())
    catalog.submit_catalogue(other.pk, reason="", by=SYSTEM, now=NOW)
    other.refresh_from_db()
    decide(other, boss)

    catalog.delete_draft(row.pk, by=SYSTEM, now=NOW)

    with pytest.raises(catalog.CatalogueStateError, match="下架"):
        catalog.delete_draft(other.pk, by=SYSTEM, now=NOW)
    assert list(Catalogue.objects.all()) == [other]
