"""Planted faults as data: what is set in which rows, and which rules that breaks.

Every fault has a slice of rows of its own, numbered from the end of the table; nothing else in
the population points to those rows, so a fault breaks the rules it names and no other.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Fault:
    """`sets`: column → SQL over the clean row (`o`: place in the slice, from 0).

    `identity` changes who the row is before anything is derived: `twin` (the odd row repeats the
    one before), `namesake` (its name, birthday and mobile only), `minor`, `ancient`. `in_pairs`:
    rows 2n and 2n + 1 of the slice share a value that either of them may have alone. `rights`:
    column → SQL of what a person would write who puts the row right, where that is not the
    clean row's own value.
    """

    code: str
    breaks: tuple[str, ...]
    sets: Mapping[str, str] = field(default_factory=dict)
    identity: str = ""
    in_pairs: bool = False
    rights: Mapping[str, str] = field(default_factory=dict)


def _one(rule: str, **sets: str) -> Fault:
    return Fault(rule, (rule,), sets)


def _pairs(rule: str, *, identity: str = "", **sets: str) -> Fault:
    return Fault(rule, (rule,), sets, identity, in_pairs=True)


COUNTY = "left(region_code, 6) || '000000'"
ELSEWHERE = "'330803001000'"
DIED = "2025-11-05"
# Another last character than the right one.
WRONG_CHECK = "left({0}, 17) || CASE right({0}, 1) WHEN '1' THEN '2' ELSE '1' END"

PERSON = (
    _one("name_filled", full_name="CASE o % 2 WHEN 0 THEN '' ELSE '不详' END"),
    _one("citizen_id_filled", citizen_id="NULL"),
    _one("gender_filled", gender="NULL"),
    _one("address_filled", address="'　'"),
    _one("adult_mobile_filled", mobile="NULL"),
    _one("cancelled_date_filled", status="'9'"),
    _one("citizen_id_form", citizen_id=WRONG_CHECK.format("citizen_id")),
    _one("name_form", full_name="full_name || '1'"),
    _one("mobile_form", mobile="left(mobile, 10)"),
    _one("gender_code", gender="'M'"),
    _one("nation_code", nation="'汉族'"),
    _one("relation_code", relation="'77'"),
    Fault("birth_date_form", ("birth_date_form", "birth_range"),
          {"birth_date": "left(birth_date, 4) || '-02-30'"}),
    _one("region_code_form", region_code=COUNTY),
    _pairs("citizen_id_unique", identity="twin"),
    _pairs("same_person", identity="namesake"),
    _one("birth_matches_id", birth_date="left(birth_date, 8) || CASE right(birth_date, 2) WHEN '01' THEN '02' ELSE '01' END"),
    _one("gender_matches_id", gender="CASE gender WHEN '1' THEN '2' ELSE '1' END"),
    _one("age_matches_birth", age="age + 10"),
    _one("registered_after_birth", registered_date="'1950-06-01'"),
    _one("cancelled_after_registered", status="'9'", cancelled_date="'2000-01-01'"),
    Fault("age_range", ("age_range", "age_matches_birth"), {"age": "age + 200"}),
    Fault("birth_range", ("birth_range",), {"age": "NULL"}, identity="ancient"),
    _one("name_real", full_name="'测试人员'"),
    Fault("married_of_age", ("married_of_age",), {"marital": "'20'"}, identity="minor"),
    Fault("household_exists", ("household_exists", "household_members"),
          {"household_id": "'HX' || lpad(CAST(o AS VARCHAR), 7, '0')"}),
    _one("home_exists", home_id="'FX' || lpad(CAST(o AS VARCHAR), 7, '0')"),
    Fault("region_exists", ("region_exists",), {"region_code": ELSEWHERE}),
    Fault("not_deceased", ("not_deceased",),
          rights={"status": "'9'", "cancelled_date": f"'{DIED}'"}),
    _one("head_registered", relation="'01'"),
)  # fmt: skip

HOME = (
    _one("building_filled", building_id="NULL"),
    _one("address_filled", address="''"),
    Fault("owner_filled", ("owner_filled", "owner_agrees"), {"owner_name": "'　'"}),
    _one("tenancy_filled", usage="'2'", tenancy_until="NULL"),
    _one("usage_code", usage="'自住'"),
    Fault("owner_id_form", ("owner_id_form", "owner_agrees", "owner_exists"),
          {"owner_citizen_id": WRONG_CHECK.format("owner_citizen_id")}),
    _one("room_form", room="room || '室'"),
    _one("region_code_form", region_code=COUNTY),
    _one("registered_date_form", registered_date="'2021-13-01'"),
    _pairs("room_unique", identity="twin"),
    _pairs("certificate_unique", certificate_no="'浙（2020）柯城区不动产权第T' || lpad(CAST(o // 2 AS VARCHAR), 7, '0') || '号'"),
    _one("floor_fits", floor="floors_total + 1"),
    _one("vacant_empty", usage="'3'", residents="2"),
    _one("owner_agrees", owner_name="owner_name || '甲'"),
    _one("area_range", area="CASE o % 2 WHEN 0 THEN 1 ELSE 9800 END"),
    _one("longitude_range", longitude="longitude - 90"),
    _one("latitude_range", latitude="latitude + 90"),
    _one("building_exists", building_id="'BX' || lpad(CAST(o AS VARCHAR), 7, '0')"),
    Fault("owner_exists", ("owner_exists", "owner_agrees"), {"owner_citizen_id": "stranger(o)"}),
    _one("region_exists", region_code=ELSEWHERE),
)  # fmt: skip

HOUSEHOLD = (
    _one("no_filled", household_no="NULL"),
    _one("head_filled", head_citizen_id="NULL"),
    _one("home_filled", home_id="NULL"),
    _one("no_form", household_no="'无号' || right(household_no, 6)"),
    _one("kind_code", kind="'家庭'"),
    Fault("head_id_form", ("head_id_form", "head_exists", "head_agrees"),
          {"head_citizen_id": WRONG_CHECK.format("head_citizen_id")}),
    _one("phone_form", phone="'0570'"),
    Fault("region_code_form", ("region_code_form", "home_region_agrees"), {"region_code": COUNTY}),
    _pairs("no_unique", household_no="'9' || lpad(CAST(o // 2 AS VARCHAR), 8, '0')"),
    _pairs("head_unique", identity="twin"),
    _one("head_agrees", head_name="head_name || '甲'"),
    _one("home_region_agrees", region_code="CASE region_code WHEN '330802005000' THEN '330802006000' ELSE '330802005000' END"),
    _one("cancelled_after_registered", status="'9'", cancelled_date="'1960-01-01'"),
    Fault("members_range", ("members_range",), {"members": "members + 60"}),
    _one("registered_range", registered_date="'1900-01-01'"),
    Fault("head_exists", ("head_exists", "head_agrees"), {"head_citizen_id": "stranger(o)"}),
    Fault("home_exists", ("home_exists", "home_region_agrees"),
          {"home_id": "'FX' || lpad(CAST(o AS VARCHAR), 7, '0')"}),
    Fault("region_exists", ("region_exists", "home_region_agrees"), {"region_code": ELSEWHERE}),
)  # fmt: skip

VEHICLE = (
    _one("plate_filled", plate="''"),
    Fault("owner_name_filled", ("owner_name_filled", "owner_agrees"), {"owner_name": "''"}),
    _one("owner_id_filled", owner_citizen_id="NULL"),
    _one("owner_code_filled", owner_kind="'2'", owner_citizen_id="NULL"),
    _one("plate_ordinary", plate="'浙I' || right(plate, 5)"),
    _one("plate_new_energy", energy="'2'"),
    _one("vin_form", vin="'O' || right(vin, 16)"),
    _one("kind_code", kind="'轿车'"),
    Fault("owner_id_form", ("owner_id_form", "owner_exists", "owner_agrees"),
          {"owner_citizen_id": WRONG_CHECK.format("owner_citizen_id")}),
    _one("owner_code_form", owner_credit_code="left(credit_code(o), 17) || CASE right(credit_code(o), 1) WHEN '1' THEN '2' ELSE '1' END"),
    _one("mobile_form", owner_mobile="'1' || owner_mobile"),
    _pairs("plate_unique", plate="'浙H' || lpad(CAST(o // 2 AS VARCHAR), 5, '0')"),
    _pairs("vin_unique", vin="'LTWZZZA1' || lpad(CAST(o // 2 AS VARCHAR), 9, '0')"),
    _one("owner_agrees", owner_name="owner_name || '甲'"),
    _one("inspected_after_registered", inspected_until="'1989-01-01'"),
    _one("insured_after_registered", insured_until="'1989-01-01'"),
    _one("seats_range", seats="0"),
    _one("registered_range", registered_date="'1966-01-01'"),
    Fault("owner_exists", ("owner_exists", "owner_agrees"), {"owner_citizen_id": "stranger(o)"}),
    _one("owner_place_exists", owner_kind="'2'", owner_citizen_id="NULL",
         owner_credit_code="credit_code(9000000 + o)"),
    _one("region_exists", region_code=ELSEWHERE),
)  # fmt: skip

PLACE = (
    _one("name_filled", name="''"),
    _one("address_filled", address="''"),
    Fault("legal_filled", ("legal_filled", "legal_agrees"), {"legal_name": "''"}),
    _one("phone_filled", contact_phone="NULL"),
    _one("high_risk_checked", risk="'1'", checked_date="NULL"),
    _one("closed_date_filled", state="'9'"),
    _one("credit_code_form", credit_code="left(credit_code, 17) || CASE right(credit_code, 1) WHEN '1' THEN '2' ELSE '1' END"),
    _one("kind_code", kind="'饭店'"),
    _one("licence_form", licence_no="'浙' || licence_no"),
    _one("phone_form", contact_phone="'电话' || contact_phone"),
    Fault("legal_id_form", ("legal_id_form", "legal_exists", "legal_agrees"),
          {"legal_citizen_id": WRONG_CHECK.format("legal_citizen_id")}),
    _one("region_code_form", region_code=COUNTY),
    _pairs("licence_unique", licence_no="'JY99' || lpad(CAST(o // 2 AS VARCHAR), 10, '0')"),
    _pairs("name_address_unique", name="'邻里便利店'", address="'柯城区演示路' || CAST(o // 2 AS VARCHAR) || '号'"),
    _one("closed_after_opened", state="'9'", closed_date="'1949-10-01'"),
    _one("checked_after_opened", checked_date="'1949-10-01'"),
    _one("legal_agrees", legal_name="legal_name || '甲'"),
    _one("area_range", area="0"),
    _one("staff_range", staff="-1"),
    _one("opened_range", opened_date="'1900-01-01'"),
    _one("building_exists", building_id="'BX' || lpad(CAST(o AS VARCHAR), 7, '0')"),
    Fault("legal_exists", ("legal_exists", "legal_agrees"), {"legal_citizen_id": "stranger(o)"}),
    _one("region_exists", region_code=ELSEWHERE),
)  # fmt: skip

FAULTS: dict[str, tuple[Fault, ...]] = {
    "person": PERSON,
    "home": HOME,
    "household": HOUSEHOLD,
    "vehicle": VEHICLE,
    "place": PLACE,
}
