# ruff: noqa: S608 - the expressions are our own, columns come in quoted
"""Kinds of fields: how a value is cleaned, and how alike two cleaned values can be.

Every kind is SQL for DuckDB. A level is a step of likeness, from the most to the least alike; the
first that holds counts. `m` is the share of true pairs at that level, `u` the share of pairs of
strangers: start values that training replaces where the data are enough.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from steward.engine.compare import normalise

_NAME_LETTERS: Final = 8
_GRAM: Final = 2


@dataclass(frozen=True, kw_only=True)
class Level:
    """One step of likeness: `condition` over `{l}` and `{r}`, the two cleaned columns' prefixes."""

    label: str
    condition: str
    m: float
    u: float
    by_frequency: bool = False


@dataclass(frozen=True, kw_only=True)
class FieldKind:
    """What a field holds. `parts` are further columns derived from the cleaned one (`{x}`)."""

    code: str
    label: str
    clean: Callable[[str], str]
    levels: tuple[Level, ...]
    normalise: tuple[str, ...]
    guesses: tuple[str, ...] = ()
    parts: Mapping[str, str] = field(default_factory=dict)


def _kept(text: str, letters: str) -> str:
    return f"regexp_replace({text}, '[^{letters}]', '', 'g')"


def _name(text: str) -> str:
    plain = f"upper({normalise.full_width(text)})"
    return rf"nullif(regexp_replace({plain}, '[\s·•.．。\x{{3000}}]', '', 'g'), '')"


def _citizen_id(text: str) -> str:
    """The seventeen digits before the check digit, so that old numbers of fifteen fit as well."""
    plain = _kept(f"upper({normalise.full_width(text)})", "0-9X*")
    return (
        f"(SELECT nullif(CASE length(n) WHEN 18 THEN substr(n, 1, 17) "
        f"WHEN 15 THEN substr(n, 1, 6) || '19' || substr(n, 7) ELSE n END, '') "
        f"FROM (SELECT {plain} AS n))"
    )


def _birth_date(text: str) -> str:
    """Eight digits, or nothing where it is no day."""
    return f"strftime(TRY_CAST({normalise.date(text)} AS DATE), '%Y%m%d')"


def _phone(text: str) -> str:
    plain = _kept(normalise.full_width(text), "0-9*")
    return f"nullif(regexp_replace({plain}, '^(0086|86|0)?(1[0-9*]{{10}})$', '\\2'), '')"


def _gender(text: str) -> str:
    plain = f"upper({normalise.trim(normalise.full_width(text))})"
    return (
        f"CASE WHEN {plain} IN ('男', '男性', '1', 'M', 'MALE') THEN '男' "
        f"WHEN {plain} IN ('女', '女性', '2', 'F', 'FEMALE') THEN '女' END"
    )


def _address(text: str) -> str:
    """Chinese numerals before a unit as digits, and every word for a part of a building as a dash.

    三单元 and 3单元 are one; 1幢2单元301室 and 1-2-301 are one.
    """
    plain = normalise.address(text)
    for digit, numeral in enumerate("一二三四五六七八九", start=1):
        units = "(单元|幢|号|楼|层|室|弄|组|期|区块)"
        plain = f"regexp_replace({plain}, '(^|[^十百零〇一二三四五六七八九]){numeral}{units}', '\\1{digit}\\2', 'g')"
    plain = f"regexp_replace({plain}, '([0-9A-Z])(幢|单元|号楼|号|弄|层|室|户)', '\\1-', 'g')"
    plain = f"regexp_replace({plain}, '-+', '-', 'g')"
    return f"nullif(trim({plain}, '-'), '')"


def _text(text: str) -> str:
    return f"nullif(upper({normalise.spaces(normalise.full_width(text))}), '')"


_SAME: Final = "{l} = {r}"
_HIDDEN: Final = (
    "(contains({l}, '*') OR contains({r}, '*')) AND length({l}) = length({r}) AND "
    "({l} LIKE replace({r}, '*', '_') OR {r} LIKE replace({l}, '*', '_'))"
)
_UNLIKE: Final = " + ".join(
    f"CASE WHEN substr({{l}}, {n}, 1) <> substr({{r}}, {n}, 1) THEN 1 ELSE 0 END"
    for n in range(1, _NAME_LETTERS + 1)
)
_ONE_LETTER: Final = f"length({{l}}) = length({{r}}) AND length({{l}}) >= 3 AND ({_UNLIKE}) = 1"
_PART_OF: Final = (
    "least(length({l}), length({r})) >= 2 AND (contains({l}, {r}) OR contains({r}, {l}))"
)
_DICE: Final = (
    "2.0 * len(list_intersect({l:grams}, {r:grams})) / greatest(len({l:grams}) + len({r:grams}), 1)"
)
_SAME_NUMBERS: Final = "{l:numbers} = {r:numbers}"
_TAIL: Final = (
    "{l:words} <> '' AND {r:words} <> '' AND "
    "(suffix({l:words}, {r:words}) OR suffix({r:words}, {l:words}))"
)
_NUMBERS_BEGIN: Final = (
    "{l:numbers} <> '' AND {r:numbers} <> '' AND (starts_with({l:numbers}, {r:numbers} || '-') "
    "OR starts_with({r:numbers}, {l:numbers} || '-'))"
)

