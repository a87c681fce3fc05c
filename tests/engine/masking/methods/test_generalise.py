"""Coarser values by level."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steward.engine.masking.base import InvalidMaskingError
from tests.engine.masking.engines import masked, method
from tests.engine.masking.methods.everywhere import run  # noqa: F401

REGION = ["330802001001", "110101", None]


@pytest.mark.parametrize(
    ("level", "expected"),
    [
        ("county", ["330802", "110101", None]),
        ("city", ["3308", "1101", None]),
        ("province", ["33", "11", None]),
    ],
)
def test_every_engine_cuts_a_region_to_its_level(run, level, expected):  # noqa: F811
    assert run("generalise", "varchar", values=REGION, options={"to": level}) == expected


@pytest.mark.parametrize(("level", "expected"), [("month", "2024-05"), ("year", "2024")])
def test_every_engine_cuts_a_day_to_its_level(run, level, expected):  # noqa: F811
    assert run("generalise", "varchar", values=["2024-05-17"], options={"to": level}) == [expected]


@pytest.mark.parametrize(
    ("width", "expected"),
    [
        (10, ["0-9", "30-39", "40-49", "-10--1", None]),
        (20, ["0-19", "20-39", "40-59", "-20--1", None]),
        (5, ["0-4", "35-39", "40-44", "-5--1", None]),
    ],
)
def test_every_engine_puts_a_number_into_its_band(run, width, expected):  # noqa: F811
    values = [0, 37, 40, -1, None]

    found = run("generalise", "int", values=values, options={"to": "band", "width": width})

    assert found == expected


@settings(max_examples=40, deadline=None)
@given(value=st.integers(-10_000, 10_000), width=st.integers(2, 500))
def test_a_number_lies_in_its_band_and_bands_do_not_overlap(value, width):
    (band,) = masked("generalise", value, to="band", width=width)

    low = (value // width) * width
    assert band == f"{low}-{low + width - 1}"


@settings(max_examples=40, deadline=None)
@given(code=st.from_regex(r"[1-6][0-9]{11}", fullmatch=True))
def test_a_coarser_level_tells_less(code):
    levels = [masked("generalise", code, to=level)[0] for level in ("county", "city", "province")]

    assert [len(text) for text in levels] == [6, 4, 2]
    assert all(code.startswith(text) for text in levels)


def test_a_level_that_is_none_is_named():
    with pytest.raises(InvalidMaskingError, match="“泛化”参数有误：to"):
        method("generalise", to="village")
