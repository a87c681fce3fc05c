from datetime import timedelta

import pytest

from steward.core.approvals import api as approvals
from steward.core.evidence import api as evidence
from steward.core.evidence.models import EvidenceRecord
from steward.core.organizations import api as organizations
from steward.core.roles import api as roles
from steward.core.roles.models import Role
from steward.desk.changes import api as changes
from steward.desk.changes.models import AccessChange, Change, ChangeRecord
from steward.kernel.actors import Actor
from tests.factories import changes as made
from tests.factories import desk
from tests.factories.accounts import UserFactory, post_of
from tests.factories.cmdb import ItemFactory
from tests.factories.organizations import body
from tests.support import NOW, drain_jobs

pytestmark = pytest.mark.django_db
TONIGHT = NOW + timedelta(hours=12)


def actor(user) -> Actor:
    return Actor(user.pk, user.name)


@pytest.fixture
def engineer():
    person = UserFactory()
    post_of(person)
    return actor(person)


@pytest.fixture
def boss():
    return made.approver()


def decide(info, boss, *, approve=True):
    approvals.decide(info.approval_id, approve=approve, comment="看过", by=actor(boss), now=NOW)
    drain_jobs()


def approved(engineer, boss, **fields):
    info = changes.submit_change(made.draft(**fields), by=engineer, now=NOW)
    decide(info, boss)
    return info


def state_of(info) -> str:
    return Change.objects.get(pk=info.id).state


@pytest.mark.clause("K6")
@pytest.mark.parametrize(
    ("part", "words"),
    [("rollback_plan", "回退方案"), ("feasibility", "可行性"), ("risk_analysis", "风险分析"),
     ("resources", "所需资源")],
)  # fmt: skip
def test_a_change_without_a_part_of_its_assessment_is_refused(*, engineer, boss, part, words):
    with pytest.raises(changes.InvalidChangeError, match=words):
        changes.submit_change(made.draft(**{part: " "}), by=engineer, now=NOW)


@pytest.mark.clause("K6")
def test_an_approved_change_is_executed_on_record(engineer, boss):
    info = approved(engineer, boss)
    changes.start_change(info.id, by=engineer, now=TONIGHT)

    changes.finish_change(info.id, record="升级完成，业务验证通过", by=engineer, now=TONIGHT)

    assert state_of(info) == changes.ChangeState.DONE
    assert ChangeRecord.objects.get(change_id=info.id).text == "升级完成，业务验证通过"


@pytest.mark.clause("K6")
def test_a_roll_back_leaves_its_record_and_evidence(engineer, boss):
    info = approved(engineer, boss)
    changes.start_change(info.id, by=engineer, now=TONIGHT)

    changes.roll_back(info.id, record="索引不兼容，已回装", by=engineer, now=TONIGHT)

    assert state_of(info) == changes.ChangeState.ROLLED_BACK
    assert EvidenceRecord.objects.get(kind="changes.rollback").payload["number"] == info.number


def test_what_is_not_approved_is_not_executed(engineer, boss):
    info = changes.submit_change(made.draft(), by=engineer, now=NOW)

    with pytest.raises(changes.ChangeStateError, match="待审批"):
        changes.start_change(info.id, by=engineer, now=TONIGHT)


def test_a_refused_change_stays_refused(engineer, boss):
    info = changes.submit_change(made.draft(), by=engineer, now=NOW)

    decide(info, boss, approve=False)

    assert state_of(info) == changes.ChangeState.REJECTED


def test_an_execution_without_a_record_does_not_end(engineer, boss):
    info = approved(engineer, boss)
    changes.start_change(info.id, by=engineer, now=TONIGHT)

    with pytest.raises(changes.InvalidChangeError, match="执行记录"):
        changes.finish_change(info.id, record=" ", by=engineer, now=TONIGHT)


def test_the_window_of_an_approved_change_is_announced_to_monitoring(engineer, boss):
    info = approved(engineer, boss, item_id=ItemFactory().pk)

    after = changes.open_window(info.id, by=actor(boss), now=NOW)

    assert after.maintenance_id is not None


