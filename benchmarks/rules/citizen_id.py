"""What the citizen id rule costs against one regular expression. usage: citizen_id.py FOLDER

One thread over an in-memory table, processor time, best of five: a ratio, not a rate.
"""

import sys
import time
from datetime import UTC, datetime

import duckdb

from steward.engine.expressions import DataType
from steward.engine.rules import build_rules
from steward.engine.rules.generate import Described, generate_sql

folder = sys.argv[1]
connection = duckdb.connect(config={"threads": 1})
connection.execute(
    f"CREATE TABLE t AS SELECT citizen_id FROM read_parquet('{folder}/people.parquet') LIMIT 2000000"
)
rule = {"id": "r", "kind": "citizen_id", "column": "citizen_id"}
described = Described("t", {"citizen_id": DataType.TEXT})
ours = generate_sql(
    build_rules({"name": "t", "rules": [rule]}),
    "duckdb",
    described,
    now=datetime(2026, 11, 20, tzinfo=UTC),
).counts
regex = (
    "SELECT m, count(*) FROM (SELECT CASE WHEN NOT regexp_matches(citizen_id, "
    "'^[1-9][0-9]{16}[0-9X]$') THEN 1 ELSE 0 END AS m FROM t) GROUP BY m"
)


def best(sql: str) -> float:
    times = []
    for _ in range(5):
        start = time.process_time()
        connection.execute(sql).fetchall()
        times.append(time.process_time() - start)
    return min(times)


plain, full = best(regex), best(ours)
print(
    f"one regular expression {plain * 500:.0f} ns/row, the rule {full * 500:.0f} ns/row, {full / plain:.2f}×"
)
