"""Only the rows of a stream that meet a condition, whatever the source: the checked subset of SQL."""

from collections.abc import Iterator
from datetime import date

import duckdb
import pyarrow as pa
from sqlglot import exp

from steward.engine.expressions import (
    DataType,
    ExpressionError,
    bind_condition,
    compile_expression,
    parse_expression,
)
from steward.engine.lake.duck import columns_of, explained, ident
from steward.engine.rules.engines.duckdb import DuckDbSql, column_type
from steward.kernel.errors import InvalidError

_ROWS = "steward_rows"


class InvalidConditionError(InvalidError):
    """A condition that cannot be understood, or that names columns which are not there."""

    code = "engine.connectors.invalid_condition"


def columns_in(condition: str) -> tuple[str, ...]:
    """The columns a condition names. InvalidConditionError."""
    try:
        return tuple(sorted(parse_expression(condition).columns))
    except ExpressionError as error:
        raise InvalidConditionError(f"过滤条件“{condition}”有误：{error.message}") from error


class RowFilter:
    """A condition over a schema, compiled once; rows where it is false or unknown are left out."""

    def __init__(self, condition: str, schema: pa.Schema, *, today: date) -> None:
        self.condition = condition
        self.left_out = 0
        self._session = duckdb.connect()
        self._session.execute("SET TimeZone='UTC'")
        self._session.register(_ROWS, schema.empty_table())
        types = {name: column_type(kind) for name, kind in columns_of(self._session, _ROWS).items()}
        self._sql = self._compiled(types, today)

    def _compiled(self, types: dict[str, DataType], today: date) -> str:
        try:
            bound = bind_condition(parse_expression(self.condition), types)
        except ExpressionError as error:
            words = f"过滤条件“{self.condition}”有误：{error.message}"
            raise InvalidConditionError(words) from error
        tree = compile_expression(
            bound, DuckDbSql(), lambda name: exp.column(name, quoted=True), today=today
        )
        return tree.sql(dialect=DuckDbSql.dialect)

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            self._session.register(_ROWS, pa.Table.from_batches([batch]))
            with explained("过滤"):
                query = f"SELECT ({self._sql}) IS TRUE AS keep FROM {ident(_ROWS)}"  # noqa: S608
                mask = self._session.sql(query).to_arrow_table().column("keep")
            kept = batch.filter(mask.combine_chunks())
            self.left_out += batch.num_rows - kept.num_rows
            if kept.num_rows:
                yield kept

    def close(self) -> None:
        """Free the session."""
        self._session.close()
