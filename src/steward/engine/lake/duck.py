"""A DuckDB session with a memory limit, a private spill directory and Chinese errors."""

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from steward.engine.lake.errors import explain


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What one piece of work may use: `memory` as DuckDB writes it, spill below `spill`."""

    memory: str = "1GB"
    threads: int | None = None
    spill: Path | None = None


@contextmanager
def open_session(limits: Limits | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """A private in-memory database that spills to a directory removed at the end.

    Extensions are never downloaded; time zone is UTC; row order is not kept, which is what lets
    large joins and copies run in bounded memory.
    """
    limits = limits or Limits()
    if limits.spill is not None:
        limits.spill.mkdir(parents=True, exist_ok=True)
    spill = tempfile.mkdtemp(prefix="steward-spill-", dir=limits.spill)
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": limits.memory,
        "temp_directory": spill,
        "preserve_insertion_order": False,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    if limits.threads is not None:
        config["threads"] = limits.threads
    session = duckdb.connect(config=config)
    try:
        session.execute("SET TimeZone='UTC'")
        yield session
    finally:
        session.close()
        shutil.rmtree(spill, ignore_errors=True)


@contextmanager
def explained(place: str) -> Iterator[None]:
    """Errors of DuckDB inside the block leave it as errors that name `place`."""
    try:
        yield
    except duckdb.Error as error:
        raise explain(error, place) from error


def ident(name: str) -> str:
    """A column or table name quoted for DuckDB, PostgreSQL and SQLite."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A string constant quoted for DuckDB."""
    return "'" + text.replace("'", "''") + "'"


def parquet(paths: Sequence[str | Path], *, extra: str = "") -> str:
    """The table function that scans Parquet files of one schema; `extra` holds more options."""
    files = ", ".join(literal(str(path)) for path in paths)
    return f"read_parquet([{files}]{extra})"


def columns_of(session: duckdb.DuckDBPyConnection, relation: str) -> dict[str, str]:
    """Column names and DuckDB types of a table, view or table function, in order."""
    rows = session.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall()  # noqa: S608
    return {row[0]: row[1] for row in rows}


def scalar(session: duckdb.DuckDBPyConnection, sql: str) -> int:
    """The one integer a statement returns; NULL counts as 0."""
    row = one(session, sql)
    return int(row[0] or 0)


def one(session: duckdb.DuckDBPyConnection, sql: str, values: object = None) -> tuple[Any, ...]:
    """The single row a statement returns. The result is taken whole, so that the connection is
    free again for the next statement.
    """
    rows: list[tuple[Any, ...]] = session.execute(sql, values).fetchall()
    return rows[0]


def stream(session: duckdb.DuckDBPyConnection, sql: str) -> pa.RecordBatchReader:
    """The rows of a query as batches of at most 65,536, produced while they are read."""
    return session.sql(sql).to_arrow_reader(65_536)
