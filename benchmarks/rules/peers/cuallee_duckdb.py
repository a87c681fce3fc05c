"""cuallee on DuckDB: counts only. usage: FOLDER"""

import sys

import duckdb
from cuallee import Check
from sql_rules import BAD

folder = sys.argv[1]
connection = duckdb.connect()
connection.execute(f"CREATE VIEW people AS SELECT * FROM read_parquet('{folder}/people.parquet')")
connection.execute(f"CREATE VIEW streets AS SELECT * FROM read_parquet('{folder}/streets.parquet')")
NAMES = [*BAD, "street_exists", "citizen_unique", "house_unique"]
check = Check(0, "people", table_name="people")
for text in BAD.values():
    check.satisfies("id", f"(CASE WHEN {text} THEN 0 ELSE 1 END) = 1")
check.satisfies("id", "street IS NULL OR street IN (SELECT street FROM streets)")
check.is_unique("citizen_id")
check.is_composite_key(("house_no", "gender"))
found = check.validate(connection)
for name, count in zip(NAMES, found["violations"], strict=True):
    print(name, int(count))
connection.execute("SELECT max(updated_at) FROM people").fetchall()