def test_a_change_born_of_a_ticket_is_linked_from_it(engineer, boss):
    ticket = desk.ticket(contract="")

    info = changes.submit_change(made.draft(ticket_id=ticket.id), by=engineer, now=NOW)

    assert info.number == "CHG-2026-00001"


def ask(as_of):
    query = evidence.MetricQuery(
        contract=made.CONTRACT, start=NOW, end=NOW + timedelta(days=30), as_of=as_of
    )
    return evidence.metric_spec("desk.changes_without_record").compute(query)


def test_a_change_that_was_never_approved_is_counted(engineer, boss):
    later = NOW + timedelta(days=2)
    changes.register_executed(made.draft(), record="连夜改了", by=engineer, now=later)

    found = ask(NOW + timedelta(days=3))

    assert (found.value, found.population) == (1, 1)
    assert "执行前没有批准" in found.events[0].label


def test_a_change_whose_window_passed_without_a_record_is_counted(engineer, boss):
    info = approved(engineer, boss)
    changes.start_change(info.id, by=engineer, now=TONIGHT)

    assert ask(TONIGHT + timedelta(hours=1)).value == 0
    assert ask(TONIGHT + timedelta(hours=3)).value == 1


def grant_request(post, role, engineer):
    draft = changes.AccessDraft(
        action="grant_role",
        parameters={"post_id": post.id, "role_id": role.pk, "reach": "subtree"},
        reason="新到岗",
        contract=made.CONTRACT,
    )
    return changes.request_access(draft, by=engineer, now=NOW)


@pytest.mark.clause("K5")
def test_a_permission_change_is_applied_once_approved_and_kept_as_evidence(engineer, boss):
    person, role = UserFactory(), Role.objects.create(name="值班", permissions=["desk.ticket.view"])
    info = grant_request(post_of(person), role, engineer)

    decide(info, boss)

    assert [grant.role_id for grant in roles.grants_of(person.pk, now=NOW)] == [role.pk]
    assert EvidenceRecord.objects.get(kind="changes.access").payload["reason"] == "新到岗"


@pytest.mark.clause("K5")
def test_a_refused_permission_change_changes_nothing(engineer, boss):
    person, role = UserFactory(), Role.objects.create(name="值班", permissions=["desk.ticket.view"])
    info = grant_request(post_of(person), role, engineer)

    decide(info, boss, approve=False)

    assert roles.grants_of(person.pk, now=NOW) == []


@pytest.mark.clause("K5")
def test_a_right_is_taken_back_by_the_same_way(engineer, boss):
    person, role = UserFactory(), Role.objects.create(name="值班", permissions=["desk.ticket.view"])
    decide(grant_request(post_of(person), role, engineer), boss)
    (grant,) = roles.grants_of(person.pk, now=NOW)
    draft = changes.AccessDraft(
        action="revoke_role", parameters={"grant_id": grant.id}, reason="离岗"
    )

    decide(changes.request_access(draft, by=engineer, now=NOW), boss)

    assert roles.grants_of(person.pk, now=NOW) == []


@pytest.mark.clause("K5")
def test_a_body_is_renamed_once_approved(engineer, boss):
    place = body()
    draft = changes.AccessDraft(
        action="rename_organization",
        parameters={"organization_id": place.id, "name": "市数据局"},
        reason="机构改革",
    )

    decide(changes.request_access(draft, by=engineer, now=NOW), boss)

    assert organizations.get(place.id).name == "市数据局"


def test_what_can_not_be_applied_any_more_fails_in_words(engineer, boss):
    person, role = UserFactory(), Role.objects.create(name="值班", permissions=["desk.ticket.view"])
    post = post_of(person)
    first, second = grant_request(post, role, engineer), grant_request(post, role, engineer)
    decide(first, boss)

    decide(second, boss)

    row = AccessChange.objects.get(pk=second.id)
    assert (row.state, "已有角色" in row.result) == ("failed", True)


def test_a_missing_parameter_is_named(engineer):
    draft = changes.AccessDraft(action="create_organization", parameters={}, reason="新设")

    with pytest.raises(changes.InvalidChangeError, match="name"):
        changes.request_access(draft, by=engineer, now=NOW)
