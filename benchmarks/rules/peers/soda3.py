"""Soda 3 on DuckDB: counts only. usage: FOLDER"""

import sys

import duckdb
from soda.scan import Scan
from sql_rules import BAD

folder = sys.argv[1]
connection = duckdb.connect()
connection.execute(f"CREATE VIEW people AS SELECT * FROM read_parquet('{folder}/people.parquet')")
connection.execute(f"CREATE VIEW streets AS SELECT * FROM read_parquet('{folder}/streets.parquet')")
lines = ["checks for people:"]
for name, text in BAD.items():
    lines += [
        f"  - {name} = 0:",
        f"      {name} expression: sum(CASE WHEN {text} THEN 1 ELSE 0 END)",
    ]
lines += ["  - duplicate_count(citizen_id) = 0", "  - duplicate_count(house_no, gender) = 0"]
lines += ["  - values in (street) must exist in streets (street):", "      samples limit: 0"]
lines += ["  - newest > 0:", "      newest expression: max(epoch(updated_at))"]
scan = Scan()
scan.set_data_source_name("duckdb")
scan.add_duckdb_connection(connection)
scan.add_sodacl_yaml_str("\n".join(lines))
scan.disable_telemetry()
scan.execute()
for check in scan._checks:  # noqa: SLF001
    value = check.check_value
    print(check.name.split(" ")[0], value if value is not None else "?")
