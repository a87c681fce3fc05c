"""DuckDB: the default engine, for files, Arrow data and Delta tables."""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from sqlglot import exp

from steward.engine.expressions import DataType, Flavour, Pattern, PortableSql
from steward.engine.expressions.sql import CheckSum, Let, Sql, add, both, case, number, string
from steward.engine.hashes import Hashes, fetch, parts, repeated
from steward.engine.rules.context import SOURCE
from steward.engine.rules.engine import Engine, Limits, Session, Target, engines
from steward.engine.rules.engines import _citizen as citizen
from steward.engine.rules.engines import _credit as credit
from steward.engine.rules.engines._formula import digits, formula
from steward.engine.rules.errors import RuleError, SourceError
from steward.engine.rules.kind import Probe
from steward.engine.rules.load_files import load_csv, load_excel
from steward.engine.rules.sources import ArrowSource, FileSource, Source, TableSource

_TYPES = {
    "VARCHAR": DataType.TEXT,
    "BOOLEAN": DataType.BOOLEAN,
    "DATE": DataType.DATE,
    "FLOAT": DataType.FLOAT,
    "DOUBLE": DataType.FLOAT,
    "TIMESTAMP WITH TIME ZONE": DataType.INSTANT,
    **dict.fromkeys(
        ("TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS"), DataType.TIMESTAMP
    ),
    **dict.fromkeys(
        ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER"),
        DataType.INTEGER,
    ),
    **dict.fromkeys(("UBIGINT", "HUGEINT", "UHUGEINT"), DataType.DECIMAL),
}
MANY = 0.2  # of the rows: from here on, grouping them all at once costs less
FEW = 100_000  # keys of another table that every row may be joined to without a thought
_DATA_ERRORS = (duckdb.IOException, duckdb.InvalidInputException, duckdb.SerializationException)


class DuckDbSql(PortableSql):
    """What DuckDB does faster than the portable way, with the same answer."""

    dialect = "duckdb"
    flavour = Flavour.RE2

    def blank(self, value: Sql) -> Sql:
        """Only a text that starts with white space is worth a regular expression (5 ns, not 25).

        Texts compare by bytes, so those that start with a character lie between it and the next.
        NULL gives FALSE.
        """
        starts: list[Sql] = [exp.LT(this=value.copy(), expression=string("!"))]
        for first, after in (("\u00a0", "\u00a1"), ("\u3000", "\u3001")):
            low = exp.GTE(this=value.copy(), expression=string(first))
            starts.append(both(low, exp.LT(this=value.copy(), expression=string(after))))
        return self.when(exp.or_(*starts), super().blank(value))

    def matches(self, value: Sql, pattern: Pattern, let: Let | None = None) -> Sql:
        """A column of digits is compared as a number (24 ns, not 51), the rest by the pattern.

        Extracting costs 7 ns more than matching on plain text, but DuckDB runs it once for each
        entry of a dictionary-encoded column, which it does not for matching (5 ns, not 43).
        """
        text = string(pattern.text(self.flavour))
        if pattern.whole_prefix:
            extracted = exp.Anonymous(this="REGEXP_EXTRACT", expressions=[value, text])
            found: Sql = exp.NEQ(this=extracted, expression=string(""))
        else:
            found = exp.RegexpLike(this=value, expression=text)
        numbers = pattern.numbers()
        if numbers is None or let is None:
            return found
        return case((digits(value, numbers, let), exp.true()), default=found)

    def citizen_shape(self, value: Sql, pattern: Pattern, let: Let) -> Sql:
        del pattern
        return citizen.shape(value, let)

    def citizen_sum(self, value: Sql, let: Let) -> Sql:
        return citizen.check_sum(value, let)

    def citizen_other_day(self, value: Sql, day: tuple[Sql, DataType], let: Let) -> Sql:
        written, kind = day
        if kind is DataType.TEXT:
            return super().citizen_other_day(value, day, let)
        return citizen.other_day(value, self.local_day(written, kind), let)

    def citizen_odd(self, value: Sql, let: Let, *, odd: bool) -> Sql:
        return citizen.odd(value, let, odd=odd)

    def credit_shape(self, value: Sql, pattern: Pattern, let: Let) -> Sql:
        del pattern
        return credit.shape(value, let)

    def credit_sum(self, value: Sql, code: CheckSum, let: Let) -> Sql:
        del code
        return credit.check_sum(value, let)

    def check_sum(self, value: Sql, code: CheckSum) -> Sql:
        """Every character by its place in the alphabet."""
        return self._places(value, code.alphabet, list(enumerate(code.weights, start=1)))

    def _places(self, value: Sql, alphabet: str, weights: list[tuple[int, int]]) -> Sql:
        """The constant part of Σ weight × (position − 1) is taken out of the sum."""
        terms: list[Sql] = []
        for index, weight in weights:
            place = self.position(string(alphabet), self.substring(value.copy(), index, 1))
            terms.append(exp.Mul(this=place, expression=number(weight)))
        return exp.Sub(this=add(*terms), expression=number(sum(w for _, w in weights)))


