"""Normalisers: one SQL text expression in, one out; two spellings of a value become equal.

Each works on text and is pure SQL, so that a comparison stays one scan. Order matters to the
caller only: `("full_width", "trim", "case")` applies from left to right.
"""

from collections.abc import Callable, Sequence
from typing import Final

from steward.engine.lake.duck import literal
from steward.kernel.errors import InvalidError

Normaliser = Callable[[str], str]

_FULL: Final = "".join(chr(code) for code in range(0xFF01, 0xFF5F)) + "\u3000"
_HALF: Final = "".join(chr(code) for code in range(0x21, 0x7F)) + " "
_BLANKS: Final = " \t\r\n\u00a0\u3000\ufeff\u200b"
_DATE_FORMATS: Final = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d")
_BUILDINGS: Final = ("栋", "座", "号楼")
_PUNCTUATION: Final = r"[\s,，.。、;；:：()（）\[\]【】]"
_DASHES: Final = "[—–―－]+"


class UnknownNormaliserError(InvalidError):
    """A comparison names a normaliser that does not exist."""

    code = "engine.compare.unknown_normaliser"


def trim(expression: str) -> str:
    """Without blanks at both ends, including the ideographic and the no-break space."""
    return f"trim({expression}, {literal(_BLANKS)})"


def full_width(expression: str) -> str:
    """Full-width letters, digits and marks as their half-width twins."""
    return f"translate({expression}, {literal(_FULL)}, {literal(_HALF)})"


def case(expression: str) -> str:
    """Upper case, as the check letter of a citizen id is written."""
    return f"upper({expression})"


def spaces(expression: str) -> str:
    """Without any blank, also inside: names typed as “张　三”."""
    return f"regexp_replace({expression}, '[\\s\\x{{00a0}}\\x{{3000}}\\x{{feff}}\\x{{200b}}]', '', 'g')"


def date(expression: str) -> str:
    """One form, YYYY-MM-DD, for the usual ways to write a day; other text stays as it is."""
    formats = ", ".join(literal(text) for text in _DATE_FORMATS)
    plain = trim(full_width(expression))
    day = rf"regexp_replace({plain}, '[ T]0{{1,2}}:00(:00(\.0+)?)?$', '')"
    return f"coalesce(strftime(try_strptime({day}, [{formats}]), '%Y-%m-%d'), {expression})"


def number(expression: str) -> str:
    """One form for a number: no thousands marks, no idle zeros; other text stays as it is."""
    plain = f"replace({trim(full_width(expression))}, ',', '')"
    value = f"TRY_CAST({plain} AS DECIMAL(38,10))"
    return f"coalesce({canonical_number(value)}, {expression})"


def address(expression: str) -> str:
    """Half width, no blanks or marks, one dash, one word for a building: 幢; no idle 室 at the end.

    Dashes stay, because 1-2301 and 12-301 are two homes.
    """
    text = f"regexp_replace({full_width(expression)}, {literal(_PUNCTUATION)}, '', 'g')"
    text = f"regexp_replace({text}, {literal(_DASHES)}, '-', 'g')"
    for word in _BUILDINGS:
        text = f"replace({text}, {literal(word)}, '幢')"
    return f"upper(regexp_replace({text}, '室$', ''))"


def blank_is_null(expression: str) -> str:
    """Text of nothing but blanks counts as no value."""
    return f"nullif({trim(expression)}, '')"


NORMALISERS: Final[dict[str, tuple[str, Normaliser]]] = {
    "trim": ("去首尾空白", trim),
    "spaces": ("去全部空白", spaces),
    "full_width": ("全角转半角", full_width),
    "case": ("统一大写", case),
    "date": ("统一日期写法", date),
    "number": ("统一数字写法", number),
    "address": ("统一地址写法", address),
    "blank": ("空白视为空值", blank_is_null),
}


def canonical_number(value: str) -> str:
    """A decimal expression as text without idle zeros, so that 1.50 and 1.5 are one value."""
    text = f"CAST({value} AS VARCHAR)"
    return (
        f"CASE WHEN contains({text}, '.') "
        f"THEN regexp_replace(rtrim({text}, '0'), '\\.$', '') ELSE {text} END"
    )


def apply(expression: str, codes: Sequence[str]) -> str:
    """The expression under every named normaliser, from left to right."""
    for code in codes:
        if code not in NORMALISERS:
            known = "、".join(f"{key}（{label}）" for key, (label, _) in NORMALISERS.items())
            raise UnknownNormaliserError(f"没有名为“{code}”的规范化方法，可用：{known}", code=code)
        expression = NORMALISERS[code][1](expression)
    return expression
