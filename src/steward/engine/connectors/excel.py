"""Excel workbooks: sheets read by cell values, written so that no cell becomes a formula."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar, Final

import openpyxl
import pyarrow as pa
from openpyxl.cell import WriteOnlyCell
from openpyxl.utils.exceptions import IllegalCharacterError
from python_calamine import CalamineError, CalamineWorkbook

from steward.engine.connectors.base import (
    BATCH,
    Column,
    Connector,
    Read,
    Stream,
    TableInfo,
    Window,
    WriteMode,
    connectors,
)
from steward.engine.connectors.csv import declared_types
from steward.engine.connectors.errors import SourceMissingError, UnsupportedError
from steward.engine.connectors.files import largest, replacing, windowed
from steward.engine.connectors.rejects import Reject
from steward.engine.lake.errors import DamagedFileError, MissingColumnError, WrongTypeError
from steward.kernel.instants import local

MAX_ROWS: Final = 1_048_576
_EXACT: Final = 10**15
_Rows = Sequence[tuple[int, Sequence[Any]]]


@connectors.register
class ExcelConnector(Connector):
    """`a.xlsx`, `a.xlsx#表一`, `excel:///a.xls?header=3#表一` (the row that holds the names).

    `?type.列=int` fixes the type of a column as for CSV: a cell that is not of it makes a bad row
    with its number. Of the others, a column of one kind of value has its type; a mixed one is text. A number of more than 15
    digits has lost its last ones when it was typed into Excel: that is a warning with its cell.
    """

    code = "excel"
    label = "Excel 工作簿"
    suffixes: ClassVar[tuple[str, ...]] = (".xlsx", ".xls", ".xlsm", ".ods")
    schemes: ClassVar[tuple[str, ...]] = ("excel",)
    repeatable: ClassVar[bool] = True

    def tables(self) -> list[TableInfo]:
        return [self._sheet(name).info for name in self._workbook().sheet_names]

    def describe(self) -> TableInfo:
        return self._sheet(self.location.item).info

    @contextmanager
    def open(self, read: Read) -> Iterator[Stream]:
        sheet = self._sheet(self.location.item)
        for reject in sheet.bad:
            self.rejects.add(reject)
        reader = windowed(sheet.table.to_reader(BATCH), read, place=str(self.location))
        expected = None if read.window else sheet.table.num_rows + len(sheet.bad)
        yield Stream(reader=reader, expected=expected, warnings=sheet.warnings)

    def limit(self, window: Window, rows: int | None) -> object | None:
        del rows
        with self.open(Read(columns=(window.column,), window=window)) as stream:
            return largest(stream.reader)

    def write(
        self, reader: pa.RecordBatchReader, *, mode: WriteMode, keys: tuple[str, ...] = ()
    ) -> int:
        """One sheet; UnsupportedError past the rows a sheet can hold."""
        del keys
        if mode != "overwrite":
            raise UnsupportedError("Excel 文件只支持整体覆盖写入")
        book = openpyxl.Workbook(write_only=True)
        sheet = book.create_sheet(self.location.item or "数据")
        sheet.append(reader.schema.names)
        with replacing(self.location.local, mode=mode, label=self.label) as draft:
            try:
                count = _fill(sheet, reader)
            except BaseException:
                sheet.close()
                raise
            book.save(draft)
        return count

    def _workbook(self) -> CalamineWorkbook:
        path = self.location.local
        if not path.is_file():
            raise SourceMissingError(f"文件不存在：{path}", path=str(path))
        try:
            return CalamineWorkbook.from_path(path)
        except (CalamineError, OSError, ValueError) as error:
            raise DamagedFileError(f"{path} 已损坏、加密或不是 Excel 文件：{error}") from error

    def _sheet(self, name: str) -> "_Sheet":
        book = self._workbook()
        name = name or book.sheet_names[0]
        if name not in book.sheet_names:
            raise SourceMissingError(
                f"{self.location.path} 中没有工作表“{name}”；已有：{'、'.join(book.sheet_names)}"
            )
        start = int(self.location.options.get("header", "1"))
        grid = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        header = self._header(grid, start, name)
        rows: _Rows = [
            (n, row) for n, row in enumerate(grid[start:], start + 1) if any(map(_full, row))
        ]
        kinds = declared_types(self.location.options)
        if unknown := sorted(set(kinds) - set(header)):
            raise MissingColumnError(f"{self.location} 没有列{unknown}，不能指定类型")
        sheet = _Sheet()
        typed = [kinds.get(title) for title in header]
        rows = self._typed(rows, header, typed, sheet=sheet)
        arrays = []
        for index, title in enumerate(header):
            values = [row[index] if _full(row[index]) else None for _, row in rows]
            _warn_digits(title, values, [n for n, _ in rows], warnings=sheet.warnings)
            kind = typed[index]
            arrays.append(_column(values) if kind is None else pa.array(values, kind))
        sheet.table = pa.Table.from_arrays(arrays, names=header)
        columns = tuple(Column(name=f.name, type=f.type) for f in sheet.table.schema)
        sheet.info = TableInfo(name=name, columns=columns, rows=sheet.table.num_rows)
        return sheet

    def _typed(
        self,
        rows: _Rows,
        header: Sequence[str],
        kinds: Sequence[pa.DataType | None],
        *,
        sheet: "_Sheet",
    ) -> _Rows:
        """The rows with cells of the declared types; those that have others go to `sheet.bad`."""
        if not any(kinds):
            return rows
        place = Path(self.location.path).name
        kept: list[tuple[int, Sequence[Any]]] = []
        for number, row in rows:
            cells = list(row)
            for index, kind in enumerate(kinds):
                if kind is None or not _full(cells[index]):
                    continue
                try:
                    cells[index] = _as(cells[index], kind)
                except (ValueError, TypeError, OverflowError):
                    reason, value = f"不是{_WORDS[str(kind)]}", str(cells[index])
                    sheet.bad.append(
                        Reject(place=place, row=number, column=header[index], value=value,
                               reason=reason)
                    )  # fmt: skip
                    break
            else:
                kept.append((number, cells))
        return kept

    def _header(self, grid: Sequence[Sequence[Any]], start: int, name: str) -> list[str]:
        place = f"{Path(self.location.path).name} 工作表“{name}”第 {start} 行"
        if len(grid) < start:
            raise DamagedFileError(f"{place}没有表头")
        header = [str(value).strip() for value in grid[start - 1]]
        while header and not header[-1] and not any(_full(r[len(header) - 1]) for r in grid):
            header.pop()
        repeated = sorted({title for title in header if title and header.count(title) > 1})
        if not header or "" in header or repeated:
            what = f"重复：{'、'.join(repeated)}" if repeated else "有空列名"
            raise DamagedFileError(f"{place}表头{what}；表头在其他行时请用 header= 指明")
        return header


@dataclass
class _Sheet:
    """A sheet as read: its rows, what it said of itself, and the rows that could not be taken."""

    info: TableInfo = field(default_factory=lambda: TableInfo(name="", columns=()))
    table: pa.Table = field(default_factory=lambda: pa.table({}))
    warnings: list[str] = field(default_factory=list)
    bad: list[Reject] = field(default_factory=list)


_WORDS: Final = {
    "string": "文本", "int64": "整数", "double": "数字", "date32[day]": "日期",
    "timestamp[us]": "时间", "bool": "是或否",
}  # fmt: skip


def _as(value: Any, kind: pa.DataType) -> Any:
    """A cell as a value of a declared type; ValueError or TypeError where it is none."""
    plain = int(value) if isinstance(value, float) and value.is_integer() else value
    if pa.types.is_string(kind):
        return _text(plain)
    if pa.types.is_boolean(kind):
        if not isinstance(plain, bool):
            raise ValueError(plain)
        return plain
    if pa.types.is_temporal(kind):
        return _instant(plain, whole_days=pa.types.is_date(kind))
    if isinstance(plain, bool | date) or (pa.types.is_integer(kind) and isinstance(plain, float)):
        raise ValueError(plain)
    return int(plain) if pa.types.is_integer(kind) else float(plain)


def _instant(value: Any, *, whole_days: bool) -> date:
    found = datetime.fromisoformat(value.strip()) if isinstance(value, str) else _moment(value)
    if not isinstance(found, datetime) or (whole_days and found.time() != time()):
        raise TypeError(value)
    return found.date() if whole_days else found


def _full(value: object) -> bool:
    return value is not None and value != ""


def _warn_digits(
    title: str, values: Sequence[object], numbers: Sequence[int], *, warnings: list[str]
) -> None:
    lost = [
        number
        for value, number in zip(values, numbers, strict=True)
        if isinstance(value, int | float) and abs(value) >= _EXACT
    ]
    if lost:
        warnings.append(
            f"列“{title}”有 {len(lost)} 个超过 15 位的数字（首个在第 {lost[0]} 行），"
            "Excel 已丢失其末尾几位，请在来源处改为文本格式后重新导出"
        )


def _column(values: Sequence[Any]) -> pa.Array:
    plain = [int(v) if isinstance(v, float) and v.is_integer() else v for v in values]
    kinds = {type(value) for value in plain if value is not None}
    if kinds in ({int}, {bool}, {date}, {time}):
        return pa.array(plain)
    if kinds and kinds <= {int, float}:
        return pa.array(plain, pa.float64())
    if kinds and kinds <= {date, datetime}:
        return pa.array([_moment(value) for value in plain], pa.timestamp("us"))
    return pa.array([None if v is None else _text(v) for v in plain], pa.string())


def _moment(value: Any) -> Any:
    """A day as its first instant; TypeError for what is neither."""
    if value is None or isinstance(value, datetime):
        return value
    return datetime.combine(value, time())


def _text(value: Any) -> str:
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    return value.isoformat(sep=" ") if isinstance(value, datetime) else str(value)


def _fill(sheet: Any, reader: pa.RecordBatchReader) -> int:
    count = 0
    for batch in reader:
        for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            count += 1
            if count >= MAX_ROWS:
                raise UnsupportedError(f"数据超过 Excel 每张表 {MAX_ROWS:,} 行的上限，请改写为 CSV")
            sheet.append(_cells(sheet, row, (count + 1, reader.schema)))
    return count


def _cells(sheet: Any, row: Sequence[Any], where: tuple[int, pa.Schema]) -> list[Any]:
    number, schema = where
    cells = []
    for value, column in zip(row, schema, strict=True):
        try:
            cell = WriteOnlyCell(sheet, _storable(value))
        except IllegalCharacterError:
            raise WrongTypeError(
                f"第 {number} 行列“{column.name}”含 Excel 不能保存的控制字符，请先清洗",
                row=number,
                column=column.name,
            ) from None
        if isinstance(cell.value, str):
            cell.data_type = "s"
        cells.append(cell)
    return cells


def _storable(value: Any) -> Any:
    """Numbers that Excel would round go in as text, instants as the clock of Shanghai."""
    if isinstance(value, datetime):
        return local(value).replace(tzinfo=None) if value.tzinfo else value
    if isinstance(value, bool | float | date | time | None):
        return value
    if isinstance(value, int):
        return value if abs(value) < _EXACT else str(value)
    if isinstance(value, Decimal):
        return value if len(value.as_tuple().digits) <= 15 else str(value)
    return value.hex() if isinstance(value, bytes) else str(value)
