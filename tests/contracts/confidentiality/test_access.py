from datetime import timedelta

import pytest

from steward.contracts.confidentiality import api as confidentiality
from steward.contracts.confidentiality.models import AccessRequest, Grant
from steward.contracts.staffing import api as staffing
from steward.core.approvals import api as approvals
from steward.core.audit.models import AuditEntry
from steward.core.evidence import api as evidence
from steward.core.evidence.models import EvidenceRecord
from steward.core.findings.models import Finding
from steward.core.jobs.models import EventRecord
from steward.kernel.actors import Actor
from tests.factories.accounts import UserFactory, post_of, user_with
from tests.factories.confidentiality import WEEK, approver, decide, draft, granted, sign
from tests.factories.staffing import CONTRACT, TODAY, person
from tests.support import NOW, SYSTEM, drain_jobs

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
DIGEST = "a" * 64


@pytest.fixture
def member():
    info = person()
    sign(info.id)
    return info


@pytest.fixture
def owner():
    return approver()


def ask(member, **fields):
    return confidentiality.request_access(draft(member.id, **fields), by=SYSTEM, now=NOW)


def use(grant, *, start=NOW, end=NOW, now=NOW + WEEK * 2, **fields):
    values = {"action": "查询日志", "from_where": "运维终端 01"} | fields
    return confidentiality.record_use(
        confidentiality.UseDraft(grant_id=grant.pk, started_at=start, ended_at=end, **values),
        by=SYSTEM,
        now=now,
    )


def figure(code, *, as_of=NOW + WEEK * 3):
    query = evidence.MetricQuery(
        contract=CONTRACT, start=NOW - WEEK, end=NOW + WEEK * 4, as_of=as_of
    )
    return evidence.metric_spec(f"confidentiality.{code}").compute(query)


@pytest.mark.clause("C11")
def test_an_approved_request_is_a_registered_grant_until_its_end(*, member, owner):
    asked = ask(member)
    before = Grant.objects.count()

    grant = decide(asked, owner).grant

    assert before == 0
    assert (grant.starts_at, grant.ends_at, grant.state) == (NOW, NOW + WEEK, "active")
    assert EvidenceRecord.objects.get(kind="confidentiality.granted").grade == "A"
    assert EventRecord.objects.filter(name="confidentiality.granted").count() == 1


def test_a_refused_request_grants_nothing(*, member, owner):
    row = decide(ask(member), owner, approve=False)

    assert (row.state, Grant.objects.count()) == ("rejected", 0)


def test_a_request_taken_back_grants_nothing(member):
    user = user_with("confidentiality.request.submit")
    post_of(user)
    by = Actor(user.pk, user.name)
    approver()
    asked = confidentiality.request_access(draft(member.id), by=by, now=NOW)

    approvals.withdraw(AccessRequest.objects.get(pk=asked).approval_id, by=by, now=NOW)
    drain_jobs()

    assert AccessRequest.objects.get(pk=asked).state == "withdrawn"


@pytest.mark.clause("C11")
def test_nobody_without_an_agreement_is_granted_anything():
    with pytest.raises(confidentiality.NoAgreementError, match="没有登记保密协议"):
        ask(person("郑二"))


def test_an_agreement_that_ends_before_the_access_does_not_cover_it():
    info = person("郑二")
    sign(info.id, until=TODAY + timedelta(days=3))

    with pytest.raises(confidentiality.NoAgreementError, match="不能覆盖"):
        ask(info)


def test_an_agreement_covers_up_to_the_instant_of_its_end(owner):
    info = person("郑二")
    sign(info.id, until=TODAY + timedelta(days=8))
    edge = NOW + timedelta(days=7, hours=15)

    assert ask(info, ends_at=edge) > 0
    with pytest.raises(confidentiality.NoAgreementError):
        ask(info, ends_at=edge + timedelta(seconds=1), target="另一个库")


def test_whoever_lost_the_agreement_while_waiting_is_not_granted(*, member, owner):
    asked = ask(member)
    (agreement,) = confidentiality.agreements(CONTRACT)
    confidentiality.end_agreement(agreement.id, ended_date=TODAY, reason="解除", by=SYSTEM, now=NOW)

    row = decide(asked, owner)

    assert (row.state, "保密协议" in row.result) == ("failed", True)


def test_whoever_left_while_waiting_is_not_granted(*, member, owner):
    asked = ask(member)
    staffing.end_membership(
        member.id, left_date=TODAY, reason_kind="resignation", by=SYSTEM, now=NOW
    )

    assert "已离场" in decide(asked, owner).result


def test_an_approval_after_the_end_grants_nothing(*, member, owner):
    row = decide(ask(member), owner, now=NOW + WEEK)

    assert (row.state, "已过" in row.result) == ("failed", True)


