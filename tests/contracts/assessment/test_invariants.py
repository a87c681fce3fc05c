"""The invariants of the scoring reference (§7), over generated years of two contracts."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from steward.contracts.assessment.facts import Facts
from steward.contracts.assessment.registry import Award
from steward.contracts.assessment.scoring import Rules, Scored, score_pack
from steward.contracts.packs.reading import read_pack
from tests.contracts.assessment.generated import counted, facts_of, one_more, with_events
from tests.contracts.support import CALENDARS, huaian

ALL_KINDS = read_pack(
    (Path(__file__).parent / "data" / "all-kinds.yaml").read_text(encoding="utf-8"),
    file="all-kinds.yaml",
    calendars=CALENDARS,
).pack
PACKS = [huaian(), ALL_KINDS]
RULES = {pack.code: Rules.of(pack) for pack in PACKS}
YEARS = st.sampled_from(PACKS).flatmap(
    lambda pack: st.tuples(st.just(RULES[pack.code]), facts_of(pack))
)

pytestmark = pytest.mark.clause("C4")
generated = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def nodes(scored: Scored):
    return [node for group in scored.groups for node in group.indicators]


def canonical(scored: Scored) -> list[str]:
    parts = [*scored.groups, *scored.vetoes, scored.pay]
    return [part.model_dump_json() for part in parts]


@generated
@given(YEARS)
def test_the_total_is_the_sum_of_the_items_after_caps(made):
    rules, facts = made

    scored = score_pack(rules, facts)

    assert scored.points == sum(node.points for node in nodes(scored))
    assert all(0 <= node.points <= node.possible <= node.full for node in nodes(scored))


@generated
@given(YEARS)
def test_leaves_sum_to_what_is_deducted_before_the_cap(made):
    rules, facts = made

    scored = score_pack(rules, facts)

    for node in nodes(scored):
        params = rules.kinds[node.id][1]
        deducted = node.deducted if params.cap is None else min(node.deducted, params.cap)
        expected = max(params.floor, node.full - deducted)
        assert node.status == "unscored" or node.points in (expected, params.floor)
        assert node.status == "unscored" or node.rule == "per_event" or node.points <= node.full


@generated
@given(YEARS, st.data())
def test_one_more_bad_event_never_raises_score_or_payable(made, data):
    rules, facts = made
    assume(counted(facts))
    key = data.draw(st.sampled_from(counted(facts)))
    events = facts.answers[key].result.events
    before = score_pack(rules, facts)

    more = with_events(facts, key, (*events, one_more(key, data.draw(st.integers(1, 5)))))
    after = score_pack(rules, more)

    assert after.points <= before.points
    assert after.possible <= before.possible
    assert after.pay.payable <= before.pay.payable


@generated
@given(YEARS, st.data())
def test_one_more_exclusion_never_lowers_score_or_payable(made, data):
    rules, facts = made
    keys = [
        k for k in counted(facts) if any(not e.excluded for e in facts.answers[k].result.events)
    ]
    assume(keys)
    key = data.draw(st.sampled_from(keys))
    events = facts.answers[key].result.events
    chosen = data.draw(st.sampled_from([e for e in events if not e.excluded]))
    before = score_pack(rules, facts)

    excluded = tuple(replace(e, excluded="双方确认") if e is chosen else e for e in events)
    after = score_pack(rules, with_events(facts, key, excluded))

    assert after.points >= before.points
    assert after.pay.payable >= before.pay.payable


@generated
@given(YEARS, st.randoms(use_true_random=False))
def test_the_order_of_events_changes_nothing(made, random):
    rules, facts = made
    shuffled = facts
    for key in counted(facts):
        events = list(facts.answers[key].result.events)
        random.shuffle(events)
        shuffled = with_events(shuffled, key, tuple(events))

    assert canonical(score_pack(rules, shuffled)) == canonical(score_pack(rules, facts))


@generated
@given(YEARS)
def test_the_same_facts_give_the_same_bytes(made):
    rules, facts = made

    assert canonical(score_pack(rules, facts)) == canonical(score_pack(rules, facts))


@generated
@given(YEARS)
def test_payable_lies_between_nothing_and_the_amount_and_stages_add_up(made):
    rules, facts = made

    pay = score_pack(rules, facts).pay

    assert 0 <= pay.payable <= pay.possible <= pay.amount
    assert pay.payable == pay.payable.quantize(Decimal("0.01"))
    assert sum(stage.amount for stage in pay.stages) == pay.payable + pay.overpaid
    assert pay.overpaid >= 0


@generated
@given(YEARS)
def test_no_data_is_never_met(made):
    rules, facts = made

    scored = score_pack(rules, facts)

    missing = {owner for (owner, _), answer in facts.answers.items() if answer.missing}
    for node in nodes(scored):
        floor = rules.kinds[node.id][1].floor
        assert node.id not in missing or node.points == floor
        assert node.status == "scored" or node.points == floor


@generated
@given(YEARS)
def test_every_deducted_point_reaches_a_record_or_a_measured_figure(made):
    rules, facts = made

    for node in nodes(score_pack(rules, facts)):
        for event in node.events:
            measured = any(source.value is not None for source in node.sources)
            assert event.key or measured or node.reviewer


@generated
@given(YEARS)
def test_below_the_minimum_grade_is_no_data(made):
    rules, facts = made
    weak = {
        key: replace(a, result=replace(a.result, grade="D")) for key, a in facts.answers.items()
    }

    scored = score_pack(rules, replace(facts, answers=weak))

    demanding = [i.id for i in rules.pack.indicators() if i.minimum_grade != "D"]
    assert all(node.status == "unscored" for node in nodes(scored) if node.id in demanding)


@generated
@given(YEARS)
def test_an_incident_of_an_exclusive_group_costs_in_one_indicator_only(made):
    rules, facts = made

    scored = score_pack(rules, facts)

    grouped = [i.id for i in rules.pack.indicators() if i.exclusive_group]
    seen: dict[str, str] = {}
    for node in nodes(scored):
        for event in node.events if node.id in grouped else ():
            owner = seen.setdefault(event.subject_key, node.id)
            assert owner == node.id


@generated
@given(facts_of(ALL_KINDS), st.integers(0, 40))
def test_an_awarded_score_counts_within_its_bounds(facts: Facts, award: int):
    awarded = replace(facts, awards={"expert": Award(Decimal(award) / 2, "评审人", "理由")})

    node = next(n for n in nodes(score_pack(RULES["all-kinds"], awarded)) if n.id == "expert")

    assert node.status == "scored"
    assert node.points == min(Decimal(10), Decimal(award) / 2)


@generated
@given(st.integers(0, 10_000))
def test_bands_hold_every_ratio_exactly_once(value: int):
    ratio = Decimal(value) / 10_000
    bands = RULES["all-kinds"].kinds["band"][1].bands

    holding = [b for b in bands if b.low <= ratio < b.high or ratio == b.high == 1]

    assert len(holding) == 1
