"""MaxCompute (ODPS): generated SQL text, run by the platform's own scheduler."""

from collections.abc import Mapping
from contextlib import AbstractContextManager

from sqlglot import exp
from sqlglot.dialects.hive import Hive
from sqlglot.generators.hive import HiveGenerator

from steward.engine.expressions import DataType, Flavour, PortableSql
from steward.engine.expressions.sql import Sql, case, number
from steward.engine.rules.engine import Engine, Limits, Session, engines
from steward.engine.rules.errors import SourceError
from steward.engine.rules.sources import Source, TableSource


class StewardMaxCompute(Hive):
    """Hive with the types of MaxCompute 2.0 (`odps.sql.type.system.odps2`)."""

    class Generator(HiveGenerator):
        """Functions that MaxCompute spells in its own way."""

        TRANSFORMS = {
            **HiveGenerator.TRANSFORMS,
            exp.DPipe: lambda self, node: self.func("CONCAT", node.this, node.expression),
            exp.StrPosition: lambda self, node: self.func(
                "INSTR", node.this, node.args.get("substr")
            ),
        }


class MaxComputeSql(PortableSql):
    """RE2 patterns; parts of dates by functions; no RIGHT."""

    dialect = "stewardmaxcompute"
    flavour = Flavour.RE2

    def right(self, value: Sql, length: int) -> Sql:
        short = exp.LTE(this=self.length(value.copy()), expression=number(length))
        tail = exp.Anonymous(this="SUBSTR", expressions=[value.copy(), number(-length)])
        return case((short, value.copy()), default=tail)

    def days_between(self, start: Sql, end: Sql) -> Sql:
        return exp.Anonymous(this="DATEDIFF", expressions=[end, start])

    def part(self, unit: str, value: Sql) -> Sql:
        return self.big(exp.Anonymous(this=unit, expressions=[value]))

    def local_day(self, value: Sql, kind: DataType) -> Sql:
        del kind
        return self.date_of_moment(value)


@engines.register
class MaxCompute(Engine):
    """Text only: `generate_sql` writes the queries, the platform runs them."""

    code = "maxcompute"
    label = "MaxCompute（生成 SQL）"
    schemes = ("odps://",)
    sql = MaxComputeSql

    def accepts(self, source: Source) -> bool:
        return isinstance(source, TableSource) and source.url.startswith(self.schemes)

    def open(
        self, source: Source, *, tables: Mapping[str, Source | str], limits: Limits
    ) -> AbstractContextManager[Session]:
        del source, tables, limits
        raise SourceError("MaxCompute 只生成 SQL：请用 generate_sql 取得语句，在平台上执行")
