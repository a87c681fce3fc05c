"""Due dates, what is late, and the platform's own proposals."""

from datetime import date, timedelta

import pytest

from steward.contracts.assessment import api as assessment
from steward.contracts.assessment.stages import due_of
from steward.kernel.instants import at_local
from tests.contracts.living import (
    CLIENT,
    answer,
    load_contract,
    register_condition,
    register_payment,
)
from tests.contracts.money import library_pack

KECHENG = "kecheng-2024"
BEIJING = "beijing-2022"
HALF = "503400.00"
LATE = at_local(date(2025, 3, 1), 12)


def due(code: str, stage: str, **known: date):
    pack = library_pack(code)
    return due_of(next(s for s in pack.payment.stages if s.id == stage), pack, known)


CASES = [
    ((KECHENG, "signing"), {}, (None, ("invoice",))),
    ((KECHENG, "signing"), {"invoice": date(2025, 1, 22)}, (date(2025, 2, 21), ())),
    ((KECHENG, "signing"), {"invoice": date(2025, 1, 2)}, (date(2025, 2, 19), ())),
    ((KECHENG, "assessment"), {"invoice": date(2026, 1, 22)}, (None, ("acceptance",))),
    (
        (KECHENG, "assessment"),
        {"invoice": date(2026, 1, 22), "acceptance": date(2026, 2, 10)},
        (date(2026, 3, 12), ()),
    ),
    ((BEIJING, "first"), {}, (date(2022, 5, 31), ("funding",))),
    ((BEIJING, "first"), {"funding": date(2022, 5, 20)}, (date(2022, 5, 31), ())),
    ((BEIJING, "first"), {"funding": date(2022, 6, 20)}, (None, ())),
    ((BEIJING, "half-year"), {"confirmation": date(2022, 11, 10)}, (date(2022, 11, 30), ())),
    (("huaian-2025", "signing"), {}, (None, ())),
]


@pytest.mark.parametrize(("place", "known", "expected"), CASES)
def test_a_stage_is_due_when_its_conditions_are_met(place, known, expected):
    found = due(*place, **known)

    assert (found.last_day, found.missing) == expected


@pytest.mark.django_db
def test_a_late_payment_is_proposed_once_and_grows_until_it_is_paid():
    load_contract(KECHENG)
    register_condition(KECHENG, {"stage": "signing", "need": "invoice", "day": date(2025, 1, 22)})

    first = assessment.propose_late_payments(KECHENG, now=LATE)
    again = assessment.propose_late_payments(KECHENG, now=LATE + timedelta(days=1))

    line = assessment.draft_sheet(KECHENG, as_of=LATE, now=LATE).penalties[0]
    assert (len(first), again) == (1, [])
    assert (line.payer, line.state, line.days, str(line.amount)) == (
        "client", "pending", 8, "5034.00",
    )  # fmt: skip


@pytest.mark.django_db
def test_a_confirmed_late_payment_stops_at_the_payment():
    load_contract(KECHENG)
    register_condition(KECHENG, {"stage": "signing", "need": "invoice", "day": date(2025, 1, 22)})
    made = assessment.propose_late_payments(KECHENG, now=LATE)[0]
    answer("breach", made, "confirm", side="client", on=LATE, code=KECHENG)
    register_payment(KECHENG, 1, {"stage": "signing", "day": date(2025, 3, 5), "amount": HALF})
    much_later = LATE + timedelta(days=100)

    sheet = assessment.draft_sheet(KECHENG, as_of=much_later, now=much_later)

    assert (sheet.penalties[0].days, str(sheet.client_penalties)) == (12, "5034.00")
    assert sheet.stages[0].state == "paid"


@pytest.mark.django_db
def test_what_is_paid_in_time_is_not_proposed():
    load_contract(KECHENG)
    register_condition(KECHENG, {"stage": "signing", "need": "invoice", "day": date(2025, 1, 22)})
    register_payment(KECHENG, 1, {"stage": "signing", "day": date(2025, 2, 21), "amount": HALF})

    assert assessment.propose_late_payments(KECHENG, now=LATE) == []


@pytest.mark.django_db
def test_a_confirmation_keeps_the_score_of_the_day():
    load_contract(KECHENG)
    day = date(2025, 6, 1)
    new = assessment.NewStageFact(
        contract=KECHENG, stage="assessment", need="acceptance", day=day, reference="验收报告"
    )

    assessment.record_stage_fact(new, side="client", by=CLIENT, now=at_local(day, 9))

    fact = assessment.stage_facts(KECHENG, as_of=at_local(day, 10))[0]
    assert fact.points is not None


@pytest.mark.django_db
def test_only_the_client_states_conditions_and_only_those_of_the_stage():
    load_contract(KECHENG)
    new = assessment.NewStageFact(
        contract=KECHENG, stage="signing", need="funding", day=date(2025, 2, 1), reference="函"
    )

    with pytest.raises(assessment.ProposalRefusedError, match="没有“funding”这个付款条件"):
        assessment.record_stage_fact(new, side="client", by=CLIENT, now=LATE)
    with pytest.raises(assessment.ProposalRefusedError, match="由甲方登记"):
        assessment.record_stage_fact(new, side="supplier", by=CLIENT, now=LATE)
