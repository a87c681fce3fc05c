"""Give every node a type, so that no engine converts silently and each gives the same answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from steward.engine.expressions.errors import ExpressionError
from steward.engine.expressions.functions import FUNCTIONS, Constant
from steward.engine.expressions.parse import Expression, date_literal
from steward.engine.expressions.parts import Node
from steward.engine.expressions.types import DataType, wider

_COMPARISONS = {"eq", "ne", "lt", "le", "gt", "ge"}
_CONVERSIONS = {
    DataType.TEXT: {DataType.TEXT, DataType.INTEGER, DataType.DATE},
    DataType.INTEGER: {DataType.TEXT, DataType.INTEGER},
    DataType.DECIMAL: {DataType.TEXT, DataType.INTEGER, DataType.DECIMAL},
    DataType.DATE: {DataType.TEXT, DataType.DATE, DataType.TIMESTAMP},
}


@dataclass(frozen=True, slots=True)
class BoundExpression:
    """An expression whose every node has a type."""

    text: str
    root: Node

    @property
    def type(self) -> DataType:
        return _type(self.root)


def bind(expression: Expression, types: Mapping[str, DataType]) -> BoundExpression:
    """Resolve columns and check types; `types` maps the column names that may be used."""
    return BoundExpression(expression.text, _Binder(types).bind(expression.root))


def bind_condition(expression: Expression, types: Mapping[str, DataType]) -> BoundExpression:
    """As `bind`, and the whole must be true or false."""
    bound = bind(expression, types)
    if bound.type not in {DataType.BOOLEAN, DataType.NULL}:
        raise ExpressionError(f"整个表达式须是条件（真或假），现在是{bound.type.label}")
    return bound


def _type(node: Node) -> DataType:
    if node.type is None:
        raise ValueError(f"unbound node {node.op}")
    return node.type


class _Binder:
    def __init__(self, types: Mapping[str, DataType]) -> None:
        self.types = types
        self.folded: dict[str, list[str]] = {}
        for name in types:
            self.folded.setdefault(name.casefold(), []).append(name)
        self.rules: Mapping[str, Callable[[Node], Node]] = {
            "column": self._column,
            "literal": lambda node: node,
            "today": lambda node: replace(node, type=DataType.DATE),
            "and": self._logic,
            "or": self._logic,
            "not": self._logic,
            "is_null": self._is_null,
            "in": self._in,
            "case": self._case,
            "coalesce": self._coalesce,
            "concat": self._concat,
            "neg": self._arithmetic,
            "add": self._arithmetic,
            "sub": self._arithmetic,
            "mul": self._arithmetic,
            "div": self._quotient,
            "mod": self._remainder,
        }

    def bind(self, node: Node) -> Node:
        if node.op in _COMPARISONS:
            return self._compare(node)
        if node.op.startswith("call:"):
            return self._call(node)
        if node.op.startswith("cast:"):
            return self._cast(node)
        return self.rules[node.op](node)

    def _args(self, node: Node) -> list[Node]:
        return [self.bind(arg) for arg in node.args]

    def _column(self, node: Node) -> Node:
        name = str(node.value)
        if name not in self.types:
            matches = self.folded.get(name.casefold(), [])
            if len(matches) != 1:
                known = "、".join(sorted(self.types)) or "（没有）"
                raise ExpressionError(f"没有列“{name}”，可用的列：{known}", node.at)
            name = matches[0]
        kind = self.types[name]
        if kind is DataType.OTHER:
            raise ExpressionError(f"列“{name}”的类型不能用在表达式里", node.at)
        return replace(node, value=name, type=kind)

    def _want(self, node: Node, accepted: frozenset[DataType], what: str) -> None:
        kind = _type(node)
        if kind is not DataType.NULL and kind not in accepted:
            names = "或".join(sorted(item.label for item in accepted))
            hint = (
                "，文本请先转换（CAST(列 AS DECIMAL)）或在 columns 里声明类型"
                if kind is DataType.TEXT
                else ""
            )
            raise ExpressionError(f"{what}须是{names}，现在是{kind.label}{hint}", node.at)

    def _logic(self, node: Node) -> Node:
        args = self._args(node)
        for arg in args:
            self._want(arg, frozenset({DataType.BOOLEAN}), "AND、OR、NOT 的两边")
        return replace(node, args=tuple(args), type=DataType.BOOLEAN)

    def _is_null(self, node: Node) -> Node:
        return replace(node, args=tuple(self._args(node)), type=DataType.BOOLEAN)

    def _compare(self, node: Node) -> Node:
        args = self._same(self._args(node), "比较")
        return replace(node, args=tuple(args), type=DataType.BOOLEAN)

    def _in(self, node: Node) -> Node:
        args = self._same(self._args(node), "IN 里的值")
        return replace(node, args=tuple(args), type=DataType.BOOLEAN)

    def _same(self, args: list[Node], what: str) -> list[Node]:
        """All of one type; a text constant beside a date is read as a date."""
        if any(arg.type is DataType.DATE for arg in args):
            args = [
                date_literal(arg) if arg.op == "literal" and isinstance(arg.value, str) else arg
                for arg in args
            ]
        kind = DataType.NULL
        for arg in args:
            joined = wider(kind, _type(arg))
            if joined is None or joined is DataType.OTHER:
                labels = f"{kind.label}和{_type(arg).label}"
                raise ExpressionError(
                    f"{what}：{labels}不能放在一起，请用 CAST 转换，或在 columns 里声明列的类型",
                    arg.at,
                )
            kind = joined
        return args

    def _common(self, args: list[Node], what: str) -> tuple[list[Node], DataType]:
        args = self._same(args, what)
        kind = DataType.NULL
        for arg in args:
            kind = wider(kind, _type(arg)) or kind
        return args, kind

    def _case(self, node: Node) -> Node:
        args = self._args(node)
        for when in args[:-1:2]:
            self._want(when, frozenset({DataType.BOOLEAN}), "WHEN 后面")
        results, kind = self._common([*args[1::2], args[-1]], "CASE 的各个结果")
        args[1:-1:2] = results[:-1]
        args[-1] = results[-1]
        return replace(node, args=tuple(args), type=kind)

    def _coalesce(self, node: Node) -> Node:
        args, kind = self._common(self._args(node), "COALESCE 的参数")
        return replace(node, args=tuple(args), type=kind)

    def _concat(self, node: Node) -> Node:
        args = self._args(node)
        for arg in args:
            self._want(arg, frozenset({DataType.TEXT}), "拼接的内容")
        return replace(node, args=tuple(args), type=DataType.TEXT)

    def _arithmetic(self, node: Node) -> Node:
        args = self._args(node)
        kind = DataType.NULL
        for arg in args:
            self._want(arg, _NUMBER_SET, "四则运算的两边")
            kind = wider(kind, _type(arg)) or kind
        return replace(node, args=tuple(args), type=kind)

    def _quotient(self, node: Node) -> Node:
        return replace(self._arithmetic(node), type=DataType.FLOAT)

    def _remainder(self, node: Node) -> Node:
        args = self._args(node)
        for arg in args:
            self._want(arg, frozenset({DataType.INTEGER}), "求余的两边")
        return replace(node, args=tuple(args), type=DataType.INTEGER)

    def _call(self, node: Node) -> Node:
        function = FUNCTIONS[node.op.removeprefix("call:")]
        args: list[Node] = []
        for arg, wanted in zip(node.args, function.params, strict=True):
            if isinstance(wanted, Constant):
                args.append(arg)
                continue
            bound = self.bind(arg)
            self._want(bound, wanted, f"{function.usage} 的参数")
            args.append(bound)
        kind = function.returns or _type(args[0])
        return replace(node, args=tuple(args), type=kind)

    def _cast(self, node: Node) -> Node:
        target = DataType(node.op.removeprefix("cast:"))
        (arg,) = self._args(node)
        self._want(arg, frozenset(_CONVERSIONS[target]), f"转换成{target.label}的内容")
        return replace(node, args=(arg,), type=target)


_NUMBER_SET = frozenset({DataType.INTEGER, DataType.DECIMAL, DataType.FLOAT})
