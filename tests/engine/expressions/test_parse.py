import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlglot import exp

from steward.engine.expressions import (
    DataType,
    ExpressionError,
    PortableSql,
    bind_condition,
    compile_expression,
    parse_expression,
)
from tests.engine.expressions.words import TODAY, TYPES

REFUSED = {
    "a = (SELECT 1)": "子查询",
    "EXISTS(SELECT 1)": "子查询",
    "a IN (SELECT b FROM t)": "子查询",
    "a = 1; DROP TABLE t": "分号",
    "DROP TABLE t": "只能用本行的列",
    "SUM(a) > 1": "聚合",
    "COUNT(*) OVER () = 1": "聚合或窗口",
    "a = 1 -- 注释": "注释",
    "/* x */ a = 1": "注释",
    "READ_CSV('/etc/passwd') = 1": "不能使用",
    "PG_SLEEP(10) = 1": "没有函数",
    "RANDOM() > 1": "不能使用",
    "x.y = 1": "不支持",
    "a ＞ 1": "半角的 >",
    "a = @b": "不能使用",
    "a = ?": "不能使用",
    "s ILIKE 'a'": "不能使用",
    "CAST(s AS INT[]) = 1": "只能转换成",
    "s = 'x": "引号没有成对",
    "(a = 1": "写法不完整",
    "": "空的",
    "REGEXP_LIKE(s, '(?=a)')": "环视",
    "REGEXP_LIKE(s, s)": "正则表达式",
    "SUBSTR(s, 0, 1) = 'a'": "从 1 开始",
    "LENGTH(s, 'utf8') = 1": "不支持",
    "[1, 2]": "不能使用",
    "a = 1 OR" + " NOT" * 60 + " b = 1": "太",
    "(" * 40 + "a" + ")" * 40 + " = 1": "嵌套超过",
    " OR ".join(["a = 1"] * 300): "太",
    "a = 1e10": "十进制",
}
WRONG_TYPES = {
    "s = a": "不能放在一起",
    "a + s > 1": "四则运算",
    "d > '不是日期'": "不是日期",
    "nope = 1": "没有列“nope”",
    "a": "须是条件",
    "a AND b = 1": "AND、OR、NOT",
    "CAST(d AS INTEGER) = 1": "转换成整数",
    "a = 1.5 OR f % 2 = 1": "求余",
}


@pytest.mark.parametrize(("text", "reason"), REFUSED.items())
def test_what_is_not_on_the_white_list_is_refused(text, reason):
    with pytest.raises(ExpressionError, match=reason):
        parse_expression(text)


@pytest.mark.parametrize(("text", "reason"), WRONG_TYPES.items())
def test_types_that_do_not_fit_are_refused(text, reason):
    with pytest.raises(ExpressionError, match=reason):
        bind_condition(parse_expression(text), TYPES)


def test_an_error_names_its_line_and_column():
    with pytest.raises(ExpressionError) as caught:
        parse_expression("a = 1\n  AND foo(b) = 2")

    assert (caught.value.data["line"], caught.value.data["column"]) == (2, 7)


def test_the_columns_are_known_in_order():
    assert parse_expression("b > a AND b = 1 AND 中文列 IS NULL").columns == ("b", "a", "中文列")


ALLOWED = (
    exp.Column, exp.Identifier, exp.Literal, exp.Boolean, exp.Null, exp.Paren, exp.Binary, exp.Not,
    exp.Neg, exp.Case, exp.If, exp.In, exp.Is, exp.Cast, exp.TryCast, exp.DataType, exp.DataTypeParam,
    exp.Coalesce, exp.Length, exp.Trim, exp.Upper, exp.Lower, exp.Substring, exp.Right, exp.RegexpLike,
    exp.Abs, exp.Floor, exp.Ceil, exp.Extract, exp.Var, exp.StrPosition, exp.Connector,
)  # fmt: skip
NAMED = {"REPLACE", "DATE_DIFF"}
WORDS = st.sampled_from(
    [
        "a",
        "b",
        "s",
        "d",
        "f",
        "flag",
        "金额",
        "1",
        "2.5",
        "'x'",
        "'%'",
        "NULL",
        "TRUE",
        "(",
        ")",
        "(",
        ")",
        ",",
        "+",
        "-",
        "*",
        "/",
        "%",
        "||",
        "=",
        "<>",
        "<",
        ">=",
        "AND",
        "OR",
        "NOT",
        "IN",
        "LIKE",
        "BETWEEN",
        "IS",
        "CASE",
        "WHEN",
        "THEN",
        "ELSE",
        "END",
        "CAST",
        "AS",
        "INTEGER",
        "DATE",
        "TEXT",
        "TODAY()",
        "LENGTH(",
        "SUBSTR(",
        "REPLACE(",
        "UPPER(",
        "COALESCE(",
        "REGEXP_LIKE(",
        "YEAR(",
        "SELECT",
        "FROM",
        "t",
        "UNION",
        ";",
        "--",
        "/*",
        "*/",
        "::",
        ".",
        "[",
        "]",
        "{",
        "}",
        "@x",
        "$1",
        "?",
        "->",
        "COUNT(",
        "SUM(",
        "OVER",
        "EXISTS",
        "DROP",
        "TABLE",
        "INSERT",
        "INTO",
        "COPY",
        "ATTACH",
        "PRAGMA",
        "read_csv(",
        "getenv(",
        "system(",
        "INTERVAL",
        "LATERAL",
        "UNNEST(",
        "ARRAY",
        "LAMBDA",
        "EXCLUDE",
        "*",
        '"',
        "`",
        "\\",
        "'",
        "#",
        "~",
        "^",
        "&",
        "|",
    ]
)


@settings(max_examples=600, deadline=None)
@given(st.one_of(st.lists(WORDS, max_size=14).map(" ".join), st.text(max_size=60)))
@example("a IN (VALUES (1))")
@example("s = 'x' COLLATE \"C\"")
@example("CASE WHEN a THEN (SELECT 1) END")
def test_nothing_but_the_white_list_reaches_an_engine(text):
    try:
        bound = bind_condition(parse_expression(text), TYPES)
    except ExpressionError:
        return
    tree = compile_expression(
        bound, PortableSql(), lambda name: exp.column(name, quoted=True), today=TODAY
    )

    strange = [node for node in tree.walk() if not isinstance(node, (*ALLOWED, exp.Anonymous))]
    called = {node.name for node in tree.find_all(exp.Anonymous)}
    columns = {node.name for node in tree.find_all(exp.Column)}

    assert strange == []
    assert called <= NAMED
    assert columns <= set(TYPES)


def test_types_of_data_have_words():
    assert all(kind.label for kind in DataType)
