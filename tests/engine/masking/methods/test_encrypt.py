"""Encryption that only the key holder undoes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steward.engine.masking.base import InvalidMaskingError, Keys, MissingKeyError, methods
from tests.engine.masking.engines import masked, masker, method


@settings(max_examples=50, deadline=None)
@given(text=st.text(max_size=60))
def test_a_cipher_text_leads_back_to_its_value(text):
    assert method("encrypt").reveal(method("encrypt").transform(text)) == text


def test_equal_values_have_different_cipher_texts():
    first, second = masked("encrypt", "甲", "甲")

    assert first != second


def test_after_a_rotation_new_texts_use_the_new_key_and_old_ones_still_open():
    before = Keys({"2025": b"0123456789abcdef"})
    after = Keys({"2025": b"0123456789abcdef", "2026": b"fedcba9876543210"})
    cls = methods.get("encrypt")
    old = cls("v", {"key": "2025"}, before).transform("甲")
    rotated = cls("v", {"key": "2026"}, after)

    new = rotated.transform("甲")

    assert new.startswith("sm4:2026:")
    assert (rotated.reveal(old), rotated.reveal(new)) == ("甲", "甲")


def test_a_key_that_was_given_up_is_named_where_its_text_turns_up():
    cls = methods.get("encrypt")
    old = cls("v", {"key": "2025"}, Keys({"2025": b"0123456789abcdef"})).transform("甲")

    with pytest.raises(MissingKeyError, match="没有名为“2025”的密钥"):
        cls("v", {"key": "2026"}, Keys({"2026": b"fedcba9876543210"})).reveal(old)


@settings(max_examples=40, deadline=None)
@given(place=st.integers(0, 10_000), text=st.text(min_size=1, max_size=20))
def test_any_change_of_a_cipher_text_is_refused(place, text):
    sealed = method("encrypt").transform(text)
    body = len("sm4:masking:")
    place = body + place % (len(sealed) - body - 4)
    changed = sealed[:place] + ("A" if sealed[place] != "A" else "B") + sealed[place + 1 :]

    with pytest.raises(InvalidMaskingError, match=r"被改动|不是本系统"):
        method("encrypt").reveal(changed)


def test_a_cipher_text_of_another_column_is_refused():
    sealed = method("encrypt").transform("甲")

    with pytest.raises(InvalidMaskingError, match="不属于本列"):
        method("encrypt", column="w").reveal(sealed)


def test_no_engine_is_sent_a_value_to_encrypt():
    assert masker("encrypt").rest == ("v",)


@pytest.mark.parametrize("key", ["none", "short"])
def test_a_key_that_is_missing_or_too_short_is_named(key):
    with pytest.raises(MissingKeyError, match=f"“{key}”"):
        masked("encrypt", "x", key=key)
