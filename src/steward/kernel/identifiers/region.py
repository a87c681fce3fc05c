"""Administrative region codes: GB/T 2260 (6 digits), GB/T 10114 (9) and village codes (12)."""

from dataclasses import dataclass
from enum import StrEnum

from steward.kernel.identifiers.base import (
    demand_characters,
    demand_length,
    read_identifier,
    refuse,
)

PROVINCES = {
    "11": "北京市",
    "12": "天津市",
    "13": "河北省",
    "14": "山西省",
    "15": "内蒙古自治区",
    "21": "辽宁省",
    "22": "吉林省",
    "23": "黑龙江省",
    "31": "上海市",
    "32": "江苏省",
    "33": "浙江省",
    "34": "安徽省",
    "35": "福建省",
    "36": "江西省",
    "37": "山东省",
    "41": "河南省",
    "42": "湖北省",
    "43": "湖南省",
    "44": "广东省",
    "45": "广西壮族自治区",
    "46": "海南省",
    "50": "重庆市",
    "51": "四川省",
    "52": "贵州省",
    "53": "云南省",
    "54": "西藏自治区",
    "61": "陕西省",
    "62": "甘肃省",
    "63": "青海省",
    "64": "宁夏回族自治区",
    "65": "新疆维吾尔自治区",
    "71": "台湾省",
    "81": "香港特别行政区",
    "82": "澳门特别行政区",
}
"""GB/T 2260: the first two digits."""

_LABEL = "行政区划代码"
_LEVEL_ENDS = (2, 4, 6, 9, 12)
_WITHOUT_COUNTIES = ("4419", "4420", "4604", "6202")
"""Prefecture cities without districts (东莞, 中山, 儋州, 嘉峪关): towns directly under the city."""


class RegionLevel(StrEnum):
    """How deep a region lies."""

    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"
    TOWN = "town"
    VILLAGE = "village"


REGION_LEVEL_LABELS = {
    RegionLevel.PROVINCE: "省级",
    RegionLevel.CITY: "市级",
    RegionLevel.COUNTY: "县级",
    RegionLevel.TOWN: "乡镇街道",
    RegionLevel.VILLAGE: "村社区",
}


@dataclass(frozen=True, slots=True)
class Region:
    """A region code taken apart; `parent` has the same length, and is "" for a province."""

    code: str
    level: RegionLevel
    province: str
    parent: str


def validate_region(value: str) -> str:
    """The normalised code of 6, 9 or 12 digits; InvalidIdentifierError names what is wrong."""
    return parse_region(value).code


def parse_region(value: str) -> Region:
    """Check the structure: known province, and nothing below a level that is all zeros."""
    code = read_identifier(_LABEL, value)
    demand_length(_LABEL, code, 6, 9, 12)
    demand_characters(_LABEL, code, allowed="0123456789")
    province = PROVINCES.get(code[:2])
    if province is None:
        refuse(_LABEL, code, f"前两位“{code[:2]}”不是省级代码")
    depth = _depth(code)
    level = tuple(RegionLevel)[depth]
    return Region(code, level, province, _parent(code, depth))


def _depth(code: str) -> int:
    """The deepest level (0 province) that is not all zeros."""
    full = code.ljust(12, "0")
    parts = [full[2:4], full[4:6], full[6:9], full[9:12]]
    filled = [depth for depth, part in enumerate(parts, start=1) if part.strip("0")]
    deepest = filled[-1] if filled else 0
    for depth in range(1, deepest):
        skipped_county = depth == 2 and full[:4] in _WITHOUT_COUNTIES
        if depth not in filled and not skipped_county:
            start, end = _LEVEL_ENDS[depth - 1] + 1, _LEVEL_ENDS[depth]
            refuse(_LABEL, code, f"第 {start} 至 {end} 位全为 0，其后的各位也应为 0")
    return deepest


def _parent(code: str, depth: int) -> str:
    if depth == 0:
        return ""
    kept = code[: _LEVEL_ENDS[depth - 1]]
    return kept.ljust(len(code), "0")
