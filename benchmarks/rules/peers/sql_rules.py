"""The rules as a person would write them for DuckDB: true for a bad row."""

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CITIZEN = " + ".join(
    f"CAST(substr(citizen_id, {i + 1}, 1) AS INTEGER) * {2 ** (17 - i) % 11}" for i in range(17)
)
CREDIT = " + ".join(
    f"(strpos('{ALPHABET}', substr(credit_code, {i + 1}, 1)) - 1) * {3**i % 31}" for i in range(17)
)
BAD = {
    "name_not_null": "name IS NULL",
    "name_not_blank": "name IS NULL OR trim(name) = ''",
    "gender_known": "gender NOT IN ('男', '女')",
    "mobile_form": "NOT regexp_matches(mobile, '^1[3-9][0-9]{9}$')",
    "email_form": "NOT regexp_matches(email, '^[A-Za-z0-9._-]+@[A-Za-z0-9-]+\\.[A-Za-z.]+$')",
    "nation_range": "coalesce(TRY_CAST(nation AS DECIMAL(18, 6)) NOT BETWEEN 1 AND 56, true)",
    "income_range": "income NOT BETWEEN 0 AND 1000000",
    "address_length": "length(address) NOT BETWEEN 4 AND 60",
    "move_in_date": "TRY_CAST(move_in AS DATE) IS NULL",
    "street_form": "NOT regexp_matches(street, '^[0-9]{9}$')",
    "status_known": "coalesce(status, '') NOT IN ('0', '1', '2')",
    "birth_range": "birth_date NOT BETWEEN DATE '1900-01-01' AND DATE '2026-11-20'",
    "citizen_id": (
        "CASE WHEN regexp_matches(citizen_id, '^[1-9][0-9]{16}[0-9X]$') THEN "
        f"substr('10X98765432', 1 + ({CITIZEN}) % 11, 1) <> substr(citizen_id, 18, 1) "
        "OR TRY_CAST(substr(citizen_id, 7, 4) || '-' || substr(citizen_id, 11, 2) || '-' "
        "|| substr(citizen_id, 13, 2) AS DATE) IS NULL ELSE true END"
    ),
    "credit_code": (
        "CASE WHEN regexp_matches(credit_code, "
        "'^[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}$') THEN "
        f"substr('{ALPHABET}', 1 + (31 - ({CREDIT}) % 31) % 31, 1) <> substr(credit_code, 18, 1) "
        "ELSE true END"
    ),
    "id_matches": (
        "regexp_matches(citizen_id, '^[1-9][0-9]{16}[0-9X]$') AND ("
        "substr(citizen_id, 7, 8) <> strftime(birth_date, '%Y%m%d') "
        "OR (gender = '男' AND substr(citizen_id, 17, 1) IN ('0', '2', '4', '6', '8')) "
        "OR (gender = '女' AND substr(citizen_id, 17, 1) IN ('1', '3', '5', '7', '9')))"
    ),
    "income_by_status": "NOT (status <> '1' OR income < 150000)",
}
