"""Every character hidden."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine.masking.engines import masked
from tests.engine.masking.methods.everywhere import run  # noqa: F401

VALUES = ["张三", "a", "", "13812345678", None, "𠮷野家"]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, ["**", "*", "", "***********", None, "***"]),
        ({"fixed": 4}, ["****"] * 4 + [None, "****"]),
        ({"sign": "×"}, ["××", "×", "", "×" * 11, None, "×××"]),
    ],
)
def test_every_engine_hides_alike(run, options, expected):  # noqa: F811
    assert run("mask", "varchar", values=VALUES, options=options) == expected


@settings(max_examples=40, deadline=None)
@given(text=st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12))
def test_nothing_of_a_value_is_left_but_its_length(text):
    assert masked("mask", text) == ["*" * len(text)]


def test_a_fixed_length_hides_the_length_too():
    assert len(set(masked("mask", "a", "张三丰", fixed=5))) == 1