class DuckDbSession(Session):
    """One connection; the source and the reference tables are views of it."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, scratch: Path) -> None:
        self.sql = DuckDbSql()
        self.connection = connection
        self.scratch = scratch
        self.notes = ()
        self._schemas: dict[str | None, Mapping[str, DataType]] = {}
        self._values: dict[tuple[str, ...], exp.Expr] = {}
        self._from: dict[str | None, str] = {}

    def add(self, name: str | None, source: Source) -> None:
        """Make a source readable as a view."""
        view = f"_table{len(self._from)}"
        if isinstance(source, FileSource):
            self._create(view, self._files(source))
        elif isinstance(source, ArrowSource):
            self.connection.register(view, source.data)
        else:
            raise SourceError("DuckDB 引擎不读数据库表，请用表所在数据库的地址")
        self._from[name] = view
        rows = self.run(f"DESCRIBE {view}").fetchall()
        self._schemas[name] = {str(row[0]): column_type(str(row[1])) for row in rows}

    def _create(self, view: str, select: str) -> None:
        self.run(f"CREATE VIEW {view} AS {select}")

    def _files(self, source: FileSource) -> str:
        paths = source.paths
        if source.format == "csv":
            loaded, notes = load_csv(self.connection, source, self.scratch)
            self.notes += notes
            paths = (str(loaded),)
        elif source.format == "excel":
            paths = (str(load_excel(source, self.scratch)),)
        listed = ", ".join(map(_quote, paths))
        several = len(paths) > 1
        taken = self._columns_of(paths[0])
        numbered = {"_row": "file_row_number + 1"} | ({"_file": "filename"} if several else {})
        names = [name for name in numbered if name not in taken]
        if "file_row_number" in taken or (several and "filename" in taken):
            names = []
        self.row_key = tuple(reversed(names)) if self._from == {} else self.row_key
        extra = ", file_row_number = true" if names else ""
        extra += ", filename = true" if "_file" in names else ""
        hidden = ["file_row_number", *(["filename"] if "_file" in names else [])] if names else []
        star = f"* EXCLUDE ({', '.join(hidden)})" if hidden else "*"
        added = "".join(f", {numbered[name]} AS {name}" for name in names)
        return f"SELECT {star}{added} FROM read_parquet([{listed}], union_by_name = true{extra})"  # noqa: S608

    def _columns_of(self, path: str) -> set[str]:
        try:
            return set(pq.read_schema(path).names)
        except (OSError, pa.ArrowException) as error:
            raise SourceError(_parquet_reason(path, str(error))) from None

    def schema(self, table: str | None) -> Mapping[str, DataType]:
        if table not in self._schemas:
            known = "、".join(str(name) for name in self._schemas if name) or "（没有）"
            raise RuleError(f"没有登记参照表“{table}”，已登记：{known}")
        return self._schemas[table]

    def views(self) -> list[str]:
        """The view of every source that was added."""
        return list(self._from.values())

    def source(self) -> exp.Expr:
        return exp.to_table(self._from[None])

    def table(self, name: str) -> exp.Expr:
        self.schema(name)
        return exp.to_table(self._from[name])

    def values(self, values: tuple[str, ...]) -> exp.Expr | None:
        if values not in self._values:
            view = f"_values{len(self._values)}"
            self.connection.register(view, pa.table({"k0": pa.array(sorted(set(values)))}))
            self._values[values] = exp.to_table(view)
        return self._values[values]

    def groups(self, name: str, probe: Probe) -> exp.Select:
        """Group only the rows whose hash occurs more than once, unless those are very many."""
        if probe.repeated is None:
            return probe.groups
        (rows,) = self.rows(_count_of(self.source()))[0]
        hashed = exp.Anonymous(this="HASH", expressions=[key.copy() for key in probe.keys])
        found = self._repeated(hashed, probe.repeated, int(rows))
        if found is None or len(found) > rows * MANY:
            return probe.groups
        if not len(found):
            return probe.groups.where(exp.false())
        self.connection.register(name, pa.table({"h": found}))
        among = exp.select(exp.column("h", quoted=True)).from_(exp.to_table(name))
        return probe.groups.where(exp.In(this=hashed, query=among.subquery()))

    def _repeated(self, hashed: Sql, filled: Sql, rows: int) -> Hashes | None:
        """None where reading failed: the grouping will then fail too, and say why."""
        found: list[Hashes] = []
        for part in parts(rows):
            query = exp.select(exp.alias_(hashed.copy(), "h", quoted=True))
            query = query.from_(exp.alias_(self.source(), SOURCE, table=True)).where(filled.copy())
            query = query.where(formula(part.condition("h"), h=hashed))
            try:
                values = fetch(self.connection, self.render(query), rows=part.share(rows))
            except (duckdb.Error, pa.ArrowException, OSError):
                return None
            found.append(repeated(values))
        return np.concatenate(found)

    def pays_to_narrow(self, probe: Probe) -> bool:
        """Keys of a large table: a join of narrow rows spills little, one of whole rows all."""
        if probe.counted:
            return False
        some = probe.groups.copy()
        some.set("distinct", None)
        (keys,) = self.rows(_count_of(some.limit(FEW + 1).subquery("k")))[0]
        return int(keys) > FEW

    def hold(self, name: str, query: exp.Select) -> exp.Expr:
        self.run(f"CREATE OR REPLACE TEMP TABLE {name} AS {self.render(query)}")
        return exp.to_table(name)

    def rows(self, query: exp.Expr) -> Sequence[Sequence[Any]]:
        return self.run(self.render(query)).fetchall()

    def save(self, query: exp.Expr, target: Target) -> None:
        """COPY in the engine; the filter must not be pushed below the masks it would repeat."""
        footer = ", ".join(f"{key}: {_quote(text)}" for key, text in target.metadata.items())
        options = f"FORMAT parquet, COMPRESSION zstd, KV_METADATA {{{footer}}}"
        path = _quote(str(target.path))
        self.run("SET disabled_optimizers = 'filter_pushdown'")
        try:
            self.run(f"COPY ({self.render(query)}) TO {path} ({options})")
        finally:
            self.run("SET disabled_optimizers = ''")

    def run(self, sql: str) -> duckdb.DuckDBPyConnection:
        """One statement of ours; DuckDB's errors become RuleError or SourceError."""
        try:
            return self.connection.execute(sql)
        except duckdb.Error as error:
            raise _translate(error) from None


