import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steward.kernel.conditions import (
    AllOf,
    IncomparableFactError,
    InvalidConditionError,
    parse_condition,
)
from tests.kernel.support import cases

FIELDS = ("severity", "ticket.kind", "affected")
OPERANDS = st.one_of(st.integers(-5, 5), st.sampled_from(["a", "b", "ab"]), st.booleans())
COMPARISONS = st.one_of(
    st.builds(
        lambda field, name, value: {"field": field, name: value},
        st.sampled_from(FIELDS),
        st.sampled_from(["eq", "ne", "contains"]),
        OPERANDS,
    ),
    st.builds(
        lambda field, name, values: {"field": field, name: values},
        st.sampled_from(FIELDS),
        st.sampled_from(["in", "not_in"]),
        st.lists(OPERANDS, min_size=1, max_size=3),
    ),
    st.builds(
        lambda field, value: {"field": field, "is_null": value},
        st.sampled_from(FIELDS),
        st.booleans(),
    ),
)
CONDITIONS = st.recursive(
    COMPARISONS,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"all": parts}),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"any": parts}),
        inner.map(lambda part: {"not": part}),
    ),
    max_leaves=8,
)
TEXTS = st.sampled_from([None, "", "a", "b", "ab"])
FACTS = st.fixed_dictionaries(
    {"severity": TEXTS, "affected": TEXTS, "ticket": st.fixed_dictionaries({"kind": TEXTS})}
)


@pytest.mark.parametrize("case", cases("conditions", "holds"))
def test_a_condition_that_holds(case):
    assert parse_condition(case["condition"]).evaluate(case["facts"])


@pytest.mark.parametrize("case", cases("conditions", "fails"))
def test_a_condition_that_does_not_hold(case):
    assert not parse_condition(case["condition"]).evaluate(case["facts"])


@pytest.mark.parametrize("case", cases("conditions", "wrong"))
def test_a_wrong_condition_is_refused_with_its_place(case):
    with pytest.raises(InvalidConditionError) as error:
        parse_condition(case["condition"], fields=case.get("fields"))

    assert error.value.message.startswith(case["place"])
    assert case["sentence"] in error.value.message


@pytest.mark.parametrize("case", cases("conditions", "described"))
def test_a_condition_in_words(case):
    labels = {"severity": "等级", "ticket.kind": "类型", "affected": "影响数", "urgent": "加急"}
    values = {"severity": {"major": "重大", "critical": "特大"}}

    assert parse_condition(case["condition"]).describe(labels, values) == case["name"]


@given(CONDITIONS)
def test_a_condition_reads_what_it_wrote(data):
    condition = parse_condition(data)

    assert parse_condition(json.loads(json.dumps(condition.to_dict()))) == condition


@given(CONDITIONS, FACTS)
def test_a_negation_holds_when_its_part_does_not(data, facts):
    holds = parse_condition(data).evaluate(facts)

    assert parse_condition({"not": data}).evaluate(facts) is not holds


@given(st.lists(CONDITIONS, min_size=1, max_size=3), FACTS)
def test_any_is_the_negation_of_all_negated(parts, facts):
    some = parse_condition({"any": parts}).evaluate(facts)

    none = parse_condition({"all": [{"not": part} for part in parts]}).evaluate(facts)
    assert some is not none


@given(CONDITIONS)
def test_only_the_fields_it_names_are_read(data):
    condition = parse_condition(data)

    assert condition.fields() <= set(FIELDS)


def test_fields_are_found_at_every_depth():
    condition = parse_condition(
        {"any": [{"not": {"field": "a.b", "eq": 1}}, [{"field": "c", "lt": 2, "gt": 0}]]}
    )

    assert condition.fields() == {"a.b", "c"}


@pytest.mark.parametrize("nothing", [None, {}, []])
def test_no_condition_always_holds(nothing):
    assert parse_condition(nothing) == AllOf()
    assert parse_condition(nothing).evaluate({})


def test_a_key_with_dots_is_found_as_it_is_written():
    assert parse_condition({"field": "a.b", "eq": 1}).evaluate({"a.b": 1})


@pytest.mark.parametrize(
    ("operand", "fact"),
    [
        (99.9, Decimal("99.9")),
        (Decimal("99.90"), 99.9),
        ("2026-03-03", date(2026, 3, 3)),
        ("2026-03-03T09:00:00", datetime(2026, 3, 3, 1, tzinfo=UTC)),
        ("2026-03-03T01:00:00Z", datetime(2026, 3, 3, 1, tzinfo=UTC)),
        (date(2026, 3, 3), datetime(2026, 3, 2, 16, tzinfo=UTC)),
    ],
)
def test_numbers_and_times_compare_by_value(operand, fact):
    comparison = {"field": "x", "eq": operand, "gte": operand, "lte": operand}

    assert parse_condition(comparison).evaluate({"x": fact})


@pytest.mark.parametrize(
    ("condition", "fact"),
    [
        ({"gt": 5}, "many"),
        ({"gt": "a"}, 5),
        ({"lt": 5}, True),
        ({"gte": "soon"}, date(2026, 3, 3)),
        ({"contains": "a"}, 5),
        ({"starts_with": "a"}, 5),
        ({"matches": "a*"}, ["a"]),
    ],
)
def test_a_fact_of_another_kind_is_named(condition, fact):
    parsed = parse_condition({"field": "count", **condition})

    with pytest.raises(IncomparableFactError, match="字段“count”的值"):
        parsed.evaluate({"count": fact})


def test_not_a_number_is_no_value():
    assert not parse_condition({"field": "x", "gt": 1}).evaluate({"x": float("nan")})


def test_a_condition_does_not_nest_without_end():
    data = {"field": "x", "eq": 1}
    for _ in range(30):
        data = {"not": data}

    with pytest.raises(InvalidConditionError, match="嵌套超过 20 层"):
        parse_condition(data)
