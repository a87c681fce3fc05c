"""Two tables of ten columns with known differences: python generate.py FOLDER ROWS."""

import json
import sys
from pathlib import Path

import duckdb

COLUMNS = ("name", "idcard", "phone", "addr", "amount", "birth", "updated", "kind", "remark")


def main(folder: Path, rows: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as session:
        session.execute("SET preserve_insertion_order = false")
        session.execute(
            f"""
            COPY (SELECT i AS id, '姓名' || (i % 9973) AS name,
              printf('3308%014d', i * 7919 % 100000000000000) AS idcard,
              '1' || (3000000000 + i * 31 % 700000000) AS phone,
              '浙江省衢州市柯城区' || (i % 311) || '号' AS addr,
              CAST((i % 100000) / 100.0 AS DECIMAL(10, 2)) AS amount,
              DATE '1950-01-01' + CAST(i % 25000 AS INTEGER) AS birth,
              TIMESTAMP '2024-01-01' + INTERVAL (i % 31000000) SECOND AS updated,
              i % 17 AS kind, CASE WHEN i % 5 = 0 THEN NULL ELSE 'r' || (i % 1000) END AS remark
              FROM range({rows}) t(i)) TO '{folder}/left.parquet'
            """
        )
        session.execute(
            f"""
            COPY (SELECT id + CASE WHEN id % 500 = 3 THEN {rows} ELSE 0 END AS id, name, idcard,
              CASE WHEN id % 100 = 1 THEN 'x' ELSE phone END AS phone,
              CASE WHEN id % 200 = 5 THEN '搬迁' ELSE addr END AS addr,
              amount, birth, updated, kind,
              CASE WHEN id % 50 = 0 THEN 'n' ELSE remark END AS remark
              FROM '{folder}/left.parquet' WHERE id % 500 <> 7) TO '{folder}/right.parquet'
            """
        )
    ids = range(rows)
    moved, lost = len(ids[3::500]), len(ids[7::500])
    columns = dict.fromkeys(COLUMNS, 0)
    columns |= {"phone": len(ids[1::100]), "addr": len(ids[5::200]), "remark": len(ids[0::50])}
    different = sum(columns.values())
    truth = {
        "same": rows - moved - lost - different,
        "different": different,
        "only_left": moved + lost,
        "only_right": moved,
        "columns": columns,
    }
    (folder / "truth.json").write_text(json.dumps(truth), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
