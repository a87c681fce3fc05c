"""Any location as a relation that DuckDB scans as often as it likes."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from steward.engine.connectors.base import Connector, Read
from steward.engine.connectors.lake import LakeConnector
from steward.engine.connectors.parquet import ParquetConnector
from steward.engine.lake.duck import explained, literal, parquet
from steward.engine.lake.errors import DiskFullError, disk_full, is_disk_full
from steward.engine.lake.staging import registered


@dataclass(frozen=True, kw_only=True)
class Dataset:
    """SQL for the rows, what to call them, and what the source said while they were read."""

    relation: str
    name: str
    warnings: list[str] = field(default_factory=list)


@contextmanager
def opened(
    session: duckdb.DuckDBPyConnection, connector: Connector, *, scratch: Path | None = None
) -> Iterator[Dataset]:
    """The data of a connector as a relation.

    Parquet files and lake tables (at a fixed version) are scanned where they are; everything
    else is streamed once into a temporary Parquet file, in bounded memory, and removed after.
    """
    name = str(connector.location)
    snapshot = connector.snapshot() if isinstance(connector, LakeConnector) else None
    if snapshot is not None:
        yield Dataset(relation=snapshot.relation, name=name)
        return
    if isinstance(connector, ParquetConnector):
        connector.describe()
        yield Dataset(relation=parquet(connector.files()), name=name)
        return
    with TemporaryDirectory(prefix="steward-data-", dir=scratch) as folder:
        path = Path(folder) / "data.parquet"
        with connector.open(Read()) as stream, registered(session, stream.reader) as rows:
            try:
                with explained(name):
                    session.execute(f"COPY {rows} TO {literal(str(path))} (FORMAT parquet)")
            except (OSError, DiskFullError) as error:
                if isinstance(error, DiskFullError) or is_disk_full(error):
                    raise disk_full(f"临时目录 {folder}（暂存 {name}）") from error
                raise
            warnings = stream.warnings
        yield Dataset(relation=parquet([path]), name=name, warnings=warnings)
