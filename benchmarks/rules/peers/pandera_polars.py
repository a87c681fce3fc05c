"""Pandera on Polars: all 20 rules, every failure case. usage: FOLDER"""

import sys
from datetime import date, datetime

import pandera.polars as pa
import polars as pl
from pandera.errors import SchemaErrors

folder = sys.argv[1]
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
streets = pl.read_parquet(f"{folder}/streets.parquet")["street"].to_list()
c = pl.col


def check(name: str, expression: pl.Expr) -> pa.Check:
    return pa.Check(lambda data: data.lazyframe.select(expression.fill_null(value=True)), name=name)


def digit(i: int) -> pl.Expr:
    return c("citizen_id").str.slice(i, 1).cast(pl.Int32, strict=False)


citizen = pl.sum_horizontal(*(digit(i) * (2 ** (17 - i) % 11) for i in range(17))) % 11
last = c("citizen_id").str.slice(17, 1)
table = {str(i): value for i, value in enumerate("10X98765432")}
places = {char: i for i, char in enumerate(ALPHABET)}


def place(i: int) -> pl.Expr:
    return c("credit_code").str.slice(i, 1).replace_strict(places, default=0, return_dtype=pl.Int32)


credit = pl.sum_horizontal(*(place(i) * (3**i % 31) for i in range(17))) + place(17)
shape = c("citizen_id").str.contains(r"^[1-9][0-9]{16}[0-9X]$")
odd = c("citizen_id").str.slice(16, 1).is_in(list("13579"))
checks = {
    "name_not_null": c("name").is_not_null(),
    "name_not_blank": c("name").is_not_null() & (c("name").str.strip_chars() != ""),
    "gender_known": c("gender").is_in(["男", "女"]),
    "mobile_form": c("mobile").str.contains(r"^1[3-9][0-9]{9}$"),
    "email_form": c("email").str.contains(r"^[A-Za-z0-9._-]+@[A-Za-z0-9-]+\.[A-Za-z.]+$"),
    "nation_range": c("nation").cast(pl.Int64, strict=False).is_between(1, 56),
    "income_range": c("income").is_between(0, 1000000),
    "address_length": c("address").str.len_chars().is_between(4, 60),
    "move_in_date": c("move_in").str.to_date("%Y-%m-%d", strict=False).is_not_null(),
    "street_form": c("street").str.contains(r"^[0-9]{9}$"),
    "status_known": c("status").is_in(["0", "1", "2"]),
    "birth_range": c("birth_date").is_between(date(1900, 1, 1), date(2026, 11, 20)),
    "citizen_id": shape & (citizen.cast(pl.String).replace_strict(table, default="") == last),
    "credit_code": c("credit_code").str.contains(
        r"^[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}$"
    )
    & (credit % 31 == 0),
    "id_matches": ~shape
    | (
        (c("citizen_id").str.slice(6, 8) == c("birth_date").dt.strftime("%Y%m%d"))
        & ~((c("gender") == "男") & ~odd)
        & ~((c("gender") == "女") & odd)
    ),
    "income_by_status": (c("status") != "1") | (c("income") < 150000),
    "citizen_unique": ~c("citizen_id").is_duplicated(),
    "house_unique": ~pl.struct("house_no", "gender").is_duplicated(),
    "street_exists": c("street").is_in(streets),
}
frame = pl.read_parquet(f"{folder}/people.parquet")
schema = pa.DataFrameSchema(checks=[check(name, e) for name, e in checks.items()], strict=False)
counts = dict.fromkeys(checks, 0)
try:
    schema.validate(frame, lazy=True)
except SchemaErrors as error:
    cases = error.failure_cases
    for name, count in cases.group_by("check").len().iter_rows():
        counts[name] = count
for name, count in counts.items():
    print(name, count)
print(
    "fresh",
    int(
        frame["updated_at"].max() < datetime(2026, 10, 21)  # noqa: DTZ001
    ),
)
