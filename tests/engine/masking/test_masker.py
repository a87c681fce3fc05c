"""Masking methods, keys, levels; SQL and batches give the same result."""

import hmac
import re
from datetime import date

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steward.engine.masking.base import InvalidMaskingError, Keys, MissingKeyError, methods
from steward.engine.masking.masker import Masker
from steward.engine.masking.permutation import Permutation
from steward.engine.masking.policy import Choice, Level, Sensitivity, choose
from steward.kernel.registry import UnknownCodeError

KEYS = Keys({"masking": b"0123456789abcdef", "other": b"fedcba9876543210", "short": b"x"})


def masked(method, *values, **options):
    masker = Masker(["v"], {"v": Choice(method=method, options=options)}, KEYS)
    table = pa.table({"v": pa.array(values)})
    return masker.apply(table.to_reader()).read_all()["v"].to_pylist()


def method(code, column="v", **options):
    return methods.get(code)(column, options, KEYS)


@pytest.mark.parametrize(
    ("code", "options", "value", "expected"),
    [
        ("mask", {}, "张三", "**"),
        ("mask", {"fixed": 4}, "张三", "****"),
        ("mask", {}, "", ""),
        ("partial", {"start": 3, "end": 4}, "13812345678", "138****5678"),
        ("partial", {}, "欧阳修", "欧**"),
        ("partial", {"start": 0, "end": 2}, "abcd", "**cd"),
        ("partial", {"start": 3, "end": 4}, "1234567", "*******"),
        ("partial", {"sign": "×"}, "李四", "李×"),
        ("null_out", {}, "x", None),
        ("generalise", {"to": "county"}, "330802001001", "330802"),
        ("generalise", {"to": "province"}, "330802", "33"),
        ("generalise", {"to": "month"}, "2024-05-17", "2024-05"),
        ("generalise", {"to": "month"}, date(2024, 5, 17), "2024-05"),
        ("generalise", {"to": "year"}, date(2024, 5, 17), "2024"),
        ("generalise", {"to": "band"}, 37, "30-39"),
        ("generalise", {"to": "band"}, 40, "40-49"),
        ("generalise", {"to": "band"}, -1, "-10--1"),
        ("generalise", {"to": "band", "width": 5}, 4.5, "0-4"),
    ],
)
def test_methods_that_sql_can_say(code, options, *, value, expected):
    assert masked(code, value, **options) == [expected]


@pytest.mark.parametrize("code", ["mask", "partial", "null_out", "hash", "token", "encrypt"])
def test_a_missing_value_stays_missing(code):
    assert masked(code, None, "x")[0] is None


def test_the_digest_is_hmac_sm3():
    expected = hmac.new(b"0123456789abcdef", b"abc", "sm3").hexdigest()

    assert masked("hash", "abc", "abc") == [expected, expected]


def test_the_digest_depends_on_the_key():
    assert masked("hash", "abc") != masked("hash", "abc", key="other")


SHAPED = st.text(
    st.one_of(
        st.characters(codec="ascii"), st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5)
    ),
    max_size=20,
)


def shape(text):
    return re.sub(
        "[一-龥]", "中", re.sub("[A-Z]", "A", re.sub("[a-z]", "a", re.sub("[0-9]", "0", text)))
    )


@settings(max_examples=100, deadline=None)
@given(text=SHAPED)
def test_a_token_has_the_shape_of_its_value_and_leads_back_to_it(text):
    turned = method("token").transform(text)

    assert shape(turned) == shape(text)
    assert method("token").reveal(turned) == text


@settings(max_examples=60, deadline=None)
@given(size=st.integers(1, 300), tweak=st.text(max_size=3))
def test_a_permutation_meets_every_number_once(size, tweak):
    turned = Permutation(b"0123456789abcdef", size, tweak=tweak)

    images = [turned.forward(number) for number in range(size)]

    assert sorted(images) == list(range(size))
    assert [turned.backward(number) for number in images] == list(range(size))


def test_a_token_is_deterministic_and_depends_on_the_key():
    first, second = masked("token", "13812345678", "13812345678")

    assert first == second != "13812345678"
    assert masked("token", "13812345678", key="other") != [first]


