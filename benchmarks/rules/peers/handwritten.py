"""Hand-written DuckDB: the same work without a rule engine. usage: FOLDER keys|counts"""

import sys

import duckdb
from sql_rules import BAD

folder, mode = sys.argv[1], sys.argv[2]
people = f"read_parquet('{folder}/people.parquet')"
connection = duckdb.connect(config={"memory_limit": "1500MB", "preserve_insertion_order": False})
run = connection.execute
run(
    f"CREATE TEMP TABLE d1 AS SELECT citizen_id FROM {people} WHERE citizen_id IS NOT NULL GROUP BY 1 HAVING count(*) > 1"
)
run(
    f"CREATE TEMP TABLE d2 AS SELECT house_no, gender FROM {people} GROUP BY 1, 2 HAVING count(*) > 1"
)
run(f"CREATE TEMP TABLE st AS SELECT DISTINCT street FROM read_parquet('{folder}/streets.parquet')")
names = [*BAD, "citizen_unique", "house_unique", "street_exists"]
bad = [
    *(
        text.replace("citizen_id", "p.citizen_id").replace("street", "p.street")
        for text in BAD.values()
    ),
    "d1.citizen_id IS NOT NULL",
    "d2.house_no IS NOT NULL",
    "p.street IS NOT NULL AND st.street IS NULL",
]
bad = [text.replace("gender", "p.gender") if "gender" in text else text for text in bad]
source = (
    f"{people} p LEFT JOIN d1 ON p.citizen_id = d1.citizen_id "
    "LEFT JOIN d2 ON p.house_no = d2.house_no AND p.gender = d2.gender "
    "LEFT JOIN st ON p.street = st.street"
)
if mode == "counts":
    sums = ", ".join(f"sum(CASE WHEN {text} THEN 1 ELSE 0 END)" for text in bad)
    counts = run(f"SELECT {sums} FROM {source}").fetchone()
else:
    mask = " + ".join(f"(CASE WHEN {text} THEN {2**i} ELSE 0 END)" for i, text in enumerate(bad))
    run("SET disabled_optimizers = 'filter_pushdown'")
    out = f"{folder}/hand.parquet"
    run(
        f"COPY (SELECT * FROM (SELECT id, {mask} AS mask FROM {source}) WHERE mask <> 0) TO '{out}' (COMPRESSION zstd)"
    )
    found = run(f"SELECT mask, count(*) FROM read_parquet('{out}') GROUP BY mask").fetchall()
    counts = [sum(n for value, n in found if int(value) >> i & 1) for i in range(len(bad))]
stale = run(f"SELECT max(updated_at) < TIMESTAMP '2026-10-21' FROM {people}").fetchone()[0]
for name, count in [*zip(names, counts, strict=True), ("fresh", int(stale))]:
    print(name, int(count))
