"""Citizen identity numbers: GB 11643 (18 characters) and the old ones of 15 digits."""

from dataclasses import dataclass
from datetime import date

from steward.kernel.identifiers.base import (
    InvalidIdentifierError,
    demand_characters,
    demand_check,
    demand_length,
    read_identifier,
    refuse,
)
from steward.kernel.identifiers.region import PROVINCES

_LABEL = "公民身份号码"
_DIGITS = "0123456789"
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_OTHER_REGIONS = {"83": "台湾居民居住证"}
"""Residence permits use 81, 82 (in the province table) and 83."""
_CENTENARIANS = ("996", "997", "998", "999")
"""Sequences that the 15-digit numbers kept for people born before 1900."""


@dataclass(frozen=True, slots=True)
class CitizenId:
    """A citizen identity number taken apart."""

    number: str
    """As given, normalised: 18 characters or 15 digits."""
    region: str
    birth: date
    sequence: str

    @property
    def gender(self) -> str:
        """男 for an odd sequence, 女 for an even one."""
        return "男" if int(self.sequence) % 2 else "女"

    @property
    def standard_number(self) -> str:
        """The 18-character number; an old one is upgraded."""
        return self.number if len(self.number) == 18 else _complete(self)


def parse_citizen_id(value: str, *, on: date | None = None) -> CitizenId:
    """Take the number apart; InvalidIdentifierError names the wrong place.

    `on`, when given, is a date before which the person must have been born.
    """
    text = read_identifier(_LABEL, value)
    demand_length(_LABEL, text, 15, 18)
    body = text[:17] if len(text) == 18 else text
    demand_characters(_LABEL, body, allowed=_DIGITS)
    if text[:2] not in PROVINCES and text[:2] not in _OTHER_REGIONS:
        refuse(_LABEL, text, f"前两位“{text[:2]}”不是省级代码")
    birth_text = text[6:14] if len(text) == 18 else _century(text) + text[6:12]
    person = CitizenId(text, text[:6], _birth(text, birth_text), body[-3:])
    if on is not None and person.birth > on:
        refuse(_LABEL, text, f"的出生日期 {person.birth} 晚于 {on}")
    if len(text) == 18:
        if text[17] not in _CHECKS:
            refuse(_LABEL, text, f"第 18 位“{text[17]}”应为数字或 X")
        demand_check(_LABEL, text, expected=citizen_check_character(body), position=18)
    return person


def validate_citizen_id(value: str, *, on: date | None = None) -> str:
    """The normalised number of 18 characters (or 15 digits); see `parse_citizen_id`."""
    return parse_citizen_id(value, on=on).number


def citizen_check_character(body: str) -> str:
    """The check character of 17 digits (ISO 7064 MOD 11-2)."""
    return _CHECKS[sum(int(d) * w for d, w in zip(body, _WEIGHTS, strict=True)) % 11]


def make_citizen_id(region: str, birth: date, sequence: int) -> str:
    """A valid number for demonstration data; `sequence` 1 to 999, odd for men."""
    if not 1 <= sequence <= 999:
        raise InvalidIdentifierError(f"顺序码应在 1 到 999 之间，不能是 {sequence}")
    body = f"{region}{birth:%Y%m%d}{sequence:03}"
    return validate_citizen_id(body + citizen_check_character(body))


def _century(text: str) -> str:
    return "18" if text[12:] in _CENTENARIANS else "19"


def _birth(text: str, digits: str) -> date:
    try:
        born = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        refuse(_LABEL, text, f"的出生日期 {digits[:4]}-{digits[4:6]}-{digits[6:]} 不存在")
    if born.year < 1800:
        refuse(_LABEL, text, f"的出生年份 {born.year} 早于 1800 年")
    return born


def _complete(person: CitizenId) -> str:
    body = f"{person.region}{person.birth:%Y%m%d}{person.sequence}"
    return body + citizen_check_character(body)
