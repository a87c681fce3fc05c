"""Proof of duties: the right kind and grade, in time to the second, withdrawn, by two at once."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from steward.contracts.obligations import api as obligations
from steward.contracts.obligations.models import Duty, Occurrence, Proof
from steward.core.evidence import api as evidence
from steward.core.jobs.models import EventRecord
from steward.kernel.errors import StewardError
from steward.kernel.subjects import Subject
from tests.contracts.obligations.support import (
    CODE,
    SECOND,
    START,
    SYSTEM,
    WEEKLY,
    contract,
    engineer,
    fulfilled,
    occurrence,
    owner,
    proof,
    stored,
    submit,
)
from tests.support import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def week() -> Occurrence:
    contract()
    return occurrence()


def fresh(row: Occurrence) -> Occurrence:
    return Occurrence.objects.select_related("duty").get(pk=row.pk)


def record(*, at, grade="B", kind="inspection.sheet", contract_code=CODE) -> int:
    fact = evidence.Fact(
        contract_code, kind, Subject("inspection.sheet", "1", "第10周巡检"), at, "inspection", grade
    )
    return evidence.keep(fact, now=at)


def test_what_the_supplier_uploads_is_grade_d_and_does_not_fulfil_a_duty_that_asks_for_c(week):
    submit(week, by=engineer(), at=NOW)

    row = fresh(week)
    assert (row.status, row.has_proof, row.awaits_client) == ("open", True, True)
    assert Proof.objects.get().grade == "D"
    assert evidence.get(Proof.objects.get().evidence_id).grade == "D"


def test_the_clients_confirmation_makes_it_grade_c_and_fulfils_by_the_time_of_submission(week):
    number = submit(week, by=engineer(), at=NOW)

    obligations.confirm_proof(number, by=owner(), now=week.due_at + timedelta(days=3))

    row = fresh(week)
    assert (row.status, row.fulfilled_at) == ("done", NOW)
    assert evidence.get(Proof.objects.get().confirmation_id).kind == "obligations.confirmed"


@pytest.mark.parametrize(
    ("before_due", "status"), [(SECOND, "done"), (timedelta(), "late"), (-SECOND, "late")]
)
def test_in_time_is_before_the_due_instant_to_the_second(week, before_due, status):
    fulfilled(week, at=week.due_at - before_due)

    row = fresh(week)
    assert (row.status, row.fulfilled_at) == (status, week.due_at - before_due)


def test_how_late_it_was_is_exact(week):
    fulfilled(week, at=week.due_at + timedelta(days=2, seconds=5))

    (info,) = obligations.occurrences_between(
        CODE, week.due_at - SECOND, week.due_at, now=START, duties=[WEEKLY]
    )
    assert info.late_by == timedelta(days=2, seconds=5)


def test_nothing_is_taken_before_the_window_opens(week):
    with pytest.raises(obligations.NotFulfillableError, match="起才能履行"):
        submit(week, by=engineer(), at=week.opens_at - SECOND)

    submit(week, by=engineer(), at=week.opens_at)
    assert fresh(week).has_proof


def test_a_time_of_work_that_the_supplier_states_counts_only_once_it_is_confirmed(week):
    done_at = week.due_at - timedelta(hours=5)
    number = submit(week, by=engineer(), at=week.due_at + timedelta(days=1), done_at=done_at)
    assert Proof.objects.get().delivered_at == week.due_at + timedelta(days=1)

    obligations.confirm_proof(number, by=owner(), now=week.due_at + timedelta(days=2))

    assert (fresh(week).status, fresh(week).fulfilled_at) == ("done", done_at)


def test_a_time_in_the_future_is_no_time_of_work(week):
    with pytest.raises(obligations.ProofInvalidError, match="不能晚于现在"):
        submit(week, by=engineer(), at=NOW, done_at=NOW + SECOND)


def test_nobody_confirms_what_they_submitted(week):
    person = engineer()
    number = submit(week, by=person, at=NOW)

    with pytest.raises(obligations.TwoSidesError, match="不能自己确认"):
        obligations.confirm_proof(number, by=person, now=NOW)


def test_a_proof_needs_a_file_or_a_record_and_a_name(week):
    for given in (
        obligations.NewProof(title="记录"),
        obligations.NewProof(title=" ", file_id=stored()),
    ):
        with pytest.raises(obligations.ProofInvalidError):
            obligations.submit_proof(
                week.pk, given, side=obligations.Side.SUPPLIER, by=SYSTEM, now=NOW
            )


def test_what_the_client_uploads_is_grade_c_at_once(week):
    obligations.submit_proof(week.pk, proof(), side=obligations.Side.CLIENT, by=owner(), now=NOW)

    assert fresh(week).status == "done"


def test_a_record_of_a_system_fulfils_at_once_by_its_own_time(week):
    at = week.opens_at + timedelta(hours=3)

    found = obligations.fulfil(
        obligations.Fulfilment(CODE, WEEKLY, record(at=at)),
        by=SYSTEM,
        now=week.due_at + timedelta(days=9),
    )

    assert found == week.pk
    assert (fresh(week).status, fresh(week).fulfilled_at) == ("done", at)


def test_the_same_record_again_changes_nothing(week):
    given = obligations.Fulfilment(CODE, WEEKLY, record(at=NOW))
    first = obligations.fulfil(given, by=SYSTEM, now=NOW)

    again = obligations.fulfil(given, by=SYSTEM, now=NOW)

    assert first == again == week.pk
    assert Proof.objects.count() == 1


def test_a_record_after_the_window_fulfils_the_overdue_occurrence_late(week):
    rows = Occurrence.objects.filter(code="moment-check")
    assert not rows.exists()
    may = occurrence("inspection-holidays", "劳动节-2026")

    found = obligations.fulfil(
        obligations.Fulfilment(CODE, "inspection-holidays", record(at=may.due_at + SECOND)),
        by=SYSTEM,
        now=may.due_at + timedelta(days=1),
    )

    assert found == may.pk
    assert fresh(may).status == "late"


def test_a_duty_that_the_contract_lacks_is_named(week):
    with pytest.raises(obligations.UnknownOccurrenceError, match="没有编号为“dance”的义务"):
        obligations.fulfil(
            obligations.Fulfilment(CODE, "dance", record(at=NOW)), by=SYSTEM, now=NOW
        )


def test_evidence_of_another_contract_proves_nothing(week):
    with pytest.raises(obligations.ProofInvalidError, match="属于合同"):
        obligations.attach_evidence(
            week.pk, record(at=NOW, contract_code="other"), title="x",
            side=obligations.Side.SUPPLIER, by=SYSTEM, now=NOW,
        )  # fmt: skip


def test_a_record_below_the_grade_stays_without_effect(week):
    backup = occurrence("backup-municipal-full")
    at = backup.opens_at + timedelta(hours=1)

    obligations.fulfil(
        obligations.Fulfilment(CODE, "backup-municipal-full", record(at=at, grade="C")),
        by=SYSTEM, now=at,
    )  # fmt: skip

    row = fresh(backup)
    assert (row.status, row.has_proof, row.awaits_client) == ("open", True, False)


def test_evidence_of_the_wrong_kind_stays_without_effect(week):
    Duty.objects.filter(pk=week.duty_id).update(accepts=["inspection"])
    obligations.fulfil(
        obligations.Fulfilment(CODE, WEEKLY, record(at=NOW, kind="backup.run")), by=SYSTEM, now=NOW
    )
    assert fresh(week).status == "open"

    obligations.fulfil(obligations.Fulfilment(CODE, WEEKLY, record(at=NOW)), by=SYSTEM, now=NOW)

    assert fresh(week).status == "done"


def test_an_occurrence_that_needs_two_proofs_is_fulfilled_by_the_second(week):
    Duty.objects.filter(pk=week.duty_id).update(proofs=2)
    late = NOW + timedelta(hours=1)
    for number, at in enumerate((NOW, late)):
        obligations.submit_proof(
            week.pk, proof(f"第{number}份", content=b"%PDF-" + bytes([65 + number])),
            side=obligations.Side.CLIENT, by=SYSTEM, now=at,
        )  # fmt: skip

    assert (fresh(week).status, fresh(week).fulfilled_at) == ("done", late)


def test_a_wrong_proof_is_withdrawn_with_a_reason_and_stays_in_the_history(week):
    fulfilled(week, at=NOW)

    obligations.end_proof(
        Proof.objects.get().pk, returned=False, reason="传错了文件", by=engineer(), now=NOW
    )

    row = fresh(week)
    assert (row.status, row.fulfilled_at, row.has_proof) == ("open", None, False)
    assert Proof.objects.get().end_reason == "传错了文件"


def test_taking_back_needs_a_reason_and_happens_once(week):
    number = submit(week, by=engineer(), at=NOW)
    with pytest.raises(obligations.ProofInvalidError, match="请写明原因"):
        obligations.end_proof(number, returned=True, reason=" ", by=owner(), now=NOW)
    obligations.end_proof(number, returned=True, reason="看不清", by=owner(), now=NOW)

    with pytest.raises(obligations.ProofStateError, match="甲方退回"):
        obligations.end_proof(number, returned=True, reason="再退", by=owner(), now=NOW)


def test_a_fulfilled_occurrence_takes_no_second_proof(week):
    fulfilled(week, at=NOW)

    with pytest.raises(obligations.NotFulfillableError, match="已经履行"):
        submit(week, by=engineer(), at=NOW)


def test_fulfilment_is_told_once(week):
    fulfilled(week, at=NOW)

    told = EventRecord.objects.filter(name="obligations.fulfilled")
    assert [event.payload["duty"] for event in told] == [WEEKLY]


@pytest.mark.django_db(transaction=True)
def test_two_people_who_fulfil_at_once_fulfil_once():
    contract()
    row, people = occurrence(), [owner(), owner()]
    given = [proof(content=b"%PDF-a"), proof(content=b"%PDF-b")]
    refused: list[StewardError] = []
    gate = threading.Barrier(2)

    def act(number: int) -> None:
        gate.wait()
        try:
            obligations.submit_proof(
                row.pk, given[number], side=obligations.Side.CLIENT, by=people[number], now=NOW
            )
        except StewardError as error:
            refused.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=act, args=(number,)) for number in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [error.code for error in refused] == ["obligations.not_fulfillable"]
    assert Proof.objects.filter(occurrence=row).count() == 1
    assert EventRecord.objects.filter(name="obligations.fulfilled").count() == 1
