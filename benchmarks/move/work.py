"""One tool, once, in a process of its own: python work.py TOOL URL FOLDER.

Moves the table `people` of a PostgreSQL database into Parquet (ours: into a table of the lake,
counted and proved) and prints the seconds and the Parquet files as JSON. Not timed: imports.
"""

import importlib
import json
import os
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

QUERY = "SELECT * FROM people"
DECIMALS = {"amount": (12, 2)}


def steward(url: str, folder: Path) -> list[str]:
    return _steward(url, folder, verify=True)


def steward_unverified(url: str, folder: Path) -> list[str]:
    return _steward(url, folder, verify=False)


def _steward(url: str, folder: Path, *, verify: bool) -> list[str]:
    base = importlib.import_module("steward.engine.connectors.base")
    sync = importlib.import_module("steward.engine.connectors.sync")
    store = importlib.import_module("steward.engine.lake.store")
    lake = store.Lake(folder / "lake", verify=verify)
    sync.Sync(
        source=base.open_connector(f"{url}#people"),
        lake=lake,
        table="ods.people",
        task=sync.Task(name="people"),
    ).run(now=datetime(2026, 1, 1, tzinfo=UTC))
    return list(lake.snapshot("ods.people").files)


def bare_adbc(url: str, folder: Path) -> list[str]:
    """A reader into a Parquet writer; decimals stay the text that the driver gives."""
    adbc = importlib.import_module("adbc_driver_postgresql.dbapi")
    arrow = importlib.import_module("pyarrow")
    parquet = importlib.import_module("pyarrow.parquet")
    path = folder / "adbc.parquet"
    with adbc.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute(QUERY)
        reader = cursor.fetch_record_batch()
        schema = arrow.schema(
            [arrow.field(f.name, getattr(f.type, "storage_type", f.type)) for f in reader.schema]
        )
        with parquet.ParquetWriter(path, schema, compression="zstd") as writer:
            for batch in reader:
                arrays = [getattr(column, "storage", column) for column in batch.columns]
                writer.write_batch(arrow.RecordBatch.from_arrays(arrays, schema=schema))
    return [str(path)]


def connectorx(url: str, folder: Path) -> list[str]:
    """One stream of batches into a Parquet writer."""
    tool = importlib.import_module("connectorx")
    parquet = importlib.import_module("pyarrow.parquet")
    path = folder / "connectorx.parquet"
    parts = urlsplit(url)
    host = parse_qs(parts.query)["host"][0]
    place = f"postgresql://{parts.username}@{quote(host, safe='')}{parts.path}"
    reader = tool.read_sql(place, QUERY, return_type="arrow_stream", batch_size=65_536)
    with parquet.ParquetWriter(path, reader.schema, compression="zstd") as writer:
        for batch in reader:
            writer.write_batch(batch)
    return [str(path)]


def copy_csv(url: str, folder: Path) -> list[str]:
    """COPY as CSV, parsed by Arrow, into a Parquet writer."""
    driver = importlib.import_module("psycopg2")
    reader = importlib.import_module("pyarrow.csv")
    parquet = importlib.import_module("pyarrow.parquet")
    path, text = folder / "copy.parquet", folder / "copy.csv"
    options = reader.ConvertOptions(strings_can_be_null=True, quoted_strings_can_be_null=False)
    with driver.connect(url) as connection, connection.cursor() as cursor, text.open("wb") as out:
        cursor.copy_expert(f"COPY ({QUERY}) TO STDOUT (FORMAT csv, HEADER)", out)
    with (
        reader.open_csv(text, convert_options=options) as stream,
        parquet.ParquetWriter(path, stream.schema, compression="zstd") as writer,
    ):
        for batch in stream:
            writer.write_batch(batch)
    text.unlink()
    return [str(path)]


def dlt(url: str, folder: Path) -> list[str]:
    """Its table source with the pyarrow backend into Parquet files of a folder."""
    tool = importlib.import_module("dlt")
    database = importlib.import_module("dlt.sources.sql_database")
    for name, value in {
        "DLT_DATA_DIR": str(folder / "dlt"),
        "RUNTIME__DLTHUB_TELEMETRY": "false",
        "NORMALIZE__DATA_WRITER__DISABLE_COMPRESSION": "true",
    }.items():
        os.environ[name] = value
    pipeline = tool.pipeline(
        pipeline_name="bench",
        pipelines_dir=str(folder / "dlt"),
        destination=tool.destinations.filesystem(str(folder / "dlt_out")),
        dataset_name="out",
    )
    source = database.sql_table(
        credentials=url.replace("postgresql://", "postgresql+psycopg2://"),
        table="people",
        backend="pyarrow",
        chunk_size=100_000,
    )
    pipeline.run(source, loader_file_format="parquet")
    return [str(path) for path in (folder / "dlt_out").rglob("people/*.parquet")]


TOOLS: dict[str, Callable[[str, Path], list[str]]] = {
    "steward": steward,
    "steward_unverified": steward_unverified,
    "bare_adbc": bare_adbc,
    "connectorx": connectorx,
    "copy_csv": copy_csv,
    "dlt": dlt,
}
OURS = (
    "steward.engine.connectors.sync",
    *(f"steward.engine.connectors.{name}" for name in ("csv", "excel", "lake", "postgres", "sftp")),
)
IMPORTS = {
    "steward": OURS,
    "steward_unverified": OURS,
    "bare_adbc": ("adbc_driver_postgresql.dbapi", "pyarrow.parquet"),
    "connectorx": ("connectorx", "pyarrow.parquet"),
    "copy_csv": ("psycopg2", "pyarrow.csv", "pyarrow.parquet"),
    "dlt": ("dlt", "dlt.sources.sql_database"),
}

if __name__ == "__main__":
    tool, url, folder = sys.argv[1], sys.argv[2], Path(sys.argv[3])
    for module in IMPORTS[tool]:
        importlib.import_module(module)
    start, cpu = time.perf_counter(), time.process_time()
    files = TOOLS[tool](url, folder)
    seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
    print(json.dumps({"seconds": seconds, "cpu": cpu, "files": files}))
