from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steward.kernel.money import (
    InvalidAmountError,
    format_yuan,
    parse_money,
    round_money,
    round_ratio,
    yuan_in_words,
)
from tests.kernel.support import cases

AMOUNTS = st.decimals(
    min_value=-(10**14), max_value=10**14, places=4, allow_nan=False, allow_infinity=False
)


@pytest.mark.parametrize(
    ("amount", "rounded"),
    [
        ("1.005", "1.01"),
        ("1.004999", "1.00"),
        ("-1.005", "-1.01"),
        ("2.675", "2.68"),
        ("-0.001", "0.00"),
    ],
)
def test_money_is_rounded_to_the_cent_half_away_from_zero(amount, rounded):
    assert str(round_money(Decimal(amount))) == rounded


def test_whole_numbers_become_decimals():
    assert str(round_money(7)) == "7.00"


def test_ratios_are_rounded_to_the_places_asked_for():
    assert str(round_ratio(Decimal(2) / 3, 4)) == "0.6667"


@pytest.mark.parametrize("value", [1.5, True, "1.5", None])
def test_only_exact_numbers_are_rounded(value):
    with pytest.raises(TypeError, match="Decimal or int"):
        round_money(value)


@pytest.mark.parametrize("value", ["NaN", "Infinity", "1e70"])
def test_what_is_not_an_amount_is_refused(value):
    with pytest.raises(InvalidAmountError):
        round_money(Decimal(value))


@given(AMOUNTS)
def test_rounding_moves_an_amount_by_half_a_cent_at_most(amount):
    assert abs(round_money(amount) - amount) <= Decimal("0.005")


@given(AMOUNTS)
def test_rounding_twice_is_rounding_once(amount):
    assert round_money(round_money(amount)) == round_money(amount)


@given(AMOUNTS)
def test_rounding_is_symmetric(amount):
    assert round_money(-amount) == -round_money(amount)


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("1342000", "¥1,342,000.00"),
        ("-7455.555", "−¥7,455.56"),
        ("0", "¥0.00"),
        ("-0.001", "¥0.00"),
    ],
)
def test_amounts_are_written_with_their_sign_and_thousands(amount, text):
    assert format_yuan(Decimal(amount)) == text


@given(AMOUNTS)
def test_a_written_amount_reads_back(amount):
    assert parse_money(format_yuan(amount)) == round_money(amount)


@pytest.mark.parametrize("case", cases("money", "written"))
def test_amounts_are_read_as_people_write_them(case):
    assert str(parse_money(case["name"])) == case["amount"]


@pytest.mark.parametrize("case", cases("money", "wrong"))
def test_what_is_not_an_amount_is_refused_with_its_text(case):
    with pytest.raises(InvalidAmountError) as error:
        parse_money(case["name"])

    assert case["sentence"] in error.value.message


def test_an_amount_is_read_from_text_only():
    with pytest.raises(TypeError, match="float"):
        parse_money(1.5)


@pytest.mark.parametrize("case", cases("money", "words"))
def test_amounts_in_capital_numerals(case):
    assert yuan_in_words(Decimal(case["name"])) == case["words"]


@given(AMOUNTS, AMOUNTS)
def test_different_amounts_have_different_words(first, second):
    same = yuan_in_words(first) == yuan_in_words(second)

    assert same == (round_money(first) == round_money(second))


@given(AMOUNTS)
def test_no_zero_is_doubled_or_stands_before_a_unit(amount):
    words = yuan_in_words(amount).replace("零元整", "")

    assert not [
        wrong for wrong in ("零零", "零元", "零角", "零分", "零万", "零亿") if wrong in words
    ]


def test_words_end_below_ten_to_the_sixteenth():
    with pytest.raises(InvalidAmountError, match="超出大写金额的范围"):
        yuan_in_words(10**16)