def test_an_approval_after_the_start_grants_from_then_on(*, member, owner):
    row = decide(ask(member), owner, now=NOW + HOUR)

    assert row.grant.starts_at == NOW + HOUR


def test_the_same_is_not_asked_for_twice(*, member, owner):
    ask(member)

    with pytest.raises(confidentiality.ConfidentialityStateError, match="正待甲方批准"):
        ask(member)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"target": " "}, "对象"),
        ({"purpose": " "}, "用途"),
        ({"scope": " "}, "范围"),
        ({"kind": "moon"}, "没有名为“moon”"),
        ({"ends_at": NOW}, "晚于开始"),
        ({"starts_at": NOW - HOUR}, "已经过去"),
        ({"ends_at": NOW + timedelta(days=400)}, "合同结束日"),
        ({"kind": "remote"}, "远程支持须指定监督人"),
        ({"watcher_id": 987654}, "没有这个监督人"),
    ],
)
def test_what_is_wrong_in_a_request_is_said(*, member, fields, words):
    with pytest.raises(confidentiality.InvalidConfidentialityError, match=words):
        ask(member, **fields)


def test_nobody_watches_themselves():
    user = UserFactory()
    info = person("郑二", user_id=user.pk)
    sign(info.id)

    with pytest.raises(confidentiality.InvalidConfidentialityError, match="监督人不能是本人"):
        ask(info, kind="remote", watcher_id=user.pk)


@pytest.mark.clause("C11")
def test_a_grant_expires_at_its_end_and_only_once(member):
    grant = granted(member.id)

    early = confidentiality.expire_due(now=NOW + WEEK - timedelta(seconds=1))
    first = confidentiality.expire_due(now=NOW + WEEK)
    again = confidentiality.expire_due(now=NOW + WEEK + HOUR)

    grant.refresh_from_db()
    assert (early, first, again) == (0, 1, 0)
    assert (grant.state, grant.closed_at) == ("expired", NOW + WEEK)
    assert EventRecord.objects.filter(name="confidentiality.ended").count() == 1


def test_a_grant_is_revoked_early_with_a_reason_and_only_once(member):
    grant = granted(member.id)

    with pytest.raises(confidentiality.InvalidConfidentialityError, match="撤销原因"):
        confidentiality.revoke(grant.pk, reason=" ", by=SYSTEM, now=NOW)
    confidentiality.revoke(grant.pk, reason="任务完成", by=SYSTEM, now=NOW + HOUR)
    with pytest.raises(confidentiality.ConfidentialityStateError, match="已撤销"):
        confidentiality.revoke(grant.pk, reason="再次", by=SYSTEM, now=NOW + HOUR)

    grant.refresh_from_db()
    assert (grant.state, grant.closed_at) == ("revoked", NOW + HOUR)


def test_what_is_over_is_not_revoked_before_the_job_has_come(member):
    grant = granted(member.id)

    with pytest.raises(confidentiality.ConfidentialityStateError, match="已到期"):
        confidentiality.revoke(grant.pk, reason="晚了", by=SYSTEM, now=NOW + WEEK)


def test_an_extension_is_a_new_request_that_names_the_old_grant(*, member, owner):
    grant = granted(member.id)

    asked = ask(member, extends_id=grant.pk, starts_at=grant.ends_at, ends_at=grant.ends_at + WEEK)

    assert decide(asked, owner).grant.request.extends_id == grant.pk


def test_another_person_s_grant_is_not_extended(*, member, owner):
    grant = granted(member.id)
    other = person("郑二")
    sign(other.id)

    with pytest.raises(confidentiality.UnknownGrantError):
        ask(other, extends_id=grant.pk)


@pytest.mark.clause("C11")
def test_whoever_leaves_opens_nothing_any_more(member, time_machine):
    time_machine.move_to(NOW + HOUR, tick=False)
    grant = granted(member.id)

    staffing.end_membership(
        member.id, left_date=TODAY, reason_kind="resignation", by=SYSTEM, now=NOW + HOUR
    )
    drain_jobs()

    grant.refresh_from_db()
    assert (grant.state, grant.close_reason) == ("revoked", "人员已离场")


def test_an_agreement_that_ends_takes_its_access_with_it(member):
    grant = granted(member.id)
    (agreement,) = confidentiality.agreements(CONTRACT)

    confidentiality.end_agreement(
        agreement.id, ended_date=TODAY, reason="解除", by=SYSTEM, now=NOW + HOUR
    )

    grant.refresh_from_db()
    assert grant.state == "revoked"


def test_access_without_an_agreement_is_counted_as_it_was_known(member):
    granted(member.id)
    (agreement,) = confidentiality.agreements(CONTRACT)
    confidentiality.end_agreement(
        agreement.id, ended_date=TODAY - timedelta(days=1), reason="补登记", by=SYSTEM,
        now=NOW + HOUR,
    )  # fmt: skip

    before = figure("grants_without_agreement", as_of=NOW + timedelta(minutes=30))
    after = figure("grants_without_agreement")

    assert (before.value, before.population) == (0, 1)
    assert (after.value, after.population) == (1, 1)


