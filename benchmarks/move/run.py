"""Moving side by side: python run.py FOLDER PEERS [ROWS] [ROUNDS] [TOOL …].

A private PostgreSQL holds the table; each tool runs in a process of its own, in turns. Its files
must hold every row with the sums of the source before its time counts; the best round is shown.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import duckdb
import psycopg

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent.parent))
servers = __import__("tests.servers", fromlist=["start_postgres"])
OURS = ("steward", "steward_unverified")
TOOLS = (*OURS, "bare_adbc", "connectorx", "copy_csv", "dlt")
LIMIT = 400
TABLE = """
CREATE TABLE people AS SELECT n::bigint AS id, '姓名' || (n % 9973) AS name,
  lpad((n * 7919 % 100000000)::text, 18, '330802') AS idcard,
  '1' || (3000000000 + n * 31 % 700000000) AS phone,
  '浙江省衢州市柯城区' || (n % 311) || '号' AS addr, (n % 100000 / 100.0)::numeric(12, 2) AS amount,
  date '1950-01-01' + (n % 25000)::int AS birth,
  timestamptz '2024-01-01 00:00+00' + n * interval '1 second' AS updated, (n % 17)::int AS kind,
  CASE WHEN n % 5 = 0 THEN NULL ELSE 'r' || (n % 1000) END AS remark
FROM generate_series(1::bigint, ROWS) n
"""
SUMS = (
    "SELECT count(*), CAST(sum(id) AS BIGINT), CAST(sum(CAST(amount AS DECIMAL(12, 2)) * 100) "
    "AS BIGINT), CAST(sum(length(addr)) AS BIGINT), count(remark), CAST(max(updated) AS VARCHAR) "
    "FROM "
)


def once(
    tool: str, url: str, *, python: str, truth: tuple[object, ...]
) -> tuple[float, float, float, str]:
    """Seconds of the clock and of the processor, peak memory in MB, and what went wrong."""
    folder = Path(tempfile.mkdtemp(prefix="move-"))
    try:
        with tempfile.TemporaryFile("w+") as out:
            process = subprocess.Popen(
                ["timeout", str(LIMIT), python, str(HERE / "work.py"), tool, url, str(folder)],
                stdout=out,
                stderr=subprocess.PIPE,
                text=True,
            )
            errors = process.stderr.read() if process.stderr else ""
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            out.seek(0)
            lines = out.read().splitlines()
        peak = usage.ru_maxrss / 1024
        if process.returncode:
            last = errors.strip().splitlines()[-1:] or [f"code {process.returncode}"]
            return 0.0, 0.0, peak, last[0][:120]
        answer = json.loads(lines[-1])
        found = sums(f"read_parquet({answer['files']})")
        problem = "" if found == truth else f"wrong sums {found}"
        return answer["seconds"], answer["cpu"], peak, problem
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def sums(relation: str) -> tuple[object, ...]:
    with duckdb.connect() as session:
        session.execute("SET TimeZone = 'UTC'")
        return session.execute(SUMS + relation).fetchall()[0]


def main() -> None:
    peers = Path(sys.argv[2])
    rows = int(sys.argv[3]) if len(sys.argv) > 3 else 2_000_000
    rounds = int(sys.argv[4]) if len(sys.argv) > 4 else 2
    chosen = sys.argv[5:] or list(TOOLS)
    url = servers.start_postgres().create_database()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(TABLE.replace("ROWS", str(rows)))
        connection.execute("ANALYZE people")
        connection.execute("SET TIME ZONE 'UTC'")
        truth = connection.execute(SUMS + "people").fetchone()
    best: dict[str, tuple[float, float, float, str]] = {}
    for _ in range(rounds):
        for tool in chosen:
            python = sys.executable if tool in OURS else str(peers / "bin" / "python")
            got = once(tool, url, python=python, truth=truth)
            if tool not in best or (not got[3] and got[0] < best[tool][0]):
                best[tool] = got
    print("| tool | seconds | cpu s | rows/s | peak MB | |\n|---|---|---|---|---|---|")
    for tool, (seconds, cpu, peak, problem) in best.items():
        rate = f"{rows / seconds:,.0f}" if seconds else "-"
        print(f"| {tool} | {seconds:.2f} | {cpu:.2f} | {rate} | {peak:.0f} | {problem} |")


if __name__ == "__main__":
    main()
