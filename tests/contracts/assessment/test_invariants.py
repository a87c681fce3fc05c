"""The invariants of the scoring reference (§7), over generated years of the four contracts.

A fifth pack, made for the tests, has every kind of rule.
"""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from steward.contracts.assessment.facts import Answer, Facts
from steward.contracts.assessment.registry import Award
from steward.contracts.assessment.scoring import Rules, Scored, score_otherwise, score_pack
from steward.contracts.packs.reading import read_pack
from steward.core.evidence.api import MetricResult
from tests.contracts.assessment.generated import counted, facts_of, one_more, with_events
from tests.contracts.support import CALENDARS

ALL_KINDS = read_pack(
    (Path(__file__).parent / "data" / "all-kinds.yaml").read_text(encoding="utf-8"),
    file="all-kinds.yaml",
    calendars=CALENDARS,
).pack
FOUR = [
    read_pack(
        (files("steward.contracts.packs.library") / f"{code}.yaml").read_text(encoding="utf-8"),
        file=f"{code}.yaml",
        calendars=CALENDARS,
    ).pack
    for code in ("kecheng-2024", "huaian-2025", "beijing-2022", "keqiao-2024")
]
PACKS = [*FOUR, ALL_KINDS]
TABLED = [pack for pack in PACKS if pack.assessment is not None]
RULES = {pack.code: Rules.of(pack) for pack in PACKS}
YEARS = st.sampled_from(PACKS).flatmap(
    lambda pack: st.tuples(st.just(RULES[pack.code]), facts_of(pack))
)
TABLED_YEARS = st.sampled_from(TABLED).flatmap(
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
@given(TABLED_YEARS, st.data())
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
@given(TABLED_YEARS, st.data())
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


@generated
@given(TABLED_YEARS, st.data())
def test_evidence_that_comes_twice_counts_once(made, data):
    rules, facts = made
    assume(counted(facts))
    key = data.draw(st.sampled_from(counted(facts)))
    events = facts.answers[key].result.events

    answer = facts.answers[key]
    twice = replace(answer, result=replace(answer.result, events=(*events, *events)))
    doubled = replace(facts, answers=dict(facts.answers) | {key: twice})

    assert canonical(score_pack(rules, doubled)) == canonical(score_pack(rules, facts))


@generated
@given(TABLED_YEARS, st.integers(-86_400, 86_400))
def test_a_clock_that_goes_wrong_changes_no_point(made, seconds: int):
    rules, facts = made
    skewed = facts
    for key in counted(facts):
        events = tuple(
            replace(event, occurred_at=event.occurred_at + timedelta(seconds=seconds))
            for event in facts.answers[key].result.events
        )
        skewed = with_events(skewed, key, events)

    before, after = score_pack(rules, facts), score_pack(rules, skewed)

    assert [node.points for node in nodes(after)] == [node.points for node in nodes(before)]
    assert after.pay.payable == before.pay.payable


@generated
@given(TABLED_YEARS, st.data())
def test_what_is_scored_again_in_part_is_what_is_scored_again_as_a_whole(made, data):
    rules, facts = made
    assume(counted(facts))
    owned = [k for k in counted(facts) if k[0] in {i.id for i in rules.pack.indicators()}]
    assume(owned)
    key = data.draw(st.sampled_from(owned))
    more = with_events(facts, key, (*facts.answers[key].result.events, one_more(key, 3)))

    part = score_otherwise(rules, score_pack(rules, facts), facts=more, indicator_id=key[0])

    assert canonical(part) == canonical(score_pack(rules, more))


@pytest.mark.parametrize("pack", TABLED, ids=lambda pack: pack.code)
def test_the_weights_make_a_hundred(pack):
    assert sum(indicator.points for indicator in pack.indicators()) == 100
    assert pack.assessment.maximum == 100


@pytest.mark.parametrize("pack", FOUR, ids=lambda pack: pack.code)
def test_a_year_without_a_single_record_is_nowhere_met(pack):
    facts = Facts(
        {
            (owner.id, source.id): Answer(source, MetricResult.nothing("没有数据"))
            for owner in (*pack.indicators(), *pack.vetoes)
            for source in getattr(owner, "sources", None) or (getattr(owner, "source", None),)
            if source is not None
        }
    )

    scored = score_pack(RULES[pack.code], facts)

    assert all(node.points == 0 and node.possible == node.full for node in nodes(scored))
    assert all(veto.status == "unscored" for veto in scored.vetoes)
