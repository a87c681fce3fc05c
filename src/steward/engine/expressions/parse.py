"""From text to our own tree: SQLGlot parses, and only what the white list names is copied over."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlglot import exp, parse
from sqlglot.errors import ParseError, TokenError
from sqlglot.tokenizer_core import Token, TokenType
from sqlglot.tokens import Tokenizer

from steward.engine.expressions.errors import ExpressionError, PatternError
from steward.engine.expressions.functions import FUNCTIONS, Constant, Function
from steward.engine.expressions.parts import Node, Position
from steward.engine.expressions.pattern import Pattern
from steward.engine.expressions.types import DataType

MAX_TEXT = 4000
MAX_NODES = 400
MAX_DEPTH = 40
MAX_NESTING = 30
_WIDE = {
    **dict(zip("（），＝＞＜＋－＊／％；“”‘’", "(),=><+-*/%;''''", strict=True)),
    "≥": ">=",
    "≤": "<=",
    "≠": "<>",
    "、": ",",
}
_BINARY: dict[type[exp.Expr], str] = {
    exp.And: "and",
    exp.Or: "or",
    exp.EQ: "eq",
    exp.NEQ: "ne",
    exp.LT: "lt",
    exp.LTE: "le",
    exp.GT: "gt",
    exp.GTE: "ge",
    exp.Add: "add",
    exp.Sub: "sub",
    exp.Mul: "mul",
    exp.Div: "div",
    exp.Mod: "mod",
    exp.DPipe: "concat",
}
_CALLS: dict[type[exp.Expr], tuple[str, tuple[str, ...]]] = {
    exp.Length: ("LENGTH", ("this",)),
    exp.Trim: ("TRIM", ("this",)),
    exp.Upper: ("UPPER", ("this",)),
    exp.Lower: ("LOWER", ("this",)),
    exp.Substring: ("SUBSTR", ("this", "start", "length")),
    exp.Left: ("LEFT", ("this", "expression")),
    exp.Right: ("RIGHT", ("this", "expression")),
    exp.Replace: ("REPLACE", ("this", "expression", "replacement")),
    exp.StartsWith: ("STARTS_WITH", ("this", "expression")),
    exp.EndsWith: ("ENDS_WITH", ("this", "expression")),
    exp.Contains: ("CONTAINS", ("this", "expression")),
    exp.RegexpLike: ("REGEXP_LIKE", ("this", "expression")),
    exp.Abs: ("ABS", ("this",)),
    exp.Floor: ("FLOOR", ("this",)),
    exp.Ceil: ("CEIL", ("this",)),
    exp.Year: ("YEAR", ("this",)),
    exp.Month: ("MONTH", ("this",)),
    exp.Day: ("DAY", ("this",)),
}
_CASTS = {
    exp.DType.TEXT: DataType.TEXT,
    exp.DType.VARCHAR: DataType.TEXT,
    exp.DType.INT: DataType.INTEGER,
    exp.DType.BIGINT: DataType.INTEGER,
    exp.DType.DECIMAL: DataType.DECIMAL,
    exp.DType.DATE: DataType.DATE,
}
_HARMLESS = {"safe", "coalesce", "typed", "_type"}
_QUERIES = (exp.Query, exp.Subquery, exp.Exists, exp.Table)
_SHAPES = (
    "可用：列名、数、'文本'、TRUE/FALSE/NULL、+ - * / % ||、= <> > >= < <=、AND/OR/NOT、IN (…)、"
    "BETWEEN、LIKE、IS NULL、CASE、COALESCE、CAST、TODAY() 和 "
)


@dataclass(frozen=True, slots=True)
class Expression:
    """A checked expression, not yet bound to a table."""

    text: str
    root: Node

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns it reads, in order of appearance."""
        names = (node.value for node in self.root.walk() if node.op == "column")
        return tuple(dict.fromkeys(str(name) for name in names))


def parse_expression(text: str) -> Expression:
    """Parse one expression of the checked subset; raise ExpressionError with line and column."""
    if not text.strip():
        raise ExpressionError("表达式是空的")
    if len(text) > MAX_TEXT:
        raise ExpressionError(f"表达式超过 {MAX_TEXT} 个字符，请拆成几条规则")
    _check_tokens(_tokenize(text))
    return Expression(text, _Builder().build(_tree(text), 1))


def _tokenize(text: str) -> list[Token]:
    try:
        return Tokenizer().tokenize(text)
    except TokenError:
        raise ExpressionError("引号没有成对，或有无法识别的字符") from None


