"""What both sides agreed to leave out only ever raises the score, on each pack with a table."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steward.contracts.assessment.left_out import left_out
from steward.contracts.assessment.scoring import Rules, score_pack
from tests.contracts.assessment.generated import counted, facts_of
from tests.contracts.money import library_pack

PACKS = ["huaian-2025", "kecheng-2024"]


@pytest.mark.parametrize("code", PACKS)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_one_more_exclusion_never_lowers_score_or_money(code, data):
    rules = Rules.of(library_pack(code))
    facts = data.draw(facts_of(rules.pack))
    keys = [event.key for place in counted(facts) for event in facts.answers[place].result.events]
    agreed = data.draw(st.lists(st.sampled_from(keys or ["none"]), unique=True, max_size=4))
    one_less = dict.fromkeys(agreed[:-1], "双方已确认")

    before = score_pack(rules, left_out(facts, rules.pack, one_less))
    after = score_pack(rules, left_out(facts, rules.pack, dict.fromkeys(agreed, "双方已确认")))

    assert after.points >= before.points
    assert after.pay.payable >= before.pay.payable


@pytest.mark.parametrize("code", PACKS)
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_nothing_agreed_changes_nothing(code, data):
    rules = Rules.of(library_pack(code))
    facts = data.draw(facts_of(rules.pack))

    assert left_out(facts, rules.pack, {}) == facts
    assert left_out(facts, rules.pack, {"unknown": "双方已确认"}) == facts
