# ruff: noqa: S608 - names go through ident(), values are parameters
"""Tables of the lake as a source and a target."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar

import pyarrow as pa

from steward.engine.connectors.base import (
    Column,
    Connector,
    Read,
    Stream,
    TableInfo,
    Window,
    WriteMode,
    connectors,
)
from steward.engine.connectors.errors import InvalidLocationError
from steward.engine.connectors.files import largest, windowed
from steward.engine.connectors.sql import chosen, conditions
from steward.engine.lake.duck import explained, ident, one, open_session
from steward.engine.lake.fitting import Fit
from steward.engine.lake.store import Lake
from steward.engine.lake.table import Description, Snapshot
from steward.kernel import instants


@connectors.register
class LakeConnector(Connector):
    """`lake:///root#ods.person` or `lake:///root?version=7#ods.person`."""

    code = "lake"
    label = "数据湖表"
    schemes: ClassVar[tuple[str, ...]] = ("lake",)
    repeatable: ClassVar[bool] = True

    @property
    def lake(self) -> Lake:
        """The lake at the root directory of the location."""
        return Lake(Path(self.location.path))

    @property
    def version(self) -> int | None:
        """The version that the location names; None is the newest."""
        version = self.location.options.get("version")
        if version is not None and not version.isdigit():
            raise InvalidLocationError(f"版本号“{version}”不是数字")
        return int(version) if version else None

    def snapshot(self) -> Snapshot | None:
        """The version as files to scan; None where only the library's own scan can read it."""
        lake, name = self.lake, self.location.item
        if not lake.describe(name, self.version).direct:
            return None
        return lake.snapshot(name, self.version)

    def tables(self) -> list[TableInfo]:
        lake = self.lake
        return [_info(name, lake.describe(name)) for name in lake.tables()]

    def describe(self) -> TableInfo:
        return _info(self.location.item, self.lake.describe(self.location.item, self.version))

    @contextmanager
    def open(self, read: Read) -> Iterator[Stream]:
        snapshot = self.snapshot()
        if snapshot is None:
            reader = self.lake.scan(self.location.item, self.version)
            yield Stream(reader=windowed(reader, read, place=str(self.location)))
            return
        schema = chosen(self.describe(), read)
        where, values = conditions(read.window, mark="?", quote=ident)
        columns = ", ".join(
            f"CAST({ident(f.name)} AS VARCHAR) AS {ident(f.name)}"
            if f.name in read.as_text
            else ident(f.name)
            for f in schema
        )
        rows = f"FROM {snapshot.relation} t{where}"
        with open_session() as session:
            with explained(str(self.location)):
                expected = one(session, f"SELECT count(*) {rows}", values)[0]
                relation = session.sql(f"SELECT {columns} {rows}", params=values)
                reader = relation.to_arrow_reader(65_536)
            yield Stream(reader=reader, expected=expected)

    def limit(self, window: Window, rows: int | None) -> object | None:
        snapshot = self.snapshot()
        if snapshot is None:
            with self.open(Read(columns=(window.column,), window=window)) as stream:
                return largest(stream.reader)
        where, values = conditions(window, mark="?", quote=ident)
        inner = f"SELECT {ident(window.column)} AS c FROM {snapshot.relation} t{where}"
        tail = f" ORDER BY 1 LIMIT {int(rows)}" if rows else ""
        with open_session() as session, explained(str(self.location)):
            found: object | None = one(session, f"SELECT max(c) FROM ({inner}{tail})", values)[0]
        return found

    def write(
        self, reader: pa.RecordBatchReader, *, mode: WriteMode, keys: tuple[str, ...] = ()
    ) -> int:
        """One version; the table is made if there is none."""
        lake, name = self.lake, self.location.item
        if not lake.exists(name):
            lake.create(name, reader.schema, keys=keys)
        if mode == "append":
            return lake.append(name, reader).rows
        if mode == "overwrite":
            return lake.overwrite(name, reader).rows
        return lake.upsert(name, reader, keys=keys, fit=Fit(), now=instants.now()).rows


def _info(name: str, facts: Description) -> TableInfo:
    return TableInfo(
        name=name,
        columns=tuple(
            Column(
                name=f.name,
                type=f.type,
                source_type=str(f.type),
                comment=((f.metadata or {}).get(b"comment") or b"").decode(),
            )
            for f in facts.schema
        ),
        keys=facts.keys,
    )