def _check_tokens(tokens: list[Token]) -> None:
    nesting = 0
    for token in tokens:
        at = (token.line, max(token.col - len(token.text) + 1, 1))
        if token.comments:
            raise ExpressionError("表达式里不能写注释", at)
        nesting += token.token_type in {TokenType.L_PAREN, TokenType.CASE}
        nesting -= token.token_type in {TokenType.R_PAREN, TokenType.END}
        if nesting > MAX_NESTING:
            raise ExpressionError(f"嵌套超过 {MAX_NESTING} 层", at)
        if token.token_type is TokenType.VAR:
            _check_width(token.text, at)
        if token.token_type is TokenType.SEMICOLON:
            raise ExpressionError("只能写一个表达式，不能有分号", at)


def _check_width(word: str, at: Position) -> None:
    for index, char in enumerate(word):
        if char in _WIDE:
            place = (at[0], at[1] + index)
            raise ExpressionError(f"“{char}”是全角符号，请改成半角的 {_WIDE[char]}", place)


def _tree(text: str) -> exp.Expr:
    try:
        trees = parse(text)
    except ParseError as error:
        first = error.errors[0] if error.errors else {}
        at = (int(first.get("line") or 1), int(first.get("col") or 1))
        near = str(first.get("highlight") or "")
        raise ExpressionError(f"“{near}”附近写法不完整或不认识", at) from None
    except RecursionError:
        raise ExpressionError("嵌套太深") from None
    if len(trees) != 1 or trees[0] is None:
        raise ExpressionError("只能写一个表达式")
    return trees[0]


def _position(tree: exp.Expr) -> Position:
    for node in tree.walk(bfs=False):
        if "line" in node.meta:
            width = node.meta["end"] - node.meta["start"]
            return int(node.meta["line"]), max(int(node.meta["col"]) - width, 1)
    return _position(tree.parent) if tree.parent is not None else (1, 1)