def _count_of(source: exp.Expr) -> exp.Select:
    return exp.select(exp.Count(this=exp.Star())).from_(source)


def _quote(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def column_type(name: str) -> DataType:
    if name.startswith("DECIMAL"):
        return DataType.DECIMAL
    return _TYPES.get(name, DataType.OTHER)


def _parquet_reason(path: str, detail: str) -> str:
    if "No such file" in detail:
        return f"文件“{path}”不存在，请核对路径"
    return f"文件“{path}”不是完整的 Parquet 文件（可能没有传完或已损坏），请重新获取"


def _translate(error: duckdb.Error) -> RuleError | SourceError:
    text = str(error).splitlines()[0]
    if isinstance(error, duckdb.OutOfMemoryException):
        return SourceError("内存不够：请放宽内存上限或减少一次检查的规则")
    if isinstance(error, _DATA_ERRORS) or "parquet" in text.lower():
        return SourceError(f"读取数据时出错，文件可能不完整或正在被改写：{text}")
    return RuleError(f"规则在数据上不能执行：{text}")


@engines.register
class DuckDb(Engine):
    """In process, on every core, spilling to disk."""

    code = "duckdb"
    label = "DuckDB（文件、Arrow、数据湖表）"
    sql = DuckDbSql

    def accepts(self, source: Source) -> bool:
        return not isinstance(source, TableSource)

    @contextmanager
    def open(
        self, source: Source, *, tables: Mapping[str, Source | str], limits: Limits
    ) -> Iterator[DuckDbSession]:
        with tempfile.TemporaryDirectory(prefix="steward-", dir=limits.scratch) as folder:
            connection = duckdb.connect(config=_config(limits, folder))
            try:
                connection.execute("SET TimeZone = 'Asia/Shanghai'")
                session = DuckDbSession(connection, Path(folder))
                session.add(None, source)
                for name, table in tables.items():
                    if isinstance(table, str):
                        raise SourceError(f"参照表“{name}”须是文件，不能只写表名“{table}”")
                    session.add(name, table)
                yield session
            finally:
                with suppress(duckdb.Error):
                    connection.close()


def _config(limits: Limits, folder: str) -> dict[str, str | bool | int | float | list[str]]:
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": limits.memory,
        "temp_directory": folder,
        "preserve_insertion_order": False,
        "autoload_known_extensions": False,
        "autoinstall_known_extensions": False,
    }
    if limits.threads:
        config["threads"] = limits.threads
    return config
