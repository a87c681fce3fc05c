"""One tool, once, in a process of its own: python work.py TOOL FOLDER MEMORY.

Prints counts and seconds as JSON. Not timed: imports. Timed: from two Parquet files to exact counts and a Parquet
file of the differences with both values.
"""

import importlib
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

COLUMNS = ("name", "idcard", "phone", "addr", "amount", "birth", "updated", "kind", "remark")
Found = dict[str, Any]


def steward(folder: Path, memory: str) -> Found:
    run = importlib.import_module("steward.engine.compare.run")
    spec = importlib.import_module("steward.engine.compare.spec")
    duck = importlib.import_module("steward.engine.lake.duck")
    with duck.open_session(duck.Limits(memory=memory, spill=folder / "spill")) as session:
        found = run.compare(
            session,
            tuple(duck.parquet([folder / f"{side}.parquet"]) for side in ("left", "right")),
            spec.CompareSpec(keys=(spec.pair("id"),)),
            output=folder / "out",
        )
    return {
        "same": found.same,
        "different": found.different,
        "only_left": found.left.only,
        "only_right": found.right.only,
        "columns": dict(found.columns),
    }


def by_hand(folder: Path, memory: str) -> Found:
    duckdb = importlib.import_module("duckdb")
    session = duckdb.connect()
    session.execute(f"SET memory_limit = '{memory}'")
    session.execute(f"SET temp_directory = '{folder}/spill'")
    session.execute("SET preserve_insertion_order = false")
    mask = " + ".join(
        f"CASE WHEN l.{name} IS DISTINCT FROM r.{name} THEN {1 << bit} ELSE 0 END"
        for bit, name in enumerate(COLUMNS)
    )
    values = ", ".join(f"l.{name} AS left_{name}, r.{name} AS right_{name}" for name in COLUMNS)
    state = "CASE WHEN r.id IS NULL THEN 1 WHEN l.id IS NULL THEN 2 ELSE 0 END"
    session.execute(
        f"COPY (SELECT * FROM (SELECT coalesce(l.id, r.id) AS id, {state} AS s, {mask} AS m, "
        f"{values} FROM '{folder}/left.parquet' l FULL JOIN '{folder}/right.parquet' r "
        f"ON l.id = r.id) WHERE s <> 0 OR m <> 0) TO '{folder}/hand.parquet'"
    )
    bits = ", ".join(
        f"count(*) FILTER (WHERE s = 0 AND m & {1 << bit} > 0)" for bit in range(len(COLUMNS))
    )
    different, left, right, *columns = session.execute(
        "SELECT count(*) FILTER (WHERE s = 0), count(*) FILTER (WHERE s = 1), "
        f"count(*) FILTER (WHERE s = 2), {bits} FROM '{folder}/hand.parquet'"
    ).fetchall()[0]
    rows = session.execute(f"SELECT count(*) FROM '{folder}/left.parquet'").fetchall()[0][0]
    return {
        "same": rows - left - different,
        "different": different,
        "only_left": left,
        "only_right": right,
        "columns": dict(zip(COLUMNS, columns, strict=True)),
    }


def datacompy_polars(folder: Path, _memory: str) -> Found:
    polars = importlib.import_module("polars")
    datacompy = importlib.import_module("datacompy.polars")
    left, right = (polars.read_parquet(folder / f"{side}.parquet") for side in ("left", "right"))
    found = datacompy.PolarsCompare(left, right, join_columns="id")
    found.all_mismatch().write_parquet(folder / "datacompy.parquet")
    return _datacompy(found)


def datacompy_pandas(folder: Path, _memory: str) -> Found:
    pandas = importlib.import_module("pandas")
    datacompy = importlib.import_module("datacompy.pandas")
    left, right = (pandas.read_parquet(folder / f"{side}.parquet") for side in ("left", "right"))
    found = datacompy.PandasCompare(left, right, join_columns="id")
    found.all_mismatch().to_parquet(folder / "datacompy.parquet")
    return _datacompy(found)


def _datacompy(found: Any) -> Found:
    same = int(found.count_matching_rows())
    stats = {item["column"]: int(item["unequal_cnt"]) for item in found.column_stats}
    return {
        "same": same,
        "different": len(found.intersect_rows) - same,
        "only_left": len(found.df1_unq_rows),
        "only_right": len(found.df2_unq_rows),
        "columns": {name: stats[name] for name in COLUMNS},
    }


def reladiff(folder: Path, memory: str) -> Found:
    """It compares tables of a database: a DuckDB file that is made before the clock starts.

    It reports changed rows without saying which columns; those are counted from its rows.
    """
    tool = importlib.import_module("reladiff")
    place = f"duckdb://{folder}/reladiff.duckdb"
    sides = [
        tool.connect_to_table(place, side, "id", extra_columns=COLUMNS)
        for side in ("left_rows", "right_rows")
    ]
    del memory
    signs: dict[str, dict[str, tuple[str, ...]]] = {"-": {}, "+": {}}
    for sign, row in tool.diff_tables(*sides, algorithm=tool.Algorithm.JOINDIFF):
        signs[sign][row[0]] = row
    both = signs["-"].keys() & signs["+"].keys()
    columns = dict.fromkeys(COLUMNS, 0)
    for key in both:
        for name, one, two in zip(COLUMNS, signs["-"][key][1:], signs["+"][key][1:], strict=True):
            columns[name] += one != two
    rows = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    total = rows["same"] + rows["different"] + rows["only_left"]
    only_left = len(signs["-"]) - len(both)
    return {
        "same": total - only_left - len(both),
        "different": len(both),
        "only_left": only_left,
        "only_right": len(signs["+"]) - len(both),
        "columns": columns,
    }


def _load_reladiff(folder: Path) -> None:
    path = folder / "reladiff.duckdb"
    path.unlink(missing_ok=True)
    with importlib.import_module("duckdb").connect(str(path)) as session:
        for side in ("left", "right"):
            session.execute(f"CREATE TABLE {side}_rows AS FROM '{folder}/{side}.parquet'")


TOOLS: dict[str, Callable[[Path, str], Found]] = {
    "steward": steward,
    "by_hand": by_hand,
    "datacompy_polars": datacompy_polars,
    "datacompy_pandas": datacompy_pandas,
    "reladiff": reladiff,
}

IMPORTS = {
    "steward": ("steward.engine.compare.run", "steward.engine.lake.duck"),
    "by_hand": ("duckdb",),
    "datacompy_polars": ("polars", "datacompy.polars"),
    "datacompy_pandas": ("pandas", "datacompy.pandas"),
    "reladiff": ("reladiff",),
}

if __name__ == "__main__":
    tool, folder, memory = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
    if tool == "reladiff":
        _load_reladiff(folder)
    for module in IMPORTS[tool]:
        importlib.import_module(module)
    start, cpu = time.perf_counter(), time.process_time()
    result = TOOLS[tool](folder, memory)
    seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
    print(json.dumps({"seconds": seconds, "cpu": cpu, "found": result}))
