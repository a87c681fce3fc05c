"""A keyed digest."""

import hmac

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steward.engine.masking.base import MissingKeyError
from tests.engine.masking.engines import masked, masker, method


@settings(deadline=None)
@given(text=st.text(max_size=40))
def test_the_digest_is_hmac_sm3(text):
    assert (
        method("hash").transform(text)
        == hmac.new(b"0123456789abcdef", text.encode(), "sm3").hexdigest()
    )


@settings(deadline=None)
@given(first=st.text(max_size=10), second=st.text(max_size=10))
def test_equal_values_and_only_those_have_equal_digests(first, second):
    digest = method("hash").transform

    assert (digest(first) == digest(second)) == (first == second)


def test_numbers_and_missing_values():
    one, text, nothing = masked("hash", 1)[0], masked("hash", "1")[0], masked("hash", None, "x")[0]

    assert one == text
    assert nothing is None


def test_the_digest_depends_on_the_key():
    assert masked("hash", "abc") != masked("hash", "abc", key="other")


def test_no_engine_is_sent_a_value_to_digest():
    assert masker("hash").rest == ("v",)


@pytest.mark.parametrize("key", ["none", "short"])
def test_a_key_that_is_missing_or_too_short_is_named(key):
    with pytest.raises(MissingKeyError, match=f"“{key}”"):
        masked("hash", "x", key=key)
