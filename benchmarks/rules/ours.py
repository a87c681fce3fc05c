"""Steward over the benchmark table. usage: ours.py FOLDER rows|keys|counts|fourteen|fifteen

`fourteen` runs only the rules that Pointblank and Great Expectations run here, failing keys kept;
`fifteen` leaves out the five cheapest row rules, for the table of a hundred million rows.
"""

import itertools
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from steward.engine.rules import Options, check, open_path, read_rules

folder, mode = Path(sys.argv[1]), sys.argv[2]
rule_set = read_rules(Path(__file__).with_name("people.yaml"))
LEFT_OUT = {"birth_range", "citizen_id", "credit_code", "id_matches", "income_by_status", "fresh"}
CHEAP = {"name_not_null", "gender_known", "income_range", "address_length", "birth_range"}
out = {"fourteen": LEFT_OUT, "fifteen": CHEAP}.get(mode, set())
rule_set = replace(rule_set, rules=tuple(r for r in rule_set.rules if r.id not in out))
tables = {"streets": open_path(f"{folder}/streets.parquet")}
now = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
marks = [("start", time.perf_counter())]
options = Options(
    tables=tables,
    keep_values=mode == "rows",
    progress=lambda text: marks.append((text, time.perf_counter())),
)
failures = None if mode == "counts" else folder / "failures.parquet"
result = check(
    rule_set, open_path(f"{folder}/people.parquet"), now=now, failures=failures, options=options
)
marks.append(("end", time.perf_counter()))
if len(sys.argv) > 3:
    for (text, start), (_, end) in itertools.pairwise(marks):
        print(f"{end - start:.3f} {text}", file=sys.stderr)
for rule in result.rules:
    print(
        rule.id,
        rule.failing if rule.failing is not None else int(rule.status.value != "passed"),
        rule.error,
    )
print("rows", result.rows)
