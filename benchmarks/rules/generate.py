"""Make the table of the benchmark: people with known faults, and the table of streets.

usage: generate.py FOLDER ROWS

Every fault is placed by arithmetic on the row number, so that the right counts are known.
"""

import sys
from pathlib import Path

import duckdb

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def _check_digit(body: str) -> str:
    weights = [2 ** (17 - index) % 11 for index in range(17)]
    total = "+".join(
        f"CAST(substr({body}, {index + 1}, 1) AS INTEGER) * {weight}"
        for index, weight in enumerate(weights)
    )
    return f"substr('10X98765432', 1 + ({total}) % 11, 1)"


def _credit_digit(body: str) -> str:
    total = "+".join(
        f"(strpos('{ALPHABET}', substr({body}, {index + 1}, 1)) - 1) * {3**index % 31}"
        for index in range(17)
    )
    return f"substr('{ALPHABET}', 1 + (31 - ({total}) % 31) % 31, 1)"


def people(rows: int) -> str:
    return f"""
    WITH numbers AS (
        SELECT i AS id, CASE WHEN i % 211 = 16 THEN i - 1 ELSE i END AS i FROM range({rows}) r(i)
    ), base AS (
        SELECT id,
            CAST(330802 + i // 20000000 AS VARCHAR) || strftime(DATE '1950-01-01' + CAST(i * 7919 % 20000 AS INTEGER), '%Y%m%d')
                || lpad(CAST(i // 20000 % 1000 AS VARCHAR), 3, '0') AS body,
            DATE '1950-01-01' + CAST(i * 7919 % 20000 AS INTEGER) AS born,
            '91330802MA2' || lpad(CAST(i % 1000000 AS VARCHAR), 6, '0') AS org
        FROM numbers
    )
    SELECT id,
        CASE WHEN id % 200 = 0 THEN NULL WHEN id % 200 = 1 THEN ' ' ELSE '居民' || id END AS name,
        CASE WHEN id % 100 = 3 THEN body || '?' ELSE body || {_check_digit("body")} END AS citizen_id,
        CASE WHEN id % 101 = 4 THEN born + 1 ELSE born END AS birth_date,
        CASE WHEN id % 103 = 5 THEN '未知' WHEN CAST(substr(body, 17, 1) AS INTEGER) % 2 = 1
            THEN '男' ELSE '女' END AS gender,
        CASE WHEN id % 50 = 6 THEN '12' ELSE '13' END || lpad(CAST(id % 1000000000 AS VARCHAR), 9, '0')
            AS mobile,
        CASE WHEN id % 107 = 7 THEN 'bad@' ELSE 'u' || id || '@example.gov.cn' END AS email,
        CASE WHEN id % 109 = 8 THEN org || '?' ELSE org || {_credit_digit("org")} END AS credit_code,
        CASE WHEN id % 113 = 9 THEN '99' ELSE CAST(id % 56 + 1 AS VARCHAR) END AS nation,
        CASE WHEN id % 127 = 10 THEN -1 ELSE CAST(id * 31 % 200000 AS INTEGER) END AS income,
        CASE WHEN id % 131 = 11 THEN 'x' ELSE '信安街道某路' || id % 500 || '号' END AS address,
        CASE WHEN id % 137 = 12 THEN '2026-02-30' ELSE
            strftime(DATE '2020-01-01' + CAST(id % 2000 AS INTEGER), '%Y-%m-%d') END AS move_in,
        CASE WHEN id % 139 = 13 THEN '3300' ELSE CAST(330802001 + id % 20 AS VARCHAR) END AS street,
        CASE WHEN id % 149 = 14 THEN '' ELSE CAST(id % 3 AS VARCHAR) END AS status,
        CASE WHEN id % 151 = 15 THEN id - 1 ELSE id END AS house_no,
        TIMESTAMP '2026-11-01 00:00:00' + INTERVAL 1 SECOND * (id % 1000000) AS updated_at
    FROM base
    """


def main() -> None:
    folder, rows = Path(sys.argv[1]), int(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as connection:
        connection.execute(
            f"COPY ({people(rows)}) TO '{folder}/people.parquet' (FORMAT parquet, COMPRESSION zstd)"
        )
        connection.execute(
            "COPY (SELECT CAST(330802001 + i AS VARCHAR) AS street FROM range(20) r(i)) "
            f"TO '{folder}/streets.parquet' (FORMAT parquet)"
        )


if __name__ == "__main__":
    main()
