"""What needs both sides: waivers with a document, important moments."""

from datetime import date, timedelta

import pytest

from steward.contracts.obligations import api as obligations
from steward.contracts.obligations.models import Moment, Occurrence, Waiver
from steward.core.evidence import api as evidence
from steward.core.findings.models import Finding
from steward.kernel.instants import at_local
from tests.contracts.obligations.support import (
    CODE,
    START,
    SYSTEM,
    contract,
    engineer,
    fulfilled,
    occurrence,
    owner,
    stored,
)

pytestmark = pytest.mark.django_db
CLIENT, SUPPLIER = obligations.Side.CLIENT, obligations.Side.SUPPLIER
BEGINS = at_local(date(2026, 3, 4))
KNOWN = at_local(date(2026, 2, 1))
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _contract() -> None:
    contract()


def proposed(row: Occurrence, *, by=SYSTEM, side=SUPPLIER) -> int:
    return obligations.propose_waiver(
        row.pk, reason="机房搬迁", file_id=stored("函.pdf"), side=side, by=by, now=row.opens_at
    )


def agree(number: int, *, by=SYSTEM, side=CLIENT, agreed: bool = True) -> None:
    obligations.decide_waiver(number, agree=agreed, side=side, by=by, now=START)


def test_a_waiver_agreed_by_the_other_side_is_kept_as_evidence():
    row = occurrence()

    agree(proposed(row))

    row.refresh_from_db()
    kept = evidence.get(Waiver.objects.get().evidence_id)
    assert row.status == "waived"
    assert (kept.kind, kept.grade, kept.payload["document"]) == (
        "obligations.waived",
        "C",
        "函.pdf",
    )


def test_a_waiver_closes_the_finding_of_what_was_overdue():
    row = occurrence()
    obligations.note_missed(row.pk, now=row.due_at)

    agree(proposed(row))

    assert Finding.objects.get().state == "closed"


def test_a_refused_waiver_leaves_the_duty_and_may_be_proposed_again():
    row = occurrence()

    agree(proposed(row), agreed=False)

    row.refresh_from_db()
    assert row.status == "open"
    assert proposed(row)


def test_one_side_alone_waives_nothing():
    number = proposed(occurrence())

    with pytest.raises(obligations.TwoSidesError, match="须由另一方确认"):
        agree(number, side=SUPPLIER)


def test_one_person_alone_waives_nothing_whatever_sides_they_hold():
    person = engineer()
    number = proposed(occurrence(), by=person)

    with pytest.raises(obligations.TwoSidesError, match="不能自己确认"):
        agree(number, by=person)


def test_a_waiver_is_decided_once():
    number = proposed(occurrence())
    agree(number)

    with pytest.raises(obligations.TwoSidesError, match="不能再决定"):
        agree(number)


def test_there_is_one_waiver_at_a_time_and_none_for_what_is_done():
    row = occurrence()
    proposed(row)
    with pytest.raises(obligations.TwoSidesError, match="已有一项"):
        proposed(row)
    done = occurrence(key="2026-W12")
    fulfilled(done, at=done.opens_at)

    with pytest.raises(obligations.NotFulfillableError):
        proposed(done)


def registered(*, by=SYSTEM, side=CLIENT, starts=BEGINS, days: int = 7, title="全国两会") -> int:
    new = obligations.NewMoment(
        CODE, title, obligations.MomentKind.SESSIONS, starts, starts + timedelta(days=days)
    )
    return obligations.register_moment(new, side=side, by=by, now=KNOWN)


def decide(number: int, *, agreed: bool = True, side=SUPPLIER, by=SYSTEM, now=KNOWN):
    return obligations.decide_moment(number, agree=agreed, side=side, by=by, now=now)


def duties() -> set[str]:
    return set(
        Occurrence.objects.filter(moment__isnull=False, retired_at=None).values_list(
            "code", flat=True
        )
    )


def test_a_moment_binds_nobody_until_the_other_side_confirms():
    number = registered()
    assert duties() == set()
    assert obligations.moments_between(CODE, BEGINS, BEGINS + DAY) == []

    laid = decide(number)

    assert laid.added == 2
    assert duties() == {"moment-check", "moment-duty"}
    assert [m.title for m in obligations.moments_between(CODE, BEGINS, BEGINS + DAY)] == [
        "全国两会"
    ]


def test_a_refused_moment_brings_nothing():
    decide(registered(), agreed=False)

    assert duties() == set()
    assert Moment.objects.get().state == "refused"


def test_neither_one_side_nor_one_person_confirms_alone():
    with pytest.raises(obligations.TwoSidesError, match="须由另一方确认"):
        decide(registered(), side=CLIENT)
    person = owner()

    with pytest.raises(obligations.TwoSidesError, match="不能自己确认"):
        decide(registered(by=person), by=person)


def test_a_moment_that_is_called_off_takes_its_open_duties_with_it():
    number = registered()
    decide(number)

    obligations.cancel_moment(number, reason="会议改期", by=SYSTEM, now=KNOWN + DAY)

    assert duties() == set()
    assert Occurrence.objects.filter(moment=number, retired_at=KNOWN + DAY).count() == 2


def test_a_check_that_was_done_stays_when_the_moment_is_called_off():
    number = registered()
    decide(number)
    check = Occurrence.objects.select_related("duty").get(code="moment-check")
    fulfilled(check, at=check.opens_at)

    obligations.cancel_moment(number, reason="会议改期", by=SYSTEM, now=check.opens_at + DAY)

    assert duties() == {"moment-check"}


def test_a_moment_that_has_begun_is_not_called_off():
    number = registered()
    decide(number)

    with pytest.raises(obligations.TwoSidesError, match="已经开始"):
        obligations.cancel_moment(number, reason="改期", by=SYSTEM, now=BEGINS)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"days": 0}, "结束须晚于开始"),
        ({"days": 90}, "不超过 62 天"),
        ({"title": " "}, "名称"),
        ({"starts": at_local(date(2027, 1, 1))}, "合同期内"),
    ],
)
def test_what_is_no_moment_is_refused_with_the_reason(given, words):
    with pytest.raises(obligations.MomentInvalidError, match=words):
        registered(**given)
