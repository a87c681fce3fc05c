"""Masking methods, keys, levels; SQL and batches give the same result."""

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steward.engine.masking.base import InvalidMaskingError, Keys
from steward.engine.masking.masker import Masker
from steward.engine.masking.permutation import Permutation
from steward.engine.masking.policy import Choice, Level, Sensitivity, choose
from steward.kernel.registry import UnknownCodeError

KEYS = Keys({"masking": b"0123456789abcdef", "other": b"fedcba9876543210", "short": b"x"})


def masked(method, *values, **options):
    masker = Masker(["v"], {"v": Choice(method=method, options=options)}, KEYS)
    table = pa.table({"v": pa.array(values)})
    return masker.apply(table.to_reader()).read_all()["v"].to_pylist()


@pytest.mark.parametrize("code", ["mask", "partial", "null_out", "hash", "token", "encrypt"])
def test_a_missing_value_stays_missing(code):
    assert masked(code, None, "x")[0] is None


@settings(max_examples=60, deadline=None)
@given(size=st.integers(1, 300), tweak=st.text(max_size=3))
def test_a_permutation_meets_every_number_once(size, tweak):
    turned = Permutation(b"0123456789abcdef", size, tweak=tweak)

    images = [turned.forward(number) for number in range(size)]

    assert sorted(images) == list(range(size))
    assert [turned.backward(number) for number in images] == list(range(size))


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
