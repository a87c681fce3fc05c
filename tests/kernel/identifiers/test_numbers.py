"""Check characters, generators and what a number says."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steward.kernel.identifiers import (
    InvalidIdentifierError,
    PlateKind,
    RegionLevel,
    make_citizen_id,
    make_credit_code,
    make_mobile,
    make_organisation_code,
    make_plate,
    parse_citizen_id,
    parse_credit_code,
    parse_plate,
    parse_region,
    validate_citizen_id,
    validate_credit_code,
    validate_mobile,
    validate_organisation_code,
    validate_plate,
)

CITIZENS = st.builds(
    make_citizen_id,
    st.sampled_from(["330802", "320803", "110101"]),
    st.dates(date(1900, 1, 1), date(2026, 3, 3)),
    st.integers(1, 999),
)
NUMBERS = st.integers(0, 99_999_999)
CREDIT_CODES = st.builds(make_credit_code, st.just("330802"), NUMBERS)
CREDIT_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def with_another(data, text, characters):
    """The text with one character replaced by another one."""
    position = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.sampled_from([c for c in characters if c != text[position]]))
    return text[:position] + other + text[position + 1 :]


@given(CITIZENS)
def test_a_made_citizen_number_is_valid(number):
    assert validate_citizen_id(number) == number


@given(CITIZENS, st.data())
def test_one_wrong_character_of_a_citizen_number_is_always_found(number, data):
    wrong = with_another(data, number, "0123456789X")

    with pytest.raises(InvalidIdentifierError):
        validate_citizen_id(wrong)


def test_a_citizen_number_says_who_it_is():
    person = parse_citizen_id(make_citizen_id("330802", date(1990, 2, 28), 13))

    assert (person.region, person.birth, person.gender) == ("330802", date(1990, 2, 28), "男")


def test_an_even_sequence_is_a_woman():
    assert parse_citizen_id(make_citizen_id("330802", date(1990, 2, 28), 14)).gender == "女"


def test_an_old_number_is_upgraded():
    person = parse_citizen_id("110105491231002")

    assert person.standard_number == "11010519491231002X"


def test_an_old_number_of_a_centenarian_is_of_the_century_before():
    assert parse_citizen_id("110105991231996").birth == date(1899, 12, 31)


def test_a_birth_after_the_date_of_the_check_is_refused():
    number = make_citizen_id("330802", date(2026, 3, 4), 1)

    with pytest.raises(InvalidIdentifierError, match="的出生日期 2026-03-04 晚于 2026-03-03"):
        validate_citizen_id(number, on=date(2026, 3, 3))


@pytest.mark.parametrize("sequence", [0, 1000])
def test_a_sequence_has_three_digits(sequence):
    with pytest.raises(InvalidIdentifierError, match="顺序码应在 1 到 999 之间"):
        make_citizen_id("330802", date(1990, 1, 1), sequence)


@given(CREDIT_CODES)
def test_a_made_credit_code_is_valid(code):
    assert validate_credit_code(code) == code


@given(CREDIT_CODES, st.data())
def test_one_wrong_character_of_a_credit_code_is_always_found(code, data):
    wrong = with_another(data, code, CREDIT_CHARACTERS)

    with pytest.raises(InvalidIdentifierError):
        validate_credit_code(wrong)


@given(CREDIT_CODES)
def test_a_credit_code_contains_an_organisation_code(code):
    organisation = parse_credit_code(code).organisation

    assert validate_organisation_code(organisation) == organisation


@pytest.mark.parametrize(
    ("category", "label"),
    [("11", "机关"), ("12", "事业单位"), ("91", "企业"), ("N2", "农业农村登记的其他组织")],
)
def test_a_credit_code_says_what_kind_it_is(category, label):
    code = make_credit_code("330802", 1, category=category)

    assert parse_credit_code(code).category_label == label


@given(NUMBERS)
def test_a_made_organisation_code_is_valid(number):
    code = make_organisation_code(number)

    assert validate_organisation_code(code) == code


@given(NUMBERS)
def test_a_made_mobile_number_is_valid(number):
    assert validate_mobile(make_mobile(number)) == make_mobile(number)


@given(st.integers(0, 99_999))
def test_a_made_plate_is_valid(number):
    plate = make_plate("浙H", number)

    assert validate_plate(plate) == plate


@pytest.mark.parametrize(
    ("make", "number"),
    [
        (make_organisation_code, 10**8),
        (make_mobile, -1),
        (lambda number: make_plate("浙H", number), 10**5),
    ],
)
def test_a_number_too_long_is_refused(make, number):
    with pytest.raises(InvalidIdentifierError, match="之间"):
        make(number)


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        ("浙H12345", PlateKind.ORDINARY),
        ("浙HABCDE", PlateKind.ORDINARY),
        ("浙HD12345", PlateKind.SMALL_NEW_ENERGY),
        ("浙HFA2345", PlateKind.SMALL_NEW_ENERGY),
        ("浙H12345D", PlateKind.LARGE_NEW_ENERGY),
        ("苏H1234挂", PlateKind.TRAILER),
        ("京A1234学", PlateKind.COACH),
        ("京A1234警", PlateKind.POLICE),
        ("粤Z1234港", PlateKind.HONG_KONG),
        ("粤Z1234澳", PlateKind.MACAO),
        ("使224578", PlateKind.EMBASSY),
        ("沪A0023领", PlateKind.CONSULATE),
        ("浙X1234应急", PlateKind.EMERGENCY),
    ],
)
def test_a_plate_says_what_kind_it_is(number, kind):
    assert parse_plate(number).kind is kind


@pytest.mark.parametrize(
    ("code", "level", "parent"),
    [
        ("330000", RegionLevel.PROVINCE, ""),
        ("330800", RegionLevel.CITY, "330000"),
        ("330802", RegionLevel.COUNTY, "330800"),
        ("330802001", RegionLevel.TOWN, "330802000"),
        ("330802000000", RegionLevel.COUNTY, "330800000000"),
        ("330802001001", RegionLevel.VILLAGE, "330802001000"),
        ("441900003000", RegionLevel.TOWN, "441900000000"),
    ],
)
def test_a_region_says_its_level_and_parent(code, level, parent):
    region = parse_region(code)

    assert (region.level, region.parent) == (level, parent)


def test_a_region_says_its_province():
    assert parse_region("330802").province == "浙江省"
