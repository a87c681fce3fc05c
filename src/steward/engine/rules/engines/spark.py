"""Spark through Spark Connect: the cluster scans, the same code runs on Sail in tests.

The client (`pyspark-client`) is optional: it is imported when a `sc://` source is opened.
"""

import importlib
import socket
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import pyarrow as pa
from sqlglot import exp

from steward.engine.expressions import DataType, Flavour, PortableSql
from steward.engine.expressions.sql import Sql
from steward.engine.rules.engine import Batch, Engine, Limits, Session, Target, engines
from steward.engine.rules.engines._database import BATCH_ROWS, relation
from steward.engine.rules.errors import RuleError, SourceError
from steward.engine.rules.files import write_batches
from steward.engine.rules.sources import FileSource, Source, TableSource

_TYPES = {
    **dict.fromkeys(("string", "varchar", "char"), DataType.TEXT),
    **dict.fromkeys(("tinyint", "smallint", "int", "bigint"), DataType.INTEGER),
    "decimal": DataType.DECIMAL,
    **dict.fromkeys(("float", "double"), DataType.FLOAT),
    "boolean": DataType.BOOLEAN,
    "date": DataType.DATE,
    **dict.fromkeys(("timestamp", "timestamp_ntz"), DataType.TIMESTAMP),
}
_PATHS = ("parquet:", "delta:")
# a table named by its path: "parquet:/data/x" or "delta:/lake/x"


class SparkSql(PortableSql):
    """Java's regular expressions; dates by DATEDIFF."""

    dialect = "spark"
    flavour = Flavour.JAVA

    def days_between(self, start: Sql, end: Sql) -> Sql:
        return exp.Anonymous(this="DATEDIFF", expressions=[end, start])


class SparkConnectSession(Session):
    """One Spark session; sources are temporary views of it."""

    def __init__(self, spark: Any) -> None:
        self.sql = SparkSql()
        self.spark = spark
        self._views: dict[str | None, str] = {}
        self._schemas: dict[str | None, Mapping[str, DataType]] = {}
        self._values: dict[tuple[str, ...], exp.Expr] = {}

    def add(self, name: str | None, source: Source | str) -> None:
        with _translated(SourceError):
            frame = self._frame(source)
            view = f"steward_{len(self._views)}"
            frame.createOrReplaceTempView(view)
            self._schemas[name] = {
                field.name: _type(field.dataType.simpleString()) for field in frame.schema.fields
            }
        self._views[name] = view

    def _frame(self, source: Source | str) -> Any:
        if isinstance(source, FileSource) and source.format == "parquet":
            return self.spark.read.parquet(*source.paths)
        table = source.table if isinstance(source, TableSource) else source
        if not isinstance(table, str):
            raise SourceError("Spark 引擎只检查表和 Parquet 文件")
        if table.startswith(_PATHS):
            form, _, path = table.partition(":")
            return self.spark.read.format(form).load(path)
        return self.spark.sql(f"SELECT * FROM {relation(table).sql(dialect='spark')}")  # noqa: S608

    def schema(self, table: str | None) -> Mapping[str, DataType]:
        if table not in self._schemas:
            self.add(table, str(table))
        return self._schemas[table]

    def source(self) -> exp.Expr:
        return exp.to_table(self._views[None])

    def table(self, name: str) -> exp.Expr:
        self.schema(name)
        return exp.to_table(self._views[name])

    def values(self, values: tuple[str, ...]) -> exp.Expr | None:
        if values not in self._values:
            view = f"steward_values_{len(self._values)}"
            table = pa.table({"k0": pa.array(sorted(set(values)))})
            with _translated(RuleError):
                self.spark.createDataFrame(table).createOrReplaceTempView(view)
            self._values[values] = exp.to_table(view)
        return self._values[values]

    def rows(self, query: exp.Expr) -> Sequence[Sequence[Any]]:
        with _translated(RuleError):
            return [tuple(row) for row in self.spark.sql(self.render(query)).collect()]

    def save(self, query: exp.Expr, target: Target) -> None:
        write_batches(self._stream(self.render(query)), target)

    def _stream(self, sql: str) -> Iterator[Batch]:
        batch: Batch = []
        with _translated(RuleError):
            for row in self.spark.sql(sql).toLocalIterator(prefetchPartitions=True):
                batch.append(tuple(row))
                if len(batch) == BATCH_ROWS:
                    yield batch
                    batch = []
        if batch:
            yield batch


def _type(name: str) -> DataType:
    return _TYPES.get(name.partition("(")[0], DataType.OTHER)


@contextmanager
def _translated(kind: type[RuleError] | type[SourceError]) -> Iterator[None]:
    errors = importlib.import_module("pyspark.errors")
    try:
        yield
    except errors.PySparkException as error:
        reason = str(error).splitlines()[0]
        if "UNAVAILABLE" in str(error) or "Connection refused" in str(error):
            raise SourceError(f"与 Spark 的连接断开或被拒绝：{reason}") from None
        raise kind(f"Spark 不能执行：{reason}") from None


@engines.register
class Spark(Engine):
    """A cluster, or Sail on one machine."""

    code = "spark"
    label = "Spark（Spark Connect）"
    schemes = ("sc://",)
    sql = SparkSql

    def accepts(self, source: Source) -> bool:
        return isinstance(source, TableSource) and source.url.startswith(self.schemes)

    @contextmanager
    def open(
        self, source: Source, *, tables: Mapping[str, Source | str], limits: Limits
    ) -> Iterator[SparkConnectSession]:
        del limits
        if not isinstance(source, TableSource):
            raise SourceError("Spark 引擎只检查 Spark 里的表")
        spark = _connect(source.url)
        try:
            session = SparkConnectSession(spark)
            session.add(None, source)
            for name, table in tables.items():
                session.add(name, table)
            yield session
        finally:
            spark.stop()


def _connect(url: str) -> Any:
    """A session of its own, without reattaching.

    Clients before 4.2 let all sessions of a process share one pool of threads for that, and the
    end of any of them shuts it down under the others (SPARK-55406).
    """
    try:
        module = importlib.import_module("pyspark.sql")
    except ImportError:
        raise SourceError("没有安装 Spark Connect 客户端，请安装 pyspark-client") from None
    _check_reachable(url)
    with _translated(SourceError):
        spark = module.SparkSession.builder.remote(url).create()
        spark.client.disable_reattachable_execute()
        spark.conf.set("spark.sql.session.timeZone", "Asia/Shanghai")
        return spark


def _check_reachable(url: str) -> None:
    """The client itself would retry for minutes."""
    parts = urlsplit(url)
    try:
        socket.create_connection((parts.hostname or "", parts.port or 15002), timeout=15).close()
    except OSError as error:
        place = f"{parts.hostname}:{parts.port or 15002}"
        raise SourceError(f"连不上 Spark（{place}）：{error.strerror or error}") from None
