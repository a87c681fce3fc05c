import re

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steward.engine.expressions import Flavour, Pattern, PatternError

REFUSED = {
    "(?=a)": "环视",
    "(?<n>a)": "环视",
    "(a)\\1": "反向引用",
    "\\bword": "不支持",
    "(a+)+": "不能嵌套",
    "(a*b){2,}": "不能嵌套",
    "a{300}": "不超过 255",
    "a{3,1}": "从小到大",
    "a**": "不能再写",
    "*a": "前面没有内容",
    "[z-a]": "前大后小",
    "[]": "没有内容",
    "[[:alpha:]]": "不支持",
    "(a": "缺少右括号",
    "a)": "多余的右括号",
    "[a": "缺少右方括号",
    "a}": "\\}",
    "^*": "定位符",
    "a{x}": "重复次数写作",
    "\\u12": "十六进制",
    "(" * 21 + ")" * 21: "嵌套超过",
    "a" * 1001: "超过 1000",
}
PIECES = st.sampled_from(
    [
        "a",
        "b",
        "中",
        "\\d",
        "\\w",
        "\\S",
        ".",
        "[a-c]",
        "[^a]",
        "[\\]\\-x]",
        "(ab|b)",
        "(?:中|a)",
        "\\.",
        "\\\\",
        "\\u4e2d",
    ]
)
PATTERNS = st.tuples(
    st.sampled_from(["", "^"]),
    st.lists(
        st.tuples(PIECES, st.sampled_from(["", "*", "+", "?", "{2}", "{1,3}", "+?"])), max_size=5
    ),
    st.sampled_from(["", "$", "|b"]),
).map(lambda parts: parts[0] + "".join(map("".join, parts[1])) + parts[2])


@pytest.mark.parametrize(("source", "reason"), REFUSED.items())
def test_what_engines_would_read_differently_is_refused(source, reason):
    with pytest.raises(PatternError, match=re.escape(reason)):
        Pattern.parse(source)


@pytest.mark.parametrize(
    ("source", "value", "found"),
    [
        ("^[0-9]{3}$", "123", True),
        ("^[0-9]{3}$", "123\n", False),
        ("^\\d+$", "１２３", False),
        ("^.$", "\n", False),
        ("^[^a]$", "\n", True),
        ("b", "abc", True),
        ("^[\\u4e00-\\u9fa5]+$", "中文", True),
        ("^a|b$", "xb", True),
    ],
)
def test_a_pattern_means_what_the_page_says(source, value, found):
    assert Pattern.parse(source).found_in(value) is found


@settings(max_examples=200, deadline=None)
@given(PATTERNS, st.lists(st.text("ab中.\\]-x1_\n ", max_size=6), min_size=1, max_size=10))
def test_python_and_re2_agree(source, values):
    pattern = Pattern.parse(source)
    with duckdb.connect() as connection:
        expected = [
            connection.execute(
                "SELECT regexp_matches(?, ?)", [value, pattern.text(Flavour.RE2)]
            ).fetchone()[0]
            for value in values
        ]

    assert [pattern.found_in(value) for value in values] == expected
