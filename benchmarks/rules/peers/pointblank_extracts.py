"""Pointblank: 14 rules without check digits. usage: FOLDER polars|duckdb [counts]

Unless `counts` is asked for, the failing rows of every step are kept without its limit of 500 and
written, one file a step: what tells which rule a row breaks.
"""

import sys
from pathlib import Path

import ibis
import pointblank as pb
import polars as pl

folder, backend = Path(sys.argv[1]), sys.argv[2]
rows = len(sys.argv) < 4
streets = pl.read_parquet(folder / "streets.parquet")["street"].to_list()
if backend == "duckdb":
    frame = ibis.duckdb.connect().read_parquet(str(folder / "people.parquet"), table_name="people")
else:
    frame = pl.read_parquet(folder / "people.parquet")
result = (
    pb.Validate(frame)
    .col_vals_not_null("name")
    .col_vals_regex("name", r"\S", na_pass=False)
    .col_vals_in_set("gender", ["男", "女"])
    .col_vals_regex("mobile", r"^1[3-9][0-9]{9}$", na_pass=True)
    .col_vals_regex("email", r"^[A-Za-z0-9._-]+@[A-Za-z0-9-]+\.[A-Za-z.]+$", na_pass=True)
    .col_vals_regex("nation", r"^([1-9]|[1-4][0-9]|5[0-6])$", na_pass=True)
    .col_vals_between("income", 0, 1000000, na_pass=True)
    .col_vals_regex("address", r"^.{4,60}$", na_pass=True)
    .col_vals_regex("move_in", r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", na_pass=True)
    .col_vals_regex("street", r"^[0-9]{9}$", na_pass=True)
    .col_vals_in_set("status", ["0", "1", "2"])
    .col_vals_in_set("street", streets)
    .rows_distinct(["citizen_id"])
    .rows_distinct(["house_no", "gender"])
    .interrogate(collect_extracts=rows, extract_limit=1_000_000_000)
)
names = [
    "name_not_null",
    "name_not_blank",
    "gender_known",
    "mobile_form",
    "email_form",
    "nation_range",
    "income_range",
    "address_length",
    "move_in_shape",
    "street_form",
    "status_known",
    "street_exists",
    "citizen_unique",
    "house_unique",
]
for index, name in enumerate(names, start=1):
    print(name, result.n_failed(i=index, scalar=True))
    if rows:
        extract = result.get_data_extracts(i=index, frame=True)
        if extract is not None and hasattr(extract, "to_parquet"):
            extract.to_parquet(folder / f"pointblank_{name}.parquet")
        elif extract is not None:
            extract.write_parquet(folder / f"pointblank_{name}.parquet")