@pytest.mark.clause("C11")
def test_a_use_is_registered_with_who_what_where_and_output(member):
    grant = granted(member.id)

    found = use(grant, start=NOW, end=NOW + HOUR, output="排查结论")

    assert (found.outside, found.from_where, found.output) == ("", "运维终端 01", "排查结论")
    assert EvidenceRecord.objects.get(kind="confidentiality.used").payload["where"] == "运维终端 01"
    assert figure("expired_in_use").value == 0


def test_the_same_use_sent_twice_is_written_once(member):
    grant = granted(member.id)

    first, second = use(grant), use(grant)

    assert first.id == second.id
    assert AuditEntry.objects.filter(code="confidentiality.used").count() == 1


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        (NOW - HOUR, NOW, "早于授权"),
        (NOW + WEEK, NOW + WEEK, "终止后使用"),
        (NOW + WEEK - HOUR, NOW + WEEK + HOUR, "超过授权结束"),
        (NOW + WEEK - HOUR, NOW + WEEK, ""),
    ],
)
def test_a_use_outside_its_time_is_recorded_found_and_counted(*, member, start, end, words):
    grant = granted(member.id)

    found = use(grant, start=start, end=end)

    assert words in found.outside
    assert figure("expired_in_use").value == Finding.objects.count() == (1 if words else 0)


def test_a_use_after_a_revocation_is_outside(member):
    grant = granted(member.id)
    confidentiality.revoke(grant.pk, reason="完成", by=SYSTEM, now=NOW + HOUR)

    assert use(grant, start=NOW + HOUR, end=NOW + HOUR).outside == "授权终止后使用"


@pytest.mark.clause("C11")
def test_nothing_leaves_without_a_grant_to_export(member):
    grant = granted(member.id)

    with pytest.raises(confidentiality.ConfidentialityStateError, match="没有导出授权"):
        use(grant, rows=10, sha256=DIGEST, recipient="省平台")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "条数和接收方"),
        ({"rows": 10, "recipient": "省平台", "sha256": "abc"}, "SHA-256"),
        ({"rows": 10, "sha256": DIGEST}, "接收方"),
    ],
)
def test_an_export_states_its_count_checksum_and_receiver(*, member, fields, words):
    grant = granted(member.id, kind="export")

    with pytest.raises(confidentiality.InvalidConfidentialityError, match=words):
        use(grant, **fields)


@pytest.mark.clause("C11")
def test_an_export_with_everything_is_registered(member):
    grant = granted(member.id, kind="export")

    found = use(grant, rows=1204, sha256=DIGEST.upper(), recipient="省平台")

    assert (found.rows, found.sha256, found.recipient) == (1204, DIGEST, "省平台")


@pytest.mark.clause("C11")
def test_remote_support_is_watched_by_the_named_person_and_nobody_else(member):
    watcher, other = UserFactory(name="监督甲"), UserFactory()
    grant = granted(member.id, kind="remote", watcher_id=watcher.pk)
    found = use(grant)

    with pytest.raises(confidentiality.ConfidentialityStateError, match="监督人"):
        confidentiality.witness_use(found.id, by=Actor(other.pk, "别人"), now=NOW)
    confidentiality.witness_use(found.id, by=Actor(watcher.pk, "监督甲"), now=NOW)
    confidentiality.witness_use(found.id, by=Actor(watcher.pk, "监督甲"), now=NOW)

    (told,) = confidentiality.grants_between(CONTRACT, NOW, NOW + WEEK, as_of=NOW + WEEK * 3)
    assert told.uses[0].witness == "监督甲"


def test_a_use_in_the_future_or_backwards_is_refused(member):
    grant = granted(member.id)

    for start, end in ((NOW + HOUR, NOW), (NOW, NOW + WEEK * 3)):
        with pytest.raises(confidentiality.InvalidConfidentialityError, match="使用时间"):
            use(grant, start=start, end=end)


def test_grants_of_a_period_are_told_by_the_time_they_held(member):
    grant = granted(member.id)
    confidentiality.revoke(grant.pk, reason="完成", by=SYSTEM, now=NOW + HOUR)

    during = confidentiality.grants_between(CONTRACT, NOW, NOW + HOUR, as_of=NOW + WEEK)
    after = confidentiality.grants_between(CONTRACT, NOW + HOUR, NOW + WEEK, as_of=NOW + WEEK)

    assert ([g.id for g in during], after) == ([grant.pk], [])


def test_without_any_record_there_is_no_data():
    assert figure("expired_in_use").value is None
    assert figure("grants_without_agreement").value is None
