"""CSV and Excel into Parquet scratch files, as text: leading zeros stay, bad rows are named."""

import codecs
import csv
import re
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from python_calamine import CalamineError, CalamineWorkbook

from steward.engine.lake.errors import disk_full, is_disk_full
from steward.engine.rules.errors import SourceError
from steward.engine.rules.sources import FileSource

_CHUNK = 1 << 20
_LINE = re.compile(r"CSV Error on Line: ([0-9]+)")
_SHOWN = 20
_ENCODINGS = {"utf-8": "UTF-8", "gb18030": "GB18030"}


def load_csv(
    connection: duckdb.DuckDBPyConnection, source: FileSource, scratch: Path
) -> tuple[Path, tuple[str, ...]]:
    """All files as one Parquet file of text columns, and notes about rows left out.

    Raise SourceError with file and line for a row of the wrong width, an open quote or bytes
    that are neither UTF-8 nor GB18030.
    """
    texts = [_as_utf8(Path(path), scratch, keep_good=source.keep_good) for path in source.paths]
    names, delimiter = _header(texts[0], source.paths[0])
    for text, path in zip(texts[1:], source.paths[1:], strict=True):
        if _header(text, path) != (names, delimiter):
            raise SourceError(f"CSV 文件“{Path(path).name}”的表头与第一个文件不同，请分别检查")
    target = scratch / f"csv-{len(list(scratch.iterdir()))}.parquet"
    listed = ", ".join(_quote(str(path)) for path in texts)
    columns = ", ".join(f"{_quote(name)}: 'VARCHAR'" for name in names)
    rejects = ", store_rejects = true" if source.keep_good else ""
    read = (
        f"read_csv([{listed}], columns = {{{columns}}}, auto_detect = false, header = true, "
        f"delim = {_quote(delimiter)}, quote = '\"', escape = '\"', strict_mode = true{rejects})"
    )
    try:
        connection.execute(f"COPY (SELECT * FROM {read}) TO '{target}' (FORMAT parquet)")  # noqa: S608
    except duckdb.Error as error:
        if is_disk_full(error):
            raise disk_full(f"临时目录 {scratch}（暂存“{Path(source.paths[0]).name}”）") from None
        raise _broken(str(error), source.paths) from None
    return target, _skipped(connection) if source.keep_good else ()


def _header(path: Path, shown: str) -> tuple[list[str], str]:
    """The column names and the delimiter, which is the commonest candidate of the first line."""
    name = Path(shown).name
    with path.open(encoding="utf-8-sig", newline="") as file:
        first = file.readline()
        if not first.strip():
            raise SourceError(f"CSV 文件“{name}”第 1 行是空的，须是表头")
        delimiter = _delimiter(first)
        file.seek(0)
        names = [cell.strip() for cell in next(csv.reader(file, delimiter=delimiter))]
    folded = [item.casefold() for item in names]
    if "" in names or len(set(folded)) != len(names):
        raise SourceError(f"CSV 文件“{name}”的表头里有空的或重复的列名：{'、'.join(names)}")
    return names, delimiter


