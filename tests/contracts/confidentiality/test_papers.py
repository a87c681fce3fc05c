from datetime import timedelta

import pytest

from steward.contracts.confidentiality import api as confidentiality
from steward.contracts.confidentiality.models import Agreement, HandbackItem
from steward.contracts.staffing import api as staffing
from steward.core.evidence.models import EvidenceRecord
from steward.core.findings.models import Finding
from steward.core.notify.models import Message
from steward.kernel.instants import local_date
from tests.factories.accounts import user_with
from tests.factories.confidentiality import granted, sign, stored
from tests.factories.staffing import CONTRACT, TODAY, person
from tests.support import NOW, SYSTEM

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def test_an_agreement_is_kept_with_its_file_as_evidence():
    info = sign(person().id)

    kept = EvidenceRecord.objects.get(kind="confidentiality.agreement")

    assert kept.blob_sha256 == info.sha256
    assert (info.file_name, info.ends_date) == ("保密协议.pdf", None)


def test_the_same_agreement_is_not_filed_twice():
    member = person()
    sign(member.id)

    with pytest.raises(confidentiality.ConfidentialityStateError, match="已登记"):
        sign(member.id)


def test_an_agreement_of_tomorrow_or_backwards_is_refused():
    member = person()

    with pytest.raises(confidentiality.InvalidConfidentialityError, match="将来"):
        sign(member.id, signed=TODAY + DAY)
    with pytest.raises(confidentiality.InvalidConfidentialityError, match="有效期"):
        sign(member.id, until=TODAY, signed=TODAY)


def test_an_agreement_ends_once_with_a_reason():
    info = sign(person().id)

    with pytest.raises(confidentiality.InvalidConfidentialityError, match="终止原因"):
        end(info, reason=" ")
    with pytest.raises(confidentiality.InvalidConfidentialityError, match="终止日期"):
        end(info, day=TODAY + DAY)
    ended = end(info)
    with pytest.raises(confidentiality.ConfidentialityStateError, match="已于"):
        end(info)

    assert ended.ends_date == TODAY


def end(info, day=TODAY, reason="解除"):
    return confidentiality.end_agreement(info.id, ended_date=day, reason=reason, by=SYSTEM, now=NOW)


def test_a_person_without_an_agreement_is_a_finding_until_it_is_signed():
    member = person()

    confidentiality.check_contract(CONTRACT, now=NOW)
    missing, _ = confidentiality.check_contract(CONTRACT, now=NOW + DAY)
    opened = Finding.objects.get(source="confidentiality.agreements")
    sign(member.id)
    confidentiality.check_contract(CONTRACT, now=NOW + DAY * 2)

    assert (missing, opened.state, opened.occurrences) == (1, "open", 1)
    assert Finding.objects.get().state == "closed"


def test_the_last_day_of_an_agreement_is_the_day_before_its_end():
    member = person()
    sign(member.id, until=TODAY + DAY)

    assert confidentiality.without_agreement(CONTRACT, at=NOW) == []
    assert [m.id for m in confidentiality.without_agreement(CONTRACT, at=NOW + DAY)] == [member.id]


def test_a_lapsed_agreement_takes_the_access_with_it_at_the_next_check():
    member = person()
    sign(member.id)
    grant = granted(member.id)
    Agreement.objects.update(valid_until=local_date(NOW + DAY))

    confidentiality.check_contract(CONTRACT, now=NOW + DAY)

    grant.refresh_from_db()
    assert (grant.state, grant.close_reason) == ("revoked", "保密协议不再覆盖授权时间")


def test_whoever_keeps_agreements_is_reminded_once():
    keeper = user_with("confidentiality.agreement.manage")
    sign(person().id, until=TODAY + timedelta(days=30))

    _, first = confidentiality.check_contract(CONTRACT, now=NOW)
    _, again = confidentiality.check_contract(CONTRACT, now=NOW + DAY)

    assert (first, again) == (1, 0)
    assert Message.objects.filter(recipient=keeper).count() == 1


def test_an_agreement_far_from_its_end_reminds_nobody():
    user_with("confidentiality.agreement.manage")
    sign(person().id, until=TODAY + timedelta(days=31))

    assert confidentiality.check_contract(CONTRACT, now=NOW) == (0, 0)


def item(**fields):
    values = {"contract": CONTRACT, "kind": "data", "name": "共享库副本", "given_date": TODAY}
    new = confidentiality.NewItem(**(values | fields))
    return confidentiality.register_item(new, by=SYSTEM, now=NOW)


def settle(item_id, *, to="returned", proof=None, note="当面交还"):
    confidentiality.settle_item(item_id, to=to, note=note, proof_id=proof, by=SYSTEM, now=NOW)


