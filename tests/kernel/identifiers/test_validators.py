import pytest
from hypothesis import given
from hypothesis import strategies as st

from steward.kernel.identifiers import (
    IDENTIFIER_LABELS,
    VALIDATORS,
    InvalidIdentifierError,
    normalise,
)
from tests.kernel.support import cases


def accepted(kind, text):
    """The normalised text, or None when it is refused by name."""
    try:
        return VALIDATORS[kind](text)
    except InvalidIdentifierError:
        return None


@pytest.mark.parametrize("case", cases("identifiers", "valid"))
def test_a_valid_identifier_is_normalised(case):
    assert VALIDATORS[case["kind"]](case["value"]) == case.get("normal", case["value"])


@pytest.mark.parametrize("case", cases("identifiers", "valid"))
def test_a_normal_identifier_stays_as_it_is(case):
    normal = case.get("normal", case["value"])

    assert VALIDATORS[case["kind"]](normal) == normal


@pytest.mark.parametrize("case", cases("identifiers", "wrong"))
def test_a_wrong_identifier_is_refused_with_its_place(case):
    with pytest.raises(InvalidIdentifierError) as error:
        VALIDATORS[case["kind"]](case["value"])

    assert case["sentence"] in error.value.message


@pytest.mark.parametrize("case", cases("identifiers", "wrong"))
def test_a_refusal_opens_with_the_kind(case):
    with pytest.raises(InvalidIdentifierError) as error:
        VALIDATORS[case["kind"]](case["value"])

    assert error.value.message.startswith(IDENTIFIER_LABELS[case["kind"]])


@given(st.sampled_from(sorted(VALIDATORS)), st.text(max_size=20))
def test_any_text_is_refused_by_name_or_becomes_normal(kind, text):
    normal = accepted(kind, text)

    assert normal is None or accepted(kind, normal) == normal


def test_every_kind_has_a_label():
    assert set(VALIDATORS) == set(IDENTIFIER_LABELS)


@given(st.text(max_size=30))
def test_normalising_twice_is_normalising_once(text):
    assert normalise(normalise(text)) == normalise(text)


def test_normal_text_is_half_width_without_spaces_in_capitals():
    assert normalise(" Ａb\u3000\u200b1－２ ") == "AB1-2"
