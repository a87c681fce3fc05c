"""A stand-in of the same shape."""

import itertools
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steward.engine.masking.base import MissingKeyError
from tests.engine.masking.engines import masked, masker, method

SHAPED = st.text(
    st.one_of(
        st.characters(codec="ascii"), st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5)
    ),
    max_size=20,
)


def shape(text):
    text = re.sub("[A-Z]", "A", re.sub("[a-z]", "a", re.sub("[0-9]", "0", text)))
    return re.sub("[一-龥]", "中", text)


@settings(max_examples=100, deadline=None)
@given(text=SHAPED)
def test_a_token_has_the_shape_of_its_value_and_leads_back_to_it(text):
    turned = method("token").transform(text)

    assert shape(turned) == shape(text)
    assert method("token").reveal(turned) == text


@pytest.mark.parametrize(
    "domain",
    [
        ["".join(digits) for digits in itertools.product("0123456789", repeat=3)],
        [a + b for a in "abcdefghijklmnopqrstuvwxyz" for b in "0123456789"],
        list("ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
        [f"{a}-{b}" for a in range(10) for b in range(10)],
    ],
    ids=["digits", "letter and digit", "capital", "with a mark"],
)
def test_the_tokens_of_a_whole_domain_are_that_domain(domain):
    token = method("token")

    turned = [token.transform(value) for value in domain]

    assert sorted(turned) == sorted(domain)
    assert turned != domain


def test_the_ends_that_are_to_stay_stay_and_the_rest_is_a_domain_of_its_own():
    token = method("token", start=1, end=1)
    domain = [f"7{number:02}X" for number in range(100)]

    assert sorted(map(token.transform, domain)) == domain


def test_equal_values_have_equal_tokens_under_one_key():
    first, second = masked("token", "13812345678", "13812345678")

    assert first == second
    assert masked("token", "13812345678", key="other") != [first]


def test_no_engine_is_sent_a_value_to_replace():
    assert masker("token").rest == ("v",)


@pytest.mark.parametrize("key", ["none", "short"])
def test_a_key_that_is_missing_or_too_short_is_named(key):
    with pytest.raises(MissingKeyError, match=f"“{key}”"):
        masked("token", "x1", key=key)
