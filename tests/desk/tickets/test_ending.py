from datetime import timedelta

import pytest

from steward.core.evidence.models import EvidenceRecord
from steward.core.findings import api as findings
from steward.desk.tickets import api as desk
from steward.desk.tickets.models import TicketLink
from steward.kernel.clock import ReopenMode
from tests.factories import desk as made
from tests.support import NOW, SYSTEM, drain_jobs

pytestmark = pytest.mark.django_db
ONE_HOUR_ON = NOW + timedelta(hours=1)


def hours(n: float) -> timedelta:
    return timedelta(hours=n)


@pytest.fixture
def engineer():
    return made.actor(made.PersonFactory())


def resolve(info, engineer, *, at=ONE_HOUR_ON, **more):
    return desk.resolve_ticket(
        info.id, resolution=desk.Resolution(text="已改连接并重跑", **more), by=engineer, now=at
    )


def test_a_persons_resolution_answers_and_makes_the_arrival_needless(engineer):
    made.install()
    info = made.ticket(severity="minor")

    resolve(info, engineer)

    assert made.clock(info, "resolve").state == "met"
    assert made.clock(info, "respond").state == "met"
    assert made.clock(info, "onsite").state == "void"


def test_a_late_resolution_is_a_breach_at_the_exact_due_time(engineer):
    made.install()
    info = made.ticket(severity="major")

    resolve(info, engineer, at=NOW + hours(4) + timedelta(seconds=1))

    assert made.clock(info, "resolve").breached_at == NOW + hours(4)


def test_a_resolution_at_the_due_time_is_met(engineer):
    made.install()
    info = made.ticket(severity="major")

    resolve(info, engineer, at=NOW + hours(4))

    assert made.clock(info, "resolve").state == "met"


def test_a_ticket_can_not_be_resolved_while_its_check_fails(engineer):
    made.install()
    seen = made.finding()
    info = desk.take_finding(seen.id, episode=1, now=NOW)

    with pytest.raises(desk.StillFailingError, match=seen.number):
        resolve(info, engineer)


def test_an_authorised_override_resolves_over_a_failing_check(engineer):
    made.install()
    seen = made.finding()
    info = desk.take_finding(seen.id, episode=1, now=NOW)
    resolve(info, engineer, override="误报，已报监测组修正规则")

    closed = desk.close_ticket(info.id, by=engineer, now=NOW + hours(2))

    assert closed.state == desk.TicketState.CLOSED


def test_checking_again_asks_the_source_of_the_finding(engineer):
    seen = made.finding()
    info = desk.take_finding(seen.id, episode=1, now=NOW)

    assert desk.request_recheck(info.id, by=engineer, now=NOW) == 1


def test_a_passing_check_lets_the_ticket_be_resolved(engineer):
    made.install()
    seen = made.finding()
    info = desk.take_finding(seen.id, episode=1, now=NOW)
    findings.clear(seen.source, seen.fingerprint, now=NOW + hours(0.5))

    after = resolve(info, engineer)

    assert after.state == desk.TicketState.RESOLVED


@pytest.mark.clause("K4")
def test_an_emergency_is_not_closed_without_its_post_mortem(engineer):
    info = made.ticket(kind="emergency", severity="critical", contract="")
    desk.complete_step(info.id, step="restore", text="切换到备库", by=engineer, now=NOW)
    resolve(info, engineer)

    with pytest.raises(desk.MissingStepError, match="复盘报告"):
        desk.close_ticket(info.id, by=engineer, now=NOW + hours(2))


@pytest.mark.clause("K4")
def test_an_emergency_restores_first_and_finds_the_cause_later(engineer):
    made.install(
        made.rule("restore", made.spec("restore", 120, stop="restored"), kinds=("emergency",))
    )
    info = made.ticket(kind="emergency", severity="critical")

    desk.complete_step(info.id, step="restore", text="切换到备库", by=engineer, now=NOW + hours(1))

    assert made.clock(info, "restore").state == "met"
    assert desk.get_ticket(info.id).is_open