class _Builder:
    """Copies node by node; `count` and depth bound the size of what may pass."""

    def __init__(self) -> None:
        self.count = 0
        self.shapes: Mapping[type[exp.Expr], Callable[[exp.Expr, int], Node]] = {
            exp.Column: self._column,
            exp.Literal: self._literal,
            exp.Boolean: self._boolean,
            exp.Null: self._null,
            exp.Paren: self._paren,
            exp.Not: self._not,
            exp.Neg: self._negative,
            exp.Is: self._is,
            exp.In: self._in,
            exp.Between: self._between,
            exp.Like: self._like,
            exp.Case: self._case,
            exp.If: self._if,
            exp.Coalesce: self._coalesce,
            exp.Concat: self._concat,
            exp.Cast: self._cast,
            exp.TryCast: self._cast,
            exp.CurrentDate: self._today,
            exp.Anonymous: self._anonymous,
        }

    def build(self, tree: exp.Expr, depth: int) -> Node:
        self.count += 1
        if self.count > MAX_NODES or depth > MAX_DEPTH:
            raise ExpressionError("表达式太大或嵌套太深，请拆成几条规则", _position(tree))
        if tree.comments:
            raise ExpressionError("表达式里不能写注释", _position(tree))
        kind = type(tree)
        if kind in self.shapes:
            return self.shapes[kind](tree, depth + 1)
        if kind in _BINARY:
            self._only(tree, "this", "expression")
            return self._node((tree, _BINARY[kind]), (tree.this, tree.expression), depth)
        if kind in _CALLS:
            code, names = _CALLS[kind]
            self._only(tree, *names)
            args = [tree.args[name] for name in names if tree.args.get(name) is not None]
            return self._call((tree, FUNCTIONS[code]), args, depth)
        raise self._refuse(tree)

    def _refuse(self, tree: exp.Expr) -> ExpressionError:
        at = _position(tree)
        if isinstance(tree, _QUERIES) or tree.find(*_QUERIES) is not None:
            return ExpressionError("不能写子查询，只能用本行的列；跨表请用“引用存在”一类规则", at)
        if isinstance(tree, exp.AggFunc | exp.Window):
            return ExpressionError("不能用聚合或窗口函数，请用行数、唯一、汇总一致一类规则", at)
        names = "、".join(sorted({function.code for function in FUNCTIONS.values()}))
        name = tree.sql_name() if isinstance(tree, exp.Func) else tree.key.upper()
        return ExpressionError(f"不能使用 {name}。{_SHAPES}{names}", at)

    def _only(self, tree: exp.Expr, *names: str) -> None:
        extra = [
            key
            for key, value in tree.args.items()
            if value and key not in names and key not in _HARMLESS
        ]
        if extra:
            raise ExpressionError(f"{tree.key.upper()} 的这种写法不支持", _position(tree))

    def _node(self, of: tuple[exp.Expr, str], children: tuple[exp.Expr, ...], depth: int) -> Node:
        tree, op = of
        args = tuple(self.build(child, depth + 1) for child in children)
        return Node(op, args, at=_position(tree))

    def _call(self, of: tuple[exp.Expr, Function], args: list[exp.Expr], depth: int) -> Node:
        tree, function = of
        at = _position(tree)
        if len(args) != len(function.params):
            raise ExpressionError(f"参数个数不对，写法是 {function.usage}", at)
        nodes: list[Node] = []
        for arg, wanted in zip(args, function.params, strict=True):
            node = self.build(arg, depth + 1)
            if isinstance(wanted, Constant):
                node = _constant(node, wanted, function)
            nodes.append(node)
        return Node(f"call:{function.code}", tuple(nodes), at=at)

    def _column(self, tree: exp.Expr, depth: int) -> Node:
        del depth
        self._only(tree, "this")
        if not isinstance(tree.this, exp.Identifier):
            raise ExpressionError("这里须是列名", _position(tree))
        return Node("column", value=tree.name, at=_position(tree))

    def _literal(self, tree: exp.Expr, depth: int) -> Node:
        del depth
        if tree.args.get("is_string"):
            return Node("literal", value=tree.name, at=_position(tree), type=DataType.TEXT)
        digits = tree.name
        if not digits.isascii() or not digits.replace(".", "", 1).isdigit() or len(digits) > 18:
            raise ExpressionError(f"数 {digits} 须写成至多 17 位的十进制数", _position(tree))
        if "." in digits:
            exact = Decimal(digits)
            return Node("literal", value=exact, at=_position(tree), type=DataType.DECIMAL)
        return Node("literal", value=int(digits), at=_position(tree), type=DataType.INTEGER)

    def _boolean(self, tree: exp.Expr, depth: int) -> Node:
        del depth
        value = bool(tree.this)
        return Node("literal", value=value, at=_position(tree), type=DataType.BOOLEAN)

    def _null(self, tree: exp.Expr, depth: int) -> Node:
        del depth
        return Node("literal", value=None, at=_position(tree), type=DataType.NULL)

    def _paren(self, tree: exp.Expr, depth: int) -> Node:
        return self.build(tree.this, depth)

    def _not(self, tree: exp.Expr, depth: int) -> Node:
        self._only(tree, "this")
        return self._node((tree, "not"), (tree.this,), depth)

    def _negative(self, tree: exp.Expr, depth: int) -> Node:
        node = self.build(tree.this, depth)
        if node.op == "literal" and isinstance(node.value, int | Decimal):
            return Node("literal", value=-node.value, at=node.at, type=node.type)
        return Node("neg", (node,), at=node.at)

    def _is(self, tree: exp.Expr, depth: int) -> Node:
        self._only(tree, "this", "expression")
        if not isinstance(tree.expression, exp.Null):
            raise ExpressionError("IS 后面只能是 NULL 或 NOT NULL", _position(tree))
        return self._node((tree, "is_null"), (tree.this,), depth)

    def _in(self, tree: exp.Expr, depth: int) -> Node:
        if tree.args.get("query") is not None:
            raise self._refuse(tree)
        self._only(tree, "this", "expressions")
        return self._node((tree, "in"), (tree.this, *tree.expressions), depth)

    def _between(self, tree: exp.Expr, depth: int) -> Node:
        self._only(tree, "this", "low", "high")
        value, low, high = (self.build(tree.args[name], depth) for name in ("this", "low", "high"))
        at = _position(tree)
        return Node(
            "and", (Node("ge", (value, low), at=at), Node("le", (value, high), at=at)), at=at
        )

    def _like(self, tree: exp.Expr, depth: int) -> Node:
        self._only(tree, "this", "expression", "negate")
        value, like = self.build(tree.this, depth), self.build(tree.expression, depth)
        if not isinstance(like.value, str) or like.op != "literal" or "\\" in like.value:
            raise ExpressionError("LIKE 后面须是写明的文本，且不含反斜杠", like.at)
        pattern = Node("literal", value=_like_pattern(like.value), at=like.at)
        found = Node("call:REGEXP_LIKE", (value, pattern), at=_position(tree))
        return Node("not", (found,), at=found.at) if tree.args.get("negate") else found

    def _case(self, tree: exp.Expr, depth: int) -> Node:
        self._only(tree, "this", "ifs", "default")
        subject = None if tree.this is None else self.build(tree.this, depth)
        parts: list[Node] = []
        for branch in tree.args["ifs"]:
            when = self.build(branch.this, depth)
            parts.append(when if subject is None else Node("eq", (subject, when), at=when.at))
            parts.append(self.build(branch.args["true"], depth))
        parts.append(self._default(tree.args.get("default"), depth))
        return Node("case", tuple(parts), at=_position(tree))

    def _if(self, tree: exp.Expr, depth: int) -> Node:
        self._only(tree, "this", "true", "false")
        when, then = self.build(tree.this, depth), self.build(tree.args["true"], depth)
        default = self._default(tree.args.get("false"), depth)
        return Node("case", (when, then, default), at=_position(tree))

    def _default(self, tree: exp.Expr | None, depth: int) -> Node:
        if tree is None:
            return Node("literal", type=DataType.NULL)
        return self.build(tree, depth)

    def _coalesce(self, tree: exp.Expr, depth: int) -> Node:
        self._only(tree, "this", "expressions")
        return self._node((tree, "coalesce"), (tree.this, *tree.expressions), depth)

    def _concat(self, tree: exp.Expr, depth: int) -> Node:
        self._only(tree, "expressions")
        return self._node((tree, "concat"), tuple(tree.expressions), depth)

    def _cast(self, tree: exp.Expr, depth: int) -> Node:
        self._only(tree, "this", "to")
        target = _CASTS.get(tree.args["to"].this)
        if target is None or tree.args["to"].expressions:
            names = "TEXT、INTEGER、DECIMAL、DATE"
            raise ExpressionError(f"只能转换成 {names}", _position(tree))
        node = self.build(tree.this, depth)
        if target is DataType.DATE and node.op == "literal" and isinstance(node.value, str):
            return date_literal(node)
        return Node(f"cast:{target.value}", (node,), at=_position(tree))

    def _today(self, tree: exp.Expr, depth: int) -> Node:
        del depth
        self._only(tree)
        return Node("today", at=_position(tree))

    def _anonymous(self, tree: exp.Expr, depth: int) -> Node:
        name = str(tree.this).upper()
        if name == "TODAY" and not tree.expressions:
            return Node("today", at=_position(tree))
        if name not in FUNCTIONS:
            names = "、".join(sorted({function.code for function in FUNCTIONS.values()}))
            raise ExpressionError(f"没有函数 {tree.this}，可用：{names}", _position(tree))
        return self._call((tree, FUNCTIONS[name]), list(tree.expressions), depth)


