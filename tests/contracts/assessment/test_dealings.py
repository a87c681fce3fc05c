"""What needs both sides: who may say what, and what it does to score and money."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from steward.contracts.assessment import api as assessment
from steward.core.audit import api as audit
from steward.core.evidence.models import EvidenceRecord
from steward.core.files import api as files
from steward.kernel.actors import Actor
from steward.kernel.subjects import Subject
from tests.contracts.living import CLIENT, PEOPLE, SUPPLIER
from tests.contracts.support import CODE, END, START, Happening, Year, load_huaian, year

pytestmark = pytest.mark.django_db

MIDDLE = START + timedelta(days=180)
LATER = MIDDLE + timedelta(hours=1)
LATEST = MIDDLE + timedelta(hours=2)


def entry(value: str = "1") -> int:
    new = assessment.NewEntry(CODE, "documents", Decimal(value), "按材料核定", source="missing")
    return assessment.record_entry(new, by=CLIENT, now=MIDDLE)


def say(about: str, number: int, verdict: str, *, side: str = "supplier", now=LATER, **more) -> str:
    new = assessment.NewAnswer(
        about=about, about_id=number, verdict=verdict, **({"reason": "核对过"} | more)
    )
    return assessment.respond(CODE, new, side=side, by=PEOPLE[side], now=now)


def breach(**changes) -> assessment.NewBreach:
    given = {"contract": CODE, "penalty": "confidentiality", "what": "外发了文件"}
    return assessment.NewBreach(**(given | {"occurred": date(2025, 12, 1)} | changes))


def payment(**changes) -> assessment.NewPayment:
    given = {"contract": CODE, "stage": "signing", "day": date(2025, 9, 10)}
    more = {"amount": Decimal("671000.00"), "voucher": "PZ-1"}
    return assessment.NewPayment(**(given | more | changes))


def document() -> int:
    return files.store(b"%PDF-1.4 x", "proof.pdf", by=SUPPLIER, now=MIDDLE).id


def test_an_entry_counts_at_once_and_is_marked_until_the_other_side_confirms():
    load_huaian()
    made = entry()

    with year(Year()):
        before = assessment.score(CODE, as_of=MIDDLE, now=LATEST).indicator("documents")
        say("entry", made, "confirm")
        after = assessment.score(CODE, as_of=LATEST, now=LATEST).indicator("documents")

    assert (before.points, before.unconfirmed) == (4, "待对方确认")
    assert (after.points, after.unconfirmed) == (4, "")


def test_an_objection_stands_beside_the_entry_and_the_client_decides():
    load_huaian()
    made = entry()

    say("entry", made, "dispute", reason="日志已补")
    state = say("entry", made, "uphold", side="client", now=LATEST, reason="补交在期后")

    info = assessment.entries_of(CODE, 1, "documents")[0]
    assert state == "upheld"
    assert [(a.side, a.verdict, a.reason) for a in info.proposal.answers] == [
        ("supplier", "dispute", "日志已补"),
        ("client", "uphold", "补交在期后"),
    ]


def test_an_entry_that_was_withdrawn_gives_way_to_the_one_before():
    load_huaian()
    entry("1")
    wrong = entry("5")
    say("entry", wrong, "withdraw", side="client")

    with year(Year()):
        result = assessment.score(CODE, as_of=LATEST, now=LATEST)

    assert result.indicator("documents").points == 4


def test_a_period_is_not_settled_while_an_answer_is_missing():
    load_huaian()
    entry()

    with year(Year()), pytest.raises(assessment.SettlementError, match="运维文档管理"):
        assessment.settle_period(CODE, by=CLIENT, now=END)


@pytest.mark.parametrize(
    ("verdict", "side", "says"),
    [
        ("confirm", "client", "现在不能确认"),
        ("withdraw", "supplier", "现在不能撤回"),
        ("uphold", "client", "现在不能裁定成立"),
    ],
)
def test_a_side_cannot_answer_for_the_other(verdict, side, says):
    load_huaian()
    made = entry()

    with pytest.raises(assessment.AnswerRefusedError, match=says):
        say("entry", made, verdict, side=side)


def test_one_person_cannot_confirm_its_own_record_for_the_other_side():
    load_huaian()
    made = entry()
    new = assessment.NewAnswer(about="entry", about_id=made, verdict="confirm")

    with pytest.raises(assessment.AnswerRefusedError, match="提出人不能确认"):
        assessment.respond(CODE, new, side="supplier", by=CLIENT, now=LATER)


def test_the_platform_cannot_confirm_for_anybody():
    load_huaian()
    made = entry()
    new = assessment.NewAnswer(about="entry", about_id=made, verdict="confirm")

    with pytest.raises(assessment.ProposalRefusedError, match="须由甲方或乙方的人"):
        assessment.respond(CODE, new, side="supplier", by=Actor.system(), now=LATER)


def test_a_dispute_needs_a_reason():
    load_huaian()
    made = entry()

    with pytest.raises(assessment.ProposalRefusedError, match="须写明理由"):
        say("entry", made, "dispute", reason=" ")


def test_what_is_on_record_is_audited_and_kept_as_evidence():
    load_huaian()

    made = assessment.propose_breach(breach(), side="client", by=CLIENT, now=MIDDLE)
    say("breach", made, "confirm")

    words = [line.sentence for line in audit.history(Subject("assessment.breach", str(made)))]
    assert any("甲方提出" in sentence for sentence in words)
    assert any("确认" in sentence for sentence in words)
    kinds = EvidenceRecord.objects.values_list("kind", "grade").order_by("id")
    assert list(kinds) == [("assessment.breach", "C"), ("assessment.response", "D")]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"penalty": "nothing"}, "没有编号为“nothing”的违约条款"),
        ({"what": " "}, "请写明经过"),
        ({"occurred": date(2025, 1, 1)}, "应在合同开始"),
        ({"occurred": date(2026, 8, 1)}, "应在合同开始"),
        ({"base": Decimal(0)}, "应大于 0"),
    ],
)
def test_a_breach_without_a_place_in_the_contract_is_refused(changes, says):
    load_huaian()

    with pytest.raises(assessment.ProposalRefusedError, match=says):
        assessment.propose_breach(breach(**changes), side="client", by=CLIENT, now=MIDDLE)


def test_a_breach_that_nobody_confirmed_costs_nothing_and_is_named():
    load_huaian()
    assessment.record_payment(payment(), side="client", by=CLIENT, now=MIDDLE)
    assessment.propose_breach(breach(), side="client", by=CLIENT, now=MIDDLE)

    with year(Year()):
        sheet = assessment.draft_sheet(CODE, as_of=LATER, now=LATER)

    assert sheet.supplier_penalties == 0
    assert sheet.paid == 0
    assert [line.state for line in sheet.penalties] == ["pending"]
    assert any("违约事项" in words for words in sheet.obstacles)
    assert any("PZ-1" in words for words in sheet.obstacles)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"stage": "third"}, "没有编号为“third”的付款期"),
        ({"amount": Decimal("0.001")}, "精确到分"),
        ({"amount": Decimal("9999999.00")}, "超过合同金额"),
        ({"voucher": " "}, "凭证号"),
        ({"day": date(2027, 1, 1)}, "今天之前"),
    ],
)
def test_a_payment_that_cannot_be_is_refused(changes, says):
    load_huaian()

    with pytest.raises(assessment.ProposalRefusedError, match=says):
        assessment.record_payment(payment(**changes), side="client", by=CLIENT, now=MIDDLE)


def test_a_voucher_is_registered_once():
    load_huaian()
    assessment.record_payment(payment(), side="client", by=CLIENT, now=MIDDLE)

    with pytest.raises(assessment.ProposalRefusedError, match="已登记过"):
        assessment.record_payment(payment(), side="client", by=CLIENT, now=LATER)


def exclusion(**changes) -> assessment.NewExclusion:
    given = {"contract": CODE, "owner": "process", "event_key": "change:0"}
    more = {"ground": "not_supplier", "reason": "甲方临时要求", "file_ids": [document()]}
    return assessment.NewExclusion(**(given | more | changes))


def test_only_an_agreed_exclusion_leaves_the_score_and_it_never_lowers_it():
    load_huaian()
    with year(Year(happenings=[Happening("change", day=60)])):
        made = assessment.propose_exclusion(exclusion(), side="supplier", by=SUPPLIER, now=MIDDLE)
        proposed = assessment.score(CODE, as_of=MIDDLE, now=LATEST).indicator("process")
        say("exclusion", made, "confirm", side="client")
        agreed = assessment.score(CODE, as_of=LATER, now=LATEST).indicator("process")
        earlier = assessment.score(CODE, as_of=MIDDLE, now=LATEST).indicator("process")

    assert [len(proposed.excluded), len(agreed.excluded)] == [0, 1]
    assert "双方已确认" in agreed.excluded[0].reason
    assert agreed.deducted == proposed.deducted - 2
    assert earlier == proposed


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"file_ids": []}, "须附依据文件"),
        ({"reason": " "}, "请写明剔除的理由"),
        ({"event_key": "change:9"}, "没有这件计入的事项"),
        ({"owner": "stability", "event_key": "x"}, "不按事项扣分"),
        ({"ground": "mood"}, "没有“mood”这种剔除理由"),
    ],
)
def test_an_exclusion_without_grounds_is_refused(changes, says):
    load_huaian()

    with (
        year(Year(happenings=[Happening("change", day=60)])),
        pytest.raises(assessment.ProposalRefusedError, match=says),
    ):
        assessment.propose_exclusion(exclusion(**changes), side="supplier", by=SUPPLIER, now=MIDDLE)


def test_a_settled_sheet_stays_and_a_correction_shows_the_difference():
    load_huaian()
    made = assessment.record_payment(payment(), side="client", by=CLIENT, now=MIDDLE)
    say("payment", made, "confirm")
    with year(Year()):
        settled = assessment.settle_period(CODE, by=CLIENT, now=END)
        kept = assessment.settlement_sheet(CODE, settled)
        case = assessment.propose_breach(breach(), side="client", by=CLIENT, now=END)
        say("breach", case, "confirm", now=END + timedelta(hours=1))
        fixed = assessment.correct_settlement(
            settled, reason="补充认定", by=CLIENT, now=END + timedelta(days=1)
        )

    assert assessment.settlement_sheet(CODE, settled) == kept
    shifts = assessment.sheet_shifts(kept, assessment.settlement_sheet(CODE, fixed))
    assert next((s.title, s.difference) for s in shifts) == ("乙方违约金", Decimal("671000.00"))


def test_the_same_records_give_the_same_sheet_byte_by_byte():
    load_huaian()
    made = assessment.record_payment(payment(), side="client", by=CLIENT, now=MIDDLE)
    say("payment", made, "confirm")

    with year(Year()):
        first = assessment.draft_sheet(CODE, as_of=LATEST, now=LATEST)
        second = assessment.draft_sheet(CODE, as_of=LATEST, now=END)

    assert first.canonical() == second.canonical()


def test_what_waits_for_a_sides_answer_is_listed_until_it_is_given():
    load_huaian()
    made = entry()
    case = assessment.propose_breach(breach(), side="client", by=CLIENT, now=MIDDLE)

    before = [row.kind_label for row in assessment.waiting_for(CODE, "supplier", now=LATER)]
    say("entry", made, "confirm")
    say("breach", case, "dispute")
    after = assessment.waiting_for(CODE, "supplier", now=LATEST)

    assert sorted(before) == ["核定", "违约事项"]
    decide = assessment.waiting_for(CODE, "client", now=LATEST)
    assert (after, [row.kind_label for row in decide]) == ([], ["违约事项"])


def test_a_breach_lowers_the_payable_amount_of_the_score_when_both_sides_agree():
    load_huaian()
    paid = assessment.record_payment(payment(), side="client", by=CLIENT, now=MIDDLE)
    say("payment", paid, "confirm", now=MIDDLE)
    made = assessment.propose_breach(breach(), side="client", by=CLIENT, now=MIDDLE)

    with year(Year()):
        before = assessment.score(CODE, as_of=MIDDLE, now=LATEST).pay
        say("breach", made, "confirm")
        after = assessment.score(CODE, as_of=LATEST, now=LATEST).pay

    assert before.deducted == 0
    assert after.deducted > 0
    assert after.payable == max(0, before.payable - after.deducted)
    assert after.penalties[0].case == made
    assert after.by_score == before.by_score
