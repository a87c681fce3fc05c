"""Apply choices: into a query as far as SQL goes, over Arrow batches for the rest."""

from collections.abc import Iterator, Mapping, Sequence

import duckdb
import pyarrow as pa
from sqlglot import exp

from steward.engine.masking.base import InvalidMaskingError, Keys, Method, methods
from steward.engine.masking.policy import Choice


class Masker:
    """The masking of one table. Columns without a choice are InvalidMaskingError: nothing leaves
    by having been forgotten.
    """

    def __init__(self, columns: Sequence[str], choices: Mapping[str, Choice], keys: Keys) -> None:
        if missing := [name for name in columns if name not in choices]:
            raise InvalidMaskingError(
                f"列{'、'.join(f'“{name}”' for name in missing)}没有规定脱敏方法，不能输出",
                columns=missing,
            )
        self.columns = tuple(columns)
        self.methods: dict[str, Method] = {
            name: methods.get(choices[name].method)(name, choices[name].options, keys)
            for name in columns
            if choices[name].method
        }

    def select(self, table: exp.Expr | str) -> exp.Select:
        """`SELECT` of all columns; those that SQL can mask are masked in it, see `rest`."""
        query = exp.Select()
        for name in self.columns:
            column = exp.column(name, quoted=True)
            masked = self._expression(name, column)
            alias = exp.alias_(masked if masked is not None else column, name, quoted=True)
            query = query.select(alias, copy=False)
        source = exp.to_table(table) if isinstance(table, str) else table
        return query.from_(source)

    @property
    def rest(self) -> tuple[str, ...]:
        """The columns that `select` leaves open, because SQL cannot mask them."""
        column = exp.column("x")
        return tuple(name for name in self.methods if self._expression(name, column) is None)

    def finish(self, reader: pa.RecordBatchReader) -> pa.RecordBatchReader:
        """The result of `select` with the remaining columns masked."""
        rest = set(self.rest)
        schema = pa.schema(
            [
                field.with_type(pa.string()) if field.name in rest else field
                for field in reader.schema
            ]
        )
        return pa.RecordBatchReader.from_batches(schema, self._finished(reader, schema, rest))

    def apply(self, reader: pa.RecordBatchReader) -> pa.RecordBatchReader:
        """All columns of a stream masked; what `select` and `finish` do, without a database."""
        sql = self.select("arrived").sql(dialect="duckdb")
        with duckdb.connect() as session:
            session.register("arrived", reader.schema.empty_table())
            schema = session.sql(sql).to_arrow_table().schema
        batches = self._selected(reader, sql)
        return self.finish(pa.RecordBatchReader.from_batches(schema, batches))

    def _expression(self, name: str, column: exp.Expr) -> exp.Expr | None:
        method = self.methods.get(name)
        return None if method is None else method.expression(column)

    def _selected(self, reader: pa.RecordBatchReader, sql: str) -> Iterator[pa.RecordBatch]:
        with duckdb.connect() as session:
            session.execute("SET TimeZone='UTC'")
            for batch in reader:
                session.register("arrived", pa.Table.from_batches([batch]))
                yield from session.sql(sql).to_arrow_table().to_batches()

    def _finished(
        self, reader: pa.RecordBatchReader, schema: pa.Schema, rest: set[str]
    ) -> Iterator[pa.RecordBatch]:
        for batch in reader:
            arrays = [
                self._transformed(field.name, column) if field.name in rest else column
                for field, column in zip(batch.schema, batch.columns, strict=True)
            ]
            yield pa.RecordBatch.from_arrays(arrays, schema=schema)

    def _transformed(self, name: str, column: pa.Array) -> pa.Array:
        """Each distinct value once where equal values are to stay equal."""
        method, texts = self.methods[name], column.cast(pa.string())
        if not method.deterministic:
            values = [None if v is None else method.transform(v) for v in texts.to_pylist()]
            return pa.array(values, pa.string())
        coded = texts.dictionary_encode()
        masked = [method.transform(value) for value in coded.dictionary.to_pylist()]
        return pa.array(masked, pa.string()).take(coded.indices)
