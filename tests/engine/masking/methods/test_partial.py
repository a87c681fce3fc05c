"""The ends shown, the middle hidden."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine.masking.engines import masked
from tests.engine.masking.methods.everywhere import run  # noqa: F401

VALUES = ["13812345678", "张三", "欧阳修", "1234567", "", None]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, ["1**********", "张*", "欧**", "1******", "", None]),
        ({"start": 3, "end": 4}, ["138****5678", "**", "***", "*******", "", None]),
        ({"start": 0, "end": 2}, ["*********78", "**", "*阳修", "*****67", "", None]),
        ({"start": 1, "sign": "×"}, ["1" + "×" * 10, "张×", "欧××", "1××××××", "", None]),
    ],
)
def test_every_engine_shows_the_same_ends(run, options, expected):  # noqa: F811
    assert run("partial", "varchar", values=VALUES, options=options) == expected


@settings(max_examples=40, deadline=None)
@given(
    text=st.text(st.sampled_from("张三李四abc0123456789"), min_size=1, max_size=15),
    start=st.integers(0, 4),
    end=st.integers(0, 4),
)
def test_something_is_always_hidden(text, start, end):
    (found,) = masked("partial", text, start=start, end=end)

    assert len(found) == len(text)
    assert "*" in found
    assert set(found[start : len(text) - end]) <= {"*"}
