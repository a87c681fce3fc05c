"""Rules about the values of a body that need no other row."""

from collections.abc import Callable, Mapping
from typing import Any

from steward.core.organizations.errors import OrganizationInvalidError
from steward.kernel.errors import InvalidError
from steward.kernel.identifiers.organisation import validate_credit_code
from steward.kernel.identifiers.region import validate_region

IDENTIFIERS: dict[str, Callable[[str], str]] = {
    "credit_code": validate_credit_code,
    "region_code": validate_region,
}


def checked(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values with identifiers normalised (GB 32100, GB/T 2260).

    Raises OrganizationInvalidError for the first wrong value, naming its field.
    """
    result = dict(values)
    for field in ("code", "name"):
        if field in values and not str(values[field]).strip():
            raise OrganizationInvalidError("编码和名称都不能为空，请补充后再保存", field=field)
    for field, validate in IDENTIFIERS.items():
        if values.get(field):
            result[field] = _valid(field, validate, values[field])
    begin, end = values.get("valid_from"), values.get("valid_until")
    if begin and end and end <= begin:
        raise OrganizationInvalidError("终止日期必须晚于设立日期", field="valid_until")
    return result


def _valid(field: str, validate: Callable[[str], str], value: str) -> str:
    try:
        return validate(value)
    except InvalidError as refusal:
        raise OrganizationInvalidError(refusal.message, field=field) from refusal