def test_a_token_keeps_the_ends_that_are_to_stay():
    token = method("token", start=6, end=1).transform("33080219900101123X")

    assert (token[:6], token[-1]) == ("330802", "X")
    assert token != "33080219900101123X"


@settings(max_examples=50, deadline=None)
@given(text=st.text(max_size=30))
def test_a_cipher_text_leads_back_to_its_value(text):
    assert method("encrypt").reveal(method("encrypt").transform(text)) == text


def test_equal_values_have_different_cipher_texts():
    first, second = masked("encrypt", "甲", "甲")

    assert first != second


def test_a_cipher_text_that_was_changed_or_moved_is_refused():
    sealed = method("encrypt").transform("甲")
    changed = sealed[:-6] + ("A" if sealed[-6] != "A" else "B") + sealed[-5:]

    with pytest.raises(InvalidMaskingError, match="被改动"):
        method("encrypt").reveal(changed)
    with pytest.raises(InvalidMaskingError, match="不属于本列"):
        method("encrypt", column="w").reveal(sealed)
    with pytest.raises(InvalidMaskingError, match="不是本系统的密文"):
        method("encrypt").reveal("甲")


def test_a_rotated_key_still_opens_old_cipher_texts():
    old = method("encrypt", key="other").transform("甲")

    assert method("encrypt", key="masking").reveal(old) == "甲"


@pytest.mark.parametrize("code", ["hash", "token", "encrypt"])
@pytest.mark.parametrize("key", ["none", "short"])
def test_a_key_that_is_missing_or_too_short_is_named(code, key):
    with pytest.raises(MissingKeyError, match=f"“{key}”"):
        masked(code, "x", key=key)


def test_keys_are_not_shown():
    assert "0123456789abcdef" not in repr(KEYS)


def test_wrong_parameters_and_methods_are_named():
    with pytest.raises(InvalidMaskingError, match="列“v”的脱敏方法“部分遮盖”参数有误：start"):
        masked("partial", "x", start=-1)
    with pytest.raises(UnknownCodeError, match="none"):
        masked("none", "x")


def test_a_column_that_was_forgotten_does_not_leave():
    with pytest.raises(InvalidMaskingError, match="列“phone”没有规定脱敏方法"):
        Masker(["name", "phone"], {"name": Choice()}, KEYS)


def test_levels_decide_the_method():
    found = choose(
        {
            "dept": Sensitivity(level=Level.L1),
            "phone": Sensitivity(level=Level.L2, content="mobile"),
            "note": Sensitivity(level=Level.L3, content="free_text"),
            "health": Sensitivity(level=Level.L4),
        }
    )

    assert {name: choice.method for name, choice in found.items()} == {
        "dept": "",
        "phone": "partial",
        "note": "hash",
        "health": "null_out",
    }


def test_a_policy_without_a_row_for_a_level_is_refused():
    with pytest.raises(InvalidMaskingError, match="L4（高敏感）"):
        choose({"x": Sensitivity(level=Level.L4)}, policy={})


CHOICES = {
    "a": Choice(),
    "b": Choice(method="partial", options={"start": 1, "end": 1}),
    "c": Choice(method="hash"),
}


def test_what_sql_can_mask_is_masked_in_the_query_and_the_rest_after():
    masker = Masker(["a", "b", "c"], CHOICES, KEYS)
    table = pa.table({"a": ["1"], "b": ["13812345678"], "c": ["x"]})
    with duckdb.connect() as session:
        session.register("t", table)
        selected = session.sql(masker.select("t").sql(dialect="duckdb")).to_arrow_table()
        finished = masker.finish(selected.to_reader()).read_all()

    assert masker.rest == ("c",)
    assert selected["b"].to_pylist() == ["1*********8"]
    assert finished.to_pylist() == masker.apply(table.to_reader()).read_all().to_pylist()


@pytest.mark.parametrize(
    ("dialect", "words"),
    [("mysql", "CHAR_LENGTH"), ("postgres", "LENGTH"), ("hive", "SUBSTRING"), ("spark", "REPEAT")],
)
def test_the_query_is_written_in_the_dialect_of_the_source(dialect, words):
    masker = Masker(["b"], {"b": CHOICES["b"]}, KEYS)

    assert words in masker.select("t").sql(dialect=dialect)