def _constant(node: Node, wanted: Constant, function: Function) -> Node:
    value = node.value if node.op == "literal" else None
    if wanted is function.params[-1] and function.code == "REGEXP_LIKE" and isinstance(value, str):
        value = _pattern(value, node.at)
    if node.op != "literal" or not wanted.check(value):
        raise ExpressionError(f"{function.usage}：这里须是{wanted.wanted}", node.at)
    return Node("literal", value=value, at=node.at, type=node.type)


def _pattern(source: str, at: Position) -> Pattern:
    try:
        return Pattern.parse(source)
    except PatternError as error:
        raise ExpressionError(error.message, at) from None


def _like_pattern(like: str) -> Pattern:
    any_char = "(.|\\n)"
    body = "".join(
        f"{any_char}*" if char == "%" else any_char if char == "_" else _quoted(char)
        for char in like.strip("%")
    )
    head = "" if like.startswith("%") else "^"
    tail = "" if like.endswith("%") else "$"
    return Pattern.parse(f"{head}{body}{tail}")


def _quoted(char: str) -> str:
    return f"\\{char}" if char in "^$.|?*+()[]{}" else char


def date_literal(node: Node) -> Node:
    """A text constant as a day; raise where it is none."""
    try:
        day = date.fromisoformat(str(node.value))
    except ValueError:
        raise ExpressionError(f"“{node.value}”不是日期，请写成 '2026-01-31'", node.at) from None
    return Node("literal", value=day, at=node.at, type=DataType.DATE)