def done(item_id):
    settle(item_id)
    confidentiality.confirm_item(item_id, accept=True, by=SYSTEM, now=NOW)


def sign_list(side, now=NOW):
    return confidentiality.sign_handback(CONTRACT, side=side, by=SYSTEM, now=now)


@pytest.mark.clause("C11")
def test_the_list_closes_with_both_signatures_when_nothing_is_left():
    done(item())

    first = sign_list("supplier")
    second = sign_list("client")

    assert (first.closed_at, second.closed_at) == (None, NOW)
    assert EvidenceRecord.objects.get(kind="confidentiality.handback").payload["items"][0]["state"] == "returned"  # fmt: skip


def test_signing_twice_is_signing_once():
    done(item())
    first = sign_list("supplier")

    assert sign_list("supplier", now=NOW + DAY) == first


@pytest.mark.clause("C11")
@pytest.mark.parametrize("side", ["supplier", "client"])
def test_the_list_is_not_signed_while_something_is_open(side):
    settle(item())

    with pytest.raises(confidentiality.ConfidentialityStateError, match="还有 1 项"):
        sign_list(side)


def test_an_empty_list_is_not_signed():
    with pytest.raises(confidentiality.ConfidentialityStateError, match="清单是空的"):
        sign_list("client")


def test_the_list_is_not_signed_while_an_access_holds():
    member = person()
    sign(member.id)
    granted(member.id)
    done(item())

    with pytest.raises(confidentiality.ConfidentialityStateError, match="访问授权有效"):
        sign_list("client")
    assert sign_list("client", now=NOW + timedelta(days=7)).client_signed_at is not None


def test_nothing_is_added_after_a_signature():
    done(item())
    sign_list("client")

    with pytest.raises(confidentiality.ConfidentialityStateError, match="已有一方签认"):
        item(name="另一份")


def test_a_destruction_needs_its_proof():
    number = item()

    with pytest.raises(confidentiality.InvalidConfidentialityError, match="证明文件"):
        settle(number, to="destroyed")
    settle(number, to="destroyed", proof=stored("销毁记录.pdf"))

    (told,) = confidentiality.handback(CONTRACT).items
    assert (told.state, len(told.proof_sha256), told.is_open) == ("destroyed", 64, True)


def test_what_the_client_sends_back_is_held_again():
    number = item()
    settle(number)

    with pytest.raises(confidentiality.InvalidConfidentialityError, match="退回须说明原因"):
        confidentiality.confirm_item(number, accept=False, by=SYSTEM, now=NOW)
    confidentiality.confirm_item(number, accept=False, reason="数量不符", by=SYSTEM, now=NOW)

    row = HandbackItem.objects.get(pk=number)
    assert (row.state, row.refusal) == ("held", "数量不符")


@pytest.mark.parametrize(
    ("fields", "words"),
    [({"kind": "x"}, "类别"), ({"name": " "}, "名称"), ({"given_date": TODAY + DAY}, "将来"),
     ({"holder_id": 98765}, "本合同团队")],
)  # fmt: skip
def test_what_is_wrong_about_an_item_is_said(fields, words):
    with pytest.raises(confidentiality.InvalidConfidentialityError, match=words):
        item(**fields)


def test_an_item_is_registered_once_settled_once_and_confirmed_once():
    number = item()
    with pytest.raises(confidentiality.ConfidentialityStateError, match="已登记"):
        item()
    with pytest.raises(confidentiality.ConfidentialityStateError, match="还没有归还"):
        confidentiality.confirm_item(number, accept=True, by=SYSTEM, now=NOW)
    done(number)
    with pytest.raises(confidentiality.ConfidentialityStateError, match="不能再处置"):
        settle(number)
    with pytest.raises(confidentiality.ConfidentialityStateError, match="已经确认"):
        confidentiality.confirm_item(number, accept=True, by=SYSTEM, now=NOW)


def test_an_unknown_side_or_item_is_refused():
    with pytest.raises(confidentiality.InvalidConfidentialityError, match="一方"):
        sign_list("both")
    with pytest.raises(confidentiality.UnknownGrantError):
        settle(987654)


def test_a_person_of_another_contract_signs_nothing_here():
    other = staffing.get_members([person().id])

    with pytest.raises(confidentiality.InvalidConfidentialityError, match="本合同团队"):
        confidentiality.file_agreement(
            confidentiality.NewAgreement(
                contract="other", member_id=next(iter(other)), signed_date=TODAY, file_id=stored()
            ),
            by=SYSTEM,
            now=NOW,
        )