def _quote(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _skipped(connection: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    rows = connection.execute("SELECT DISTINCT line FROM reject_errors ORDER BY line").fetchall()
    if not rows:
        return ()
    lines = "、".join(str(row[0]) for row in rows[:_SHOWN])
    more = " 等" if len(rows) > _SHOWN else ""
    return (f"跳过 {len(rows)} 个坏行（第 {lines}{more} 行），其余照常检查",)


def _broken(message: str, paths: tuple[str, ...]) -> SourceError:
    names = "、".join(Path(path).name for path in paths[:3])
    match = _LINE.search(message)
    place = f"第 {match[1]} 行" if match else "某一行"
    reason = "与表头对不上或读不懂"
    expected = re.search(r"Expected Number of Columns: ([0-9]+) Found: ([0-9]+)", message)
    if expected:
        reason = f"应有 {expected[1]} 列，实有 {expected[2]} 列"
    elif "quote" in message.lower():
        reason = "引号没有成对"
    return SourceError(f"CSV 文件“{names}”{place}：{reason}。请更正，或选择跳过坏行")


def _as_utf8(path: Path, scratch: Path, *, keep_good: bool) -> Path:
    """The file itself where it is UTF-8, else a copy converted from GB18030.

    The first line that is not plain ASCII says which of both a file is: what begins as UTF-8 and
    goes on as GB18030 is a mixture, although GB18030 would read nearly all of it as other text.
    """
    if _first_wrong(path, "utf-8") is None:
        return path
    encoding, other = _main_encoding(path)
    target = scratch / f"utf8-{len(list(scratch.iterdir()))}.csv"
    wrong = _first_wrong(path, encoding)
    if wrong is None:
        decoder = codecs.getincrementaldecoder(encoding)()
        with target.open("w", encoding="utf-8", newline="") as output:
            for chunk in _chunks(path):
                output.write(decoder.decode(chunk))
            output.write(decoder.decode(b"", final=True))
        return target
    if not keep_good:
        names = (_ENCODINGS[encoding], _ENCODINGS[other])
        raise SourceError(
            f"CSV 文件“{path.name}”第 {_line_of(path, wrong)} 行的文字编码与前文不同"
            f"（前文是 {names[0]}，此行可能是 {names[1]}）。请统一编码，或选择跳过坏行"
        )
    _without_wrong_lines(path, target, encoding)
    return target


def _main_encoding(path: Path) -> tuple[str, str]:
    with path.open("rb") as file:
        first = next((line for line in file if not line.isascii()), b"")
    try:
        first.decode("utf-8")
    except UnicodeDecodeError:
        return "gb18030", "utf-8"
    return "utf-8", "gb18030"


def _without_wrong_lines(path: Path, target: Path, encoding: str) -> None:
    """Lines of another encoding become rows of too many columns, which reading leaves out and
    counts at their place.
    """
    mark = "\n"
    with path.open("rb") as file, target.open("w", encoding="utf-8", newline="") as output:
        for number, line in enumerate(file):
            try:
                text = line.decode(encoding)
            except UnicodeDecodeError:
                text = mark
            if number == 0:
                delimiter = _delimiter(text)
                mark = delimiter.join("×" * (text.count(delimiter) + 2)) + "\n"
            output.write(text)


def _delimiter(line: str) -> str:
    """The commonest candidate of a header line."""
    return max(",\t;|", key=line.count)


def _first_wrong(path: Path, encoding: str) -> int | None:
    """The offset of the first byte that the encoding does not allow."""
    decoder = codecs.getincrementaldecoder(encoding)()
    offset = 0
    for chunk in (*_chunks(path), b""):
        pending = len(decoder.getstate()[0])
        try:
            decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            return offset - pending + error.start
        offset += len(chunk)
    return None


def _line_of(path: Path, offset: int) -> int:
    lines, seen = 1, 0
    for chunk in _chunks(path):
        lines += chunk[: max(offset - seen, 0)].count(b"\n")
        seen += len(chunk)
    return lines


def _chunks(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                yield chunk
    except OSError:
        raise SourceError(f"文件“{path}”打不开，请核对路径和权限") from None


def load_excel(source: FileSource, scratch: Path) -> Path:
    """The first sheet of each workbook, below its header row, as one file of text columns."""
    tables = [_sheet(Path(path)) for path in source.paths]
    if len({tuple(table.column_names) for table in tables}) != 1:
        raise SourceError("几个 Excel 文件的表头不同，请分别检查")
    target = scratch / f"excel-{len(list(scratch.iterdir()))}.parquet"
    pq.write_table(pa.concat_tables(tables), target)
    return target


def _sheet(path: Path) -> pa.Table:
    try:
        rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    except (CalamineError, OSError, IndexError):
        raise SourceError(
            f"Excel 文件“{path.name}”打不开或没有工作表，请另存为 xlsx 再试"
        ) from None
    if not rows:
        raise SourceError(f"Excel 文件“{path.name}”是空的")
    header = [str(cell).strip() for cell in rows[0]]
    if "" in header or len(set(header)) != len(header):
        raise SourceError(f"Excel 文件“{path.name}”第 1 行须是表头，列名不能空也不能重复")
    columns = zip(*rows[1:], strict=True) if len(rows) > 1 else ([] for _ in header)
    texts = [pa.array(list(map(_cell, column)), pa.string()) for column in columns]
    return pa.table(dict(zip(header, texts, strict=True)))


def _cell(value: object) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == datetime.min.time() else str(value)
    return value.isoformat() if isinstance(value, date) else str(value)
