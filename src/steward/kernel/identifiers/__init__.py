"""Identifiers of people, organisations, places, vehicles and contacts.

Every `validate_x` returns the normalised value or raises InvalidIdentifierError with a sentence
that names the wrong character; every `make_x` gives valid values for demonstration data.
"""

from collections.abc import Callable, Mapping

from steward.kernel.identifiers.base import InvalidIdentifierError
from steward.kernel.identifiers.citizen import (
    CitizenId,
    make_citizen_id,
    parse_citizen_id,
    validate_citizen_id,
)
from steward.kernel.identifiers.contact import (
    make_mobile,
    validate_email,
    validate_landline,
    validate_mobile,
)
from steward.kernel.identifiers.organisation import (
    CreditCode,
    make_credit_code,
    make_organisation_code,
    parse_credit_code,
    validate_credit_code,
    validate_organisation_code,
)
from steward.kernel.identifiers.plate import (
    PLATE_LABELS,
    Plate,
    PlateKind,
    make_plate,
    parse_plate,
    validate_plate,
)
from steward.kernel.identifiers.region import (
    PROVINCES,
    REGION_LEVEL_LABELS,
    Region,
    RegionLevel,
    parse_region,
    validate_region,
)
from steward.kernel.text import normalise

__all__ = [
    "IDENTIFIER_LABELS",
    "PLATE_LABELS",
    "PROVINCES",
    "REGION_LEVEL_LABELS",
    "VALIDATORS",
    "CitizenId",
    "CreditCode",
    "InvalidIdentifierError",
    "Plate",
    "PlateKind",
    "Region",
    "RegionLevel",
    "make_citizen_id",
    "make_credit_code",
    "make_mobile",
    "make_organisation_code",
    "make_plate",
    "normalise",
    "parse_citizen_id",
    "parse_credit_code",
    "parse_plate",
    "parse_region",
    "validate_citizen_id",
    "validate_credit_code",
    "validate_email",
    "validate_landline",
    "validate_mobile",
    "validate_organisation_code",
    "validate_plate",
    "validate_region",
]

VALIDATORS: Mapping[str, Callable[[str], str]] = {
    "citizen_id": validate_citizen_id,
    "credit_code": validate_credit_code,
    "organisation_code": validate_organisation_code,
    "region": validate_region,
    "plate": validate_plate,
    "mobile": validate_mobile,
    "landline": validate_landline,
    "email": validate_email,
}
"""By the code that rules and element definitions store."""

IDENTIFIER_LABELS: Mapping[str, str] = {
    "citizen_id": "公民身份号码",
    "credit_code": "统一社会信用代码",
    "organisation_code": "组织机构代码",
    "region": "行政区划代码",
    "plate": "机动车号牌",
    "mobile": "手机号码",
    "landline": "固定电话",
    "email": "电子邮箱",
}
