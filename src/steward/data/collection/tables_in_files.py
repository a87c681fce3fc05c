"""CSV and Excel files as tables: how one is read, which columns it has, what its first rows are."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from steward.engine.connectors.base import Connector, Read, connector_for
from steward.engine.connectors.location import Location
from steward.engine.connectors.rejects import Rejects
from steward.engine.connectors.text import ENCODINGS, detect
from steward.kernel.errors import InvalidError

TEXT = (".csv", ".tsv", ".txt")
BOOKS = (".xlsx", ".xls", ".xlsm", ".ods")
TYPES = {
    "text": "文本",
    "int": "整数",
    "float": "小数",
    "date": "日期",
    "timestamp": "时间",
    "bool": "是否",
}
_CODES = {
    "int64": "int",
    "double": "float",
    "date32[day]": "date",
    "timestamp[us]": "timestamp",
    "bool": "bool",
}


class NotATableError(InvalidError):
    """A file that holds no table."""

    code = "collection.not_a_table"


@dataclass(frozen=True, slots=True)
class Preview:
    """What a file looks like: columns with their suggested type, first rows, sheets, encoding."""

    columns: dict[str, str]
    rows: list[list[str]]
    sheets: list[str]
    encoding: str


def is_table(path: str) -> bool:
    """Whether the name says that a file holds a table."""
    return path.lower().endswith((*TEXT, *BOOKS))


def connector_to(
    place: Path,
    reading: Mapping[str, Any],
    types: Mapping[str, str],
    *,
    rejects: Rejects | None = None,
) -> Connector:
    """The engine's connector to a file on this machine with the types of its columns fixed.

    NotATableError for a file that is neither text nor a workbook.
    """
    suffix = place.suffix.lower()
    if suffix not in (*TEXT, *BOOKS):
        raise NotATableError(
            f"“{place.name}”不是表格文件，只认识 {'、'.join((*TEXT, *BOOKS))}；"
            "其他文件请建“非结构化文件”任务"
        )
    options = {f"type.{name}": kind for name, kind in types.items()}
    if suffix in TEXT:
        options["encoding"] = encoding_of(place)
        return connector_for(Location(scheme="", path=str(place), options=options), rejects=rejects)
    options["header"] = str(reading.get("header") or 1)
    sheet = str(reading.get("sheet") or "")
    place_of = Location(scheme="", path=str(place), options=options, item=sheet)
    return connector_for(place_of, rejects=rejects)


def encoding_of(place: Path) -> str:
    """The encoding of a text file, told from all of it."""
    return detect(place)


def columns_in_file(place: Path, reading: Mapping[str, Any]) -> dict[str, str]:
    """The columns of a file, each with the type it seems to have."""
    live = connector_to(place, reading, {}).describe()
    return {column.name: _CODES.get(str(column.type), "text") for column in live.columns}


def preview(place: Path, reading: Mapping[str, Any], *, rows: int = 10) -> Preview:
    """A look at a file; errors of the connector name the file."""
    columns = columns_in_file(place, reading)
    source = connector_to(place, reading, {}, rejects=Rejects(keep=True))
    found: list[list[str]] = []
    with source.open(Read()) as stream:
        for batch in stream.reader:
            part = batch.slice(0, rows - len(found)).to_pylist()
            found += [["" if v is None else str(v) for v in row.values()] for row in part]
            if len(found) >= rows:
                break
    is_text = place.suffix.lower() in TEXT
    sheets = [] if is_text else [info.name for info in source.tables()]
    return Preview(columns, found, sheets, ENCODINGS[encoding_of(place)] if is_text else "")
