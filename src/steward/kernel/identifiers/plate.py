"""Civil number plates of motor vehicles: GA 36."""

import re
from dataclasses import dataclass
from enum import StrEnum

from steward.kernel.identifiers.base import (
    InvalidIdentifierError,
    read_identifier,
    refuse,
)

PLATE_PROVINCES = "京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新"
_LABEL = "机动车号牌"
_LETTERS = "A-HJ-NP-Z"
_SERIAL = f"[{_LETTERS}0-9]"
_OFFICE = f"[{PLATE_PROVINCES}][{_LETTERS}]"
_ENERGY = "[A-HJK]"
"""First letters of new-energy plates: D A B C E all-electric, F G H J K other."""


class PlateKind(StrEnum):
    """Kinds of plates that can be told from the text."""

    ORDINARY = "ordinary"
    SMALL_NEW_ENERGY = "small_new_energy"
    LARGE_NEW_ENERGY = "large_new_energy"
    TRAILER = "trailer"
    COACH = "coach"
    POLICE = "police"
    HONG_KONG = "hong_kong"
    MACAO = "macao"
    EMBASSY = "embassy"
    CONSULATE = "consulate"
    EMERGENCY = "emergency"


PLATE_LABELS = {
    PlateKind.ORDINARY: "普通汽车",
    PlateKind.SMALL_NEW_ENERGY: "小型新能源汽车",
    PlateKind.LARGE_NEW_ENERGY: "大型新能源汽车",
    PlateKind.TRAILER: "挂车",
    PlateKind.COACH: "教练汽车",
    PlateKind.POLICE: "警用汽车",
    PlateKind.HONG_KONG: "香港入出境车",
    PlateKind.MACAO: "澳门入出境车",
    PlateKind.EMBASSY: "使馆汽车",
    PlateKind.CONSULATE: "领馆汽车",
    PlateKind.EMERGENCY: "应急救援专用",
}

_SHAPES = tuple(
    (kind, re.compile(shape))
    for kind, shape in (
        (PlateKind.HONG_KONG, f"粤Z{_SERIAL}{{4}}港"),
        (PlateKind.MACAO, f"粤Z{_SERIAL}{{4}}澳"),
        (PlateKind.TRAILER, f"{_OFFICE}{_SERIAL}{{4}}挂"),
        (PlateKind.COACH, f"{_OFFICE}{_SERIAL}{{4}}学"),
        (PlateKind.POLICE, f"{_OFFICE}{_SERIAL}{{4}}警"),
        (PlateKind.CONSULATE, f"{_OFFICE}[0-9]{{4}}领"),
        (PlateKind.EMBASSY, "使[0-9]{6}"),
        (PlateKind.EMERGENCY, f"[{PLATE_PROVINCES}][XS][0-9]{{4}}应急"),
        (PlateKind.SMALL_NEW_ENERGY, f"{_OFFICE}{_ENERGY}{_SERIAL}[0-9]{{4}}"),
        (PlateKind.LARGE_NEW_ENERGY, f"{_OFFICE}[0-9]{{5}}{_ENERGY}"),
        (PlateKind.ORDINARY, f"{_OFFICE}{_SERIAL}{{5}}"),
    )
)
_SEPARATORS = str.maketrans("", "", "·•.-")


@dataclass(frozen=True, slots=True)
class Plate:
    """A plate without separators, and its kind."""

    number: str
    kind: PlateKind


def parse_plate(value: str) -> Plate:
    """Tell the kind of a plate; InvalidIdentifierError names the wrong place.

    Middle dots and hyphens are dropped. Military and temporary plates are not civil plates of
    this shape and are refused.
    """
    number = read_identifier(_LABEL, value).translate(_SEPARATORS)
    kind = next((kind for kind, shape in _SHAPES if shape.fullmatch(number)), None)
    if kind is None:
        refuse(_LABEL, number, _problem(number))
    return Plate(number, kind)


def validate_plate(value: str) -> str:
    """The normalised plate without separators; see `parse_plate`."""
    return parse_plate(value).number


def make_plate(office: str, number: int) -> str:
    """A valid ordinary plate for demonstration data; `office` like 浙H, `number` below 10^5."""
    if not 0 <= number < 10**5:
        raise InvalidIdentifierError(f"号牌序号应在 0 到 99999 之间，不能是 {number}")
    return validate_plate(f"{office}{number:05}")


def _problem(number: str) -> str:
    if number[:1] not in (*PLATE_PROVINCES, "使"):
        return f"第 1 位“{number[:1]}”不是省、自治区、直辖市简称"
    if number[0] != "使" and not re.match(f"[{_LETTERS}]", number[1:]):
        return f"第 2 位“{number[1:2]}”不是发牌机关代号，应为 I、O 以外的大写字母"
    for position, character in enumerate(number[2:], start=3):
        if character in "IO":
            return f"第 {position} 位“{character}”：序号不使用字母 I、O"
    if len(number) == 8:
        return "有 8 位但不合新能源号牌的规则：小型车第 3 位、大型车第 8 位应为 A 至 K 的字母，后四位或前五位应为数字"
    return f"不合号牌规则：普通号牌 7 位、新能源号牌 8 位，此值 {len(number)} 位"
