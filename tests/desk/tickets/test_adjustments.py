from datetime import timedelta

import pytest

from steward.core.evidence.models import EvidenceRecord
from steward.desk.tickets import api as desk
from steward.desk.tickets.models import Clock, ClockEventRow, Ticket
from tests.factories import desk as made
from tests.support import NOW

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=6)


@pytest.fixture
def supplier():
    return made.actor(made.PersonFactory())


@pytest.fixture
def client_side():
    return made.actor(made.PersonFactory())


@pytest.fixture
def late():
    """A major incident two hours past its due time."""
    made.install()
    info = made.ticket()
    desk.scan(now=LATER)
    return info


def exclusion(**fields):
    window = {"starts_at": NOW + timedelta(hours=1), "ends_at": NOW + timedelta(hours=3)}
    return desk.Proposal(
        kind="exclusion", reason="全市停电", document="淮供电〔2026〕7 号", **(window | fields)
    )


def propose(info, proposal, by):
    return desk.propose_adjustment(info.id, proposal=proposal, side="supplier", by=by, now=LATER)


def decide(number, by, *, side="client", agree=True):
    desk.decide_adjustment(number, agree=agree, side=side, note="属实", by=by, now=LATER)


def test_a_proposal_alone_changes_nothing(supplier):
    made.install()
    info = made.ticket()

    propose(info, exclusion(), supplier)

    assert made.clock(info, "resolve").due_at == NOW + timedelta(hours=4)


def test_a_window_that_both_sides_signed_does_not_count(supplier, client_side):
    made.install()
    info = made.ticket()
    number = propose(info, exclusion(), supplier)

    decide(number, client_side)

    assert made.clock(info, "resolve").due_at == NOW + timedelta(hours=6)


def test_nobody_confirms_their_own_proposal(late, supplier):
    number = propose(late, exclusion(), supplier)

    with pytest.raises(desk.FourEyesError, match="不能确认自己"):
        decide(number, supplier)


def test_the_same_side_can_not_confirm(late, supplier, client_side):
    number = propose(late, exclusion(), supplier)

    with pytest.raises(desk.FourEyesError, match="乙方提出"):
        decide(number, client_side, side="supplier")


def test_an_exclusion_needs_a_document(late, supplier):
    with pytest.raises(desk.InvalidInputError, match="依据文件"):
        propose(late, desk.Proposal(kind="exclusion", reason="停电"), supplier)


def test_an_excused_breach_stays_and_is_marked(late, supplier, client_side):
    respond = made.clock(late, "respond")
    excuse = desk.Proposal(
        kind="excuse", reason="甲方拒绝接入", document="会议纪要 3", clock_id=respond.id
    )

    decide(propose(late, excuse, supplier), client_side)

    after = made.clock(late, "respond")
    assert after.is_excused
    assert after.breached_at == NOW + timedelta(minutes=30)


def test_a_breach_that_the_signed_window_undoes_stays_and_is_marked(late, supplier, client_side):
    wide = exclusion(starts_at=NOW, ends_at=NOW + timedelta(hours=3))

    decide(propose(late, wide, supplier), client_side)

    after = made.clock(late, "resolve")
    assert (after.is_excused, after.state) == (True, "breached")


def test_a_refused_proposal_changes_nothing(late, supplier, client_side):
    number = propose(late, exclusion(), supplier)

    decide(number, client_side, agree=False)

    assert not ClockEventRow.objects.filter(type="exclude").exists()


def test_a_corrected_occurrence_keeps_both_values(supplier, client_side):
    made.install()
    info = made.ticket(severity="minor")
    earlier = NOW - timedelta(hours=1)
    correction = desk.Proposal(kind="occurred_at", reason="电话 9 时已报", occurred_at=earlier)

    decide(propose(info, correction, supplier), client_side)

    row = Ticket.objects.get(pk=info.id)
    assert (row.occurred_at, row.reported_occurred_at, row.opened_at) == (earlier, NOW, NOW)
    assert made.clock(info, "resolve").due_at == earlier + timedelta(hours=24)


def test_what_both_sides_agreed_is_kept_as_evidence(late, supplier, client_side):
    decide(propose(late, exclusion(), supplier), client_side)

    kept = EvidenceRecord.objects.get(kind="desk.adjustment.exclusion")
    assert (kept.grade, kept.payload["document"]) == ("C", "淮供电〔2026〕7 号")


def test_the_log_of_a_clock_can_not_be_rewritten(late):
    clock = Clock.objects.filter(ticket_id=late.id).first()

    with pytest.raises(Exception, match="Cannot update or delete"):
        clock.events.all().delete()
