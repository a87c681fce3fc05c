"""From a bound expression to SQL, through the portable constructs only."""

from collections.abc import Callable, Mapping
from datetime import date

from sqlglot import exp

from steward.engine.expressions.bind import BoundExpression
from steward.engine.expressions.functions import FUNCTIONS, Constant
from steward.engine.expressions.parts import Node
from steward.engine.expressions.sql import (
    PortableSql,
    Sql,
    both,
    case,
    either,
    is_null,
    negate,
    wrap,
)
from steward.engine.expressions.types import DataType

_ARITHMETIC: dict[str, type[exp.Binary]] = {"add": exp.Add, "sub": exp.Sub, "mul": exp.Mul}
_COMPARISONS = {"eq", "ne", "lt", "le", "gt", "ge"}


def compile_expression(
    bound: BoundExpression,
    sql: PortableSql,
    columns: Callable[[str], Sql],
    *,
    today: date,
) -> Sql:
    """One SQL expression; `columns` gives the SQL of a column, `today` what TODAY() means."""
    return _Compiler(sql, columns, today).build(bound.root)


class _Compiler:
    def __init__(self, sql: PortableSql, columns: Callable[[str], Sql], today: date) -> None:
        self.sql = sql
        self.columns = columns
        self.today = today
        self.rules: Mapping[str, Callable[[Node], Sql]] = {
            "column": lambda node: self.columns(str(node.value)),
            "literal": lambda node: self.sql.literal(node.value),
            "today": lambda _node: self.sql.literal(self.today),
            "and": lambda node: both(*self._args(node)),
            "or": lambda node: either(*self._args(node)),
            "not": lambda node: negate(self.build(node.args[0])),
            "is_null": lambda node: is_null(wrap(self.build(node.args[0]))),
            "in": self._in,
            "case": self._case,
            "coalesce": lambda node: exp.Coalesce(
                this=self.build(node.args[0]), expressions=self._args(node)[1:]
            ),
            "concat": lambda node: self.sql.concat(*self._args(node)),
            "neg": lambda node: exp.Neg(this=wrap(self._operand(node.args[0]))),
            "div": lambda node: self.sql.quotient(*self._args(node)),
            "mod": lambda node: self.sql.remainder(*self._args(node)),
        }

    def build(self, node: Node) -> Sql:
        if node.op in _COMPARISONS:
            return self._compare(node)
        if node.op in _ARITHMETIC:
            left, right = (wrap(self._operand(arg)) for arg in node.args)
            return _ARITHMETIC[node.op](this=left, expression=right)
        if node.op.startswith("call:"):
            return self._call(node)
        if node.op.startswith("cast:"):
            return self._cast(node)
        return self.rules[node.op](node)

    def _args(self, node: Node) -> list[Sql]:
        return [self.build(arg) for arg in node.args]

    def _operand(self, node: Node) -> Sql:
        """Whole numbers work in 64 bits, whatever the column's width."""
        value = self.build(node)
        return self.sql.big(value) if node.type is DataType.INTEGER else value

    def _compare(self, node: Node) -> Sql:
        left, right = self._args(node)
        return self.sql.compare(node.op, (left, right), _kind(node))

    def _in(self, node: Node) -> Sql:
        first, *rest = self._args(node)
        return self.sql.within(first, rest, _kind(node))

    def _case(self, node: Node) -> Sql:
        args = self._args(node)
        branches = list(zip(args[:-1:2], args[1:-1:2], strict=True))
        return case(*branches, default=args[-1])

    def _call(self, node: Node) -> Sql:
        function = FUNCTIONS[node.op.removeprefix("call:")]
        args: list[object] = [
            arg.value if isinstance(wanted, Constant) else self.build(arg)
            for arg, wanted in zip(node.args, function.params, strict=True)
        ]
        return function.sql(self.sql, *args)

    def _cast(self, node: Node) -> Sql:
        source, target = node.args[0].type, node.type
        value = self.build(node.args[0])
        if source is target or source is DataType.NULL:
            return value
        if target is DataType.TEXT:
            return self.sql.text(value, source or DataType.TEXT)
        if source is DataType.TEXT:
            return self._from_text(value, target)
        if target is DataType.DATE:
            return self.sql.date_of_moment(value)
        return exp.cast(value, "decimal(18, 0)")

    def _from_text(self, value: Sql, target: DataType | None) -> Sql:
        if target is DataType.DATE:
            return self.sql.date_of(value)
        return self.sql.whole_of(value) if target is DataType.INTEGER else self.sql.number_of(value)


def _kind(node: Node) -> DataType:
    """What is compared: the first type that is known."""
    kinds = (arg.type for arg in node.args if arg.type is not None)
    return next((kind for kind in kinds if kind is not DataType.NULL), DataType.NULL)