def test_closing_keeps_each_met_clock_as_evidence(engineer):
    made.install()
    info = made.ticket(severity="minor")
    resolve(info, engineer)

    desk.close_ticket(info.id, by=engineer, now=NOW + hours(2))

    kept = EvidenceRecord.objects.filter(kind="desk.clock.met", contract=made.CONTRACT)
    assert sorted(row.payload["clock"] for row in kept) == ["resolve", "respond"]
    assert {row.grade for row in kept} == {"A"}


def test_reopening_resumes_the_clock_without_the_closed_gap(engineer):
    made.install()
    info = made.ticket(severity="minor")
    resolve(info, engineer, at=NOW + hours(10))

    desk.reopen_ticket(info.id, reason="又失败了", by=engineer, now=NOW + hours(30))

    assert made.clock(info, "resolve").due_at == NOW + hours(24 + 20)


def test_answering_happens_once_even_when_reopened(engineer):
    made.install()
    info = made.ticket(severity="minor")
    resolve(info, engineer)

    desk.reopen_ticket(info.id, reason="又失败了", by=engineer, now=NOW + hours(30))

    assert not made.clock(info, "respond").is_open


def test_a_contract_may_let_the_first_stop_win(engineer):
    once = made.spec("resolve", 240, stop="resolved", reopen=ReopenMode.FIRST_STOP_WINS)
    made.install(made.rule("resolve", once))
    info = made.ticket()
    resolve(info, engineer)

    desk.reopen_ticket(info.id, reason="又失败了", by=engineer, now=NOW + hours(9))

    assert made.clock(info, "resolve").state == "met"


def test_after_the_limit_a_reopening_is_a_new_linked_ticket(engineer):
    made.install(reopen_limit=1)
    info = made.ticket(severity="minor")
    for day in (1, 2):
        resolve(info, engineer, at=NOW + hours(24 * day - 20))
        last = desk.reopen_ticket(
            info.id, reason="又失败了", by=engineer, now=NOW + hours(24 * day - 10)
        )

    assert last.number == "INC-2026-00002"
    assert TicketLink.objects.get(ticket_id=last.id).other_id == info.id


def test_a_void_ticket_counts_nowhere_and_says_why(engineer):
    made.install()
    info = made.ticket()

    after = desk.void_ticket(info.id, state="void", reason="测试单", by=engineer, now=NOW)

    assert after.state_label == "作废"
    assert {c.state for c in desk.clocks_of_ticket(info.id)} == {"void"}


def test_a_duplicate_hands_its_findings_over(engineer):
    seen = made.finding()
    first = desk.take_finding(seen.id, episode=1, now=NOW)
    target = made.ticket(contract="")

    desk.merge_ticket(first.id, into=target.id, reason="同一故障", by=engineer, now=NOW)

    assert desk.take_finding(seen.id, episode=1, now=NOW).id == target.id


def test_a_closed_ticket_can_not_be_resolved_again(engineer):
    info = made.ticket(contract="")
    resolve(info, engineer)

    with pytest.raises(desk.WrongStateError, match="已解决"):
        resolve(info, engineer)


def test_a_finding_that_heals_resolves_its_ticket_where_the_rule_says_so():
    made.install()
    made.RoutingRuleFactory(auto_resolve=True)
    seen = made.finding()
    info = desk.take_finding(seen.id, episode=1, now=NOW)
    findings.clear(seen.source, seen.fingerprint, now=NOW + hours(0.1))

    drain_jobs()

    assert desk.get_ticket(info.id).state == desk.TicketState.RESOLVED


def test_only_a_resolved_ticket_is_closed():
    info = made.ticket(contract="")

    with pytest.raises(desk.WrongStateError, match="不能关闭"):
        desk.close_ticket(info.id, by=SYSTEM, now=NOW)