KINDS: Final = {
    kind.code: kind
    for kind in (
        FieldKind(
            code="name",
            label="姓名",
            clean=_name,
            normalise=("full_width", "spaces", "case"),
            guesses=("姓名", "名字", "人员姓名", "name", "xm", "full_name"),
            parts={},
            levels=(
                Level(label="相同", condition=_SAME, m=0.92, u=0.001, by_frequency=True),
                Level(label="一字之差", condition=_ONE_LETTER, m=0.03, u=0.002),
                Level(label="一方缺字", condition=_PART_OF, m=0.02, u=0.001),
                Level(
                    label="同姓", condition="substr({l}, 1, 1) = substr({r}, 1, 1)", m=0.01, u=0.05
                ),
            ),
        ),
        FieldKind(
            code="citizen_id",
            label="身份证号",
            clean=_citizen_id,
            normalise=("full_width", "spaces", "case"),
            guesses=(
                "身份证号", "身份证号码", "证件", "身份证", "公民身份号码", "证件号码", "证件号", "idcard", "id_card",
                "id_number", "sfzh", "sfzhm", "zjhm", "citizen_id",
            ),
            levels=(
                Level(label="相同", condition=_SAME, m=0.9, u=1e-7),
                Level(label="遮盖处以外相同", condition=_HIDDEN, m=0.02, u=1e-5),
                Level(
                    label="错一位或相邻两位颠倒",
                    condition="damerau_levenshtein({l}, {r}) <= 1",
                    m=0.05, u=1e-6,
                ),
                Level(
                    label="错两位", condition="damerau_levenshtein({l}, {r}) <= 2", m=0.01, u=1e-5
                ),
            ),
        ),
        FieldKind(
            code="birth_date",
            label="出生日期",
            clean=_birth_date,
            normalise=("date",),
            guesses=("出生日期", "出生年月日", "生日", "birth_date", "birthday", "csrq", "dob"),
            levels=(
                Level(label="相同", condition=_SAME, m=0.93, u=4e-5),
                Level(
                    label="错一位或月日颠倒",
                    condition="damerau_levenshtein({l}, {r}) <= 1 OR (substr({l}, 1, 4) = "
                    "substr({r}, 1, 4) AND substr({l}, 5) = substr({r}, 7) || substr({r}, 5, 2))",
                    m=0.04, u=0.001,
                ),
                Level(
                    label="同年", condition="substr({l}, 1, 4) = substr({r}, 1, 4)", m=0.02, u=0.015
                ),
            ),
        ),
        FieldKind(
            code="phone",
            label="电话",
            clean=_phone,
            normalise=("full_width", "spaces"),
            guesses=("手机号", "手机号码", "联系电话", "电话", "手机", "mobile", "phone", "tel",
                     "lxdh", "sjh"),
            levels=(
                Level(label="相同", condition=_SAME, m=0.7, u=1e-6),
                Level(label="遮盖处以外相同", condition=_HIDDEN, m=0.03, u=1e-4),
                Level(
                    label="错一位", condition="damerau_levenshtein({l}, {r}) <= 1", m=0.03, u=1e-5
                ),
            ),
        ),
        FieldKind(
            code="gender",
            label="性别",
            clean=_gender,
            normalise=("full_width", "trim"),
            guesses=("性别", "gender", "sex", "xb"),
            levels=(Level(label="相同", condition=_SAME, m=0.98, u=0.5),),
        ),
        FieldKind(
            code="address",
            label="地址",
            clean=_address,
            normalise=("address",),
            guesses=("地址", "住址", "详细地址", "居住地址", "户籍地址", "家庭住址", "标准地址",
                     "address", "addr", "dz", "zz"),
            parts={
                "numbers": "array_to_string(regexp_extract_all({x}, '[0-9A-Z]+'), '-')",
                "words": "regexp_replace({x}, '[-0-9A-Z]', '', 'g')",
                "grams": "list_distinct(list_transform(range(1, greatest(length("
                "regexp_replace({x}, '[-0-9A-Z]', '', 'g')), 2)::BIGINT), "
                "lambda i: substr(regexp_replace({x}, '[-0-9A-Z]', '', 'g'), i, 2)))",
            },
            levels=(
                Level(label="相同", condition=_SAME, m=0.5, u=1e-6),
                Level(
                    label="门牌相同，一方省略上级区划",
                    condition=f"{_SAME_NUMBERS} AND {_TAIL}", m=0.2, u=2e-6,
                ),
                Level(
                    label="门牌相同，路名相近",
                    condition=f"{_SAME_NUMBERS} AND {_DICE} >= 0.6", m=0.1, u=2e-6,
                ),
                Level(
                    label="路名相同或相近，门牌详略不同",
                    condition=f"({_NUMBERS_BEGIN}) AND ({_TAIL} OR {_DICE} >= 0.8)",
                    m=0.05, u=1e-4,
                ),
                Level(
                    label="路名相近，门牌不同",
                    condition=f"({_TAIL}) OR {_DICE} >= 0.8", m=0.05, u=0.005,
                ),
            ),
        ),
        FieldKind(
            code="text",
            label="文字",
            clean=_text,
            normalise=("full_width", "spaces", "case"),
            levels=(
                Level(label="相同", condition=_SAME, m=0.85, u=0.001, by_frequency=True),
                Level(
                    label="相近",
                    condition="jaro_winkler_similarity({l}, {r}) >= 0.92", m=0.08, u=0.005,
                ),
            ),
        ),
        FieldKind(
            code="exact",
            label="代码",
            clean=_text,
            normalise=("full_width", "spaces", "case"),
            levels=(Level(label="相同", condition=_SAME, m=0.9, u=0.01, by_frequency=True),),
        ),
    )
}  # fmt: skip


def compiled(condition: str, column: str) -> str:
    """A level's condition over the columns `<column>[_<part>]_l` and `…_r` of a pair."""
    for side in ("l", "r"):
        for part in ("numbers", "words", "grams"):
            condition = condition.replace(f"{{{side}:{part}}}", f'"{column}_{part}_{side}"')
        condition = condition.replace(f"{{{side}}}", f'"{column}_{side}"')
    return condition
