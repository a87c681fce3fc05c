import json
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum, StrEnum
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steward.kernel.canonical import NotCanonicalError, canonical_json, content_hash


class Colour(StrEnum):
    RED = "red"


class Level(Enum):
    HIGH = 3


SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.text())
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"b": 1, "a": [True, None, "政务"]}, '{"a":[true,null,"政务"],"b":1}'),
        (Decimal("5.00"), '"5"'),
        (Decimal("-0.0"), '"0"'),
        (Decimal("1E+3"), '"1000"'),
        (Decimal("0.10"), '"0.1"'),
        (datetime(2026, 3, 3, 1, 2, 3, tzinfo=UTC), '"2026-03-03T01:02:03Z"'),
        (datetime(2026, 3, 3, 1, 2, 3, 4, tzinfo=UTC), '"2026-03-03T01:02:03.000004Z"'),
        (datetime(2026, 3, 3, 9, tzinfo=timezone(timedelta(hours=8))), '"2026-03-03T01:00:00Z"'),
        (date(2026, 3, 3), '"2026-03-03"'),
        (UUID(int=1), '"00000000-0000-0000-0000-000000000001"'),
        ((1, 2), "[1,2]"),
        ({Colour.RED: Colour.RED, "level": Level.HIGH}, '{"level":3,"red":"red"}'),
        ('\u2028\x7f"', '"\u2028\x7f\\""'),
        ({}, "{}"),
    ],
)
def test_a_value_has_one_text(value, text):
    assert canonical_json(value).decode() == text


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ({"a": [1, 2.5]}, "$.a[1] 的值“2.5”（float）"),
        (float("nan"), "没有规范写法"),
        (Decimal("NaN"), "没有规范写法"),
        ({1: "a"}, "$ 的名称“1”不是文字"),
        ({"at": datetime(2026, 3, 3)}, "$.at 的时间“2026-03-03 00:00:00”没有时区"),  # noqa: DTZ001
        ({"a", "b"}, "（set）没有规范写法"),
        (b"bytes", "（bytes）没有规范写法"),
        ("\ud800", "代理字符"),
    ],
)
def test_what_has_no_single_text_is_refused_with_its_place(value, sentence):
    with pytest.raises(NotCanonicalError) as error:
        canonical_json(value)

    assert sentence in error.value.message


@given(VALUES)
def test_the_text_reads_back_as_json(value):
    assert json.loads(canonical_json(value)) == value


@given(st.dictionaries(st.text(), SCALARS, max_size=6), st.randoms())
def test_the_order_of_names_does_not_matter(mapping, random):
    names = random.sample(list(mapping), len(mapping))

    assert content_hash({name: mapping[name] for name in names}) == content_hash(mapping)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=3), st.integers(0, 5))
def test_trailing_zeros_do_not_matter(number, zeros):
    padded = Decimal(f"{number:f}" + "0" * zeros)

    assert content_hash(padded) == content_hash(number)


def test_the_hash_is_sha_256_in_hexadecimal():
    known = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"

    assert content_hash({}) == known
