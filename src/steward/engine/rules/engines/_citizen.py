"""A citizen id as one number, for DuckDB: no regular expression and no substring per digit.

Characters 2–17, read as hexadecimal, are sixteen packed decimals; everything else is arithmetic on
that number at about a nanosecond a step. All of it runs over malformed text too, where it
gives anything or NULL, but never an error.
"""

from collections.abc import Sequence

from steward.engine.expressions.sql import Let, Sql
from steward.engine.rules.engines._formula import formula

_NIBBLES = 0x1111111111111111
_PROVINCES = {
    1: range(1, 6),
    2: range(1, 4),
    3: range(1, 8),
    4: range(1, 7),
    5: range(5),
    6: range(1, 6),
    7: range(1, 2),
    8: range(1, 4),
}
_KNOWN = sum(1 << (8 * first + second) % 64 for first in _PROVINCES for second in _PROVINCES[first])
_LONG_MONTHS = sum(1 << month for month in (0x01, 0x03, 0x05, 0x07, 0x08, 0x10, 0x12))
# Neighbours fold into one lane: 16a + b becomes 2a + b, 256a + b becomes 4a + b, and so on.
_WEIGHTED = (
    (14, 4, 0x0F0F0F0F0F0F0F0F),
    (252, 8, 0x00FF00FF00FF00FF),
    (65520, 16, 0x0000FFFF0000FFFF),
    (4294967040, 32, 0x00000000FFFFFFFF),
)
# The same for a date: 16a + b becomes 10a + b, 256a + b becomes 100a + b, …
_DECIMAL = ((6, 4, 0x0F0F0F0F), (156, 8, 0x00FF00FF), (55536, 16, 0x0000FFFF))


def _packed(text: Sql, let: Let) -> Sql:
    return let(formula("try_cast('0x' || substr(t, 2, 16) AS UBIGINT)", t=text))


def _first(text: Sql, let: Let) -> Sql:
    return let(formula("ord(t) - 48", t=text))


def _last(text: Sql, let: Let) -> Sql:
    return let(formula("ord(substr(t, 18, 1))", t=text))


def _folded(value: Sql, steps: Sequence[tuple[int, int, int]], let: Let) -> Sql:
    for factor, shift, mask in steps:
        step = f"v - {factor}::UBIGINT * ((v >> {shift}) & {mask}::UBIGINT)"
        value = let(formula(step, v=value))
    return value


def shape(text: Sql, let: Let) -> Sql:
    """18 characters, digits, a province, a day from 1800 to 2099 that exists, a digit or X.

    An underscore between digits is the one thing a cast skips: then the number has fewer than
    sixteen digits, which a second digit of zero could hide.
    """
    packed, first, last = _packed(text, let), _first(text, let), _last(text, let)
    month = let(formula("(p >> 20) & 255::UBIGINT", p=packed))
    day = let(formula("(p >> 12) & 255::UBIGINT", p=packed))
    year = let(formula("(p >> 28) & 65535::UBIGINT", p=packed))
    province = let(formula("8 * a + (p >> 60)::BIGINT", a=first, p=packed))
    parts = (
        formula("strlen(t) = 18", t=text),
        formula(f"(p >> 3) & ((p >> 2) | (p >> 1)) & {_NIBBLES}::UBIGINT = 0::UBIGINT", p=packed),
        formula(f"p >= {1 << 60}::UBIGINT OR NOT contains(t, '_')", p=packed, t=text),
        formula("c BETWEEN 48 AND 57 OR c = 88", c=last),
        formula("a BETWEEN 1 AND 8 AND p < 9223372036854775808::UBIGINT", a=first, p=packed),
        formula(f"({_KNOWN}::UBIGINT >> (n & 63)::UBIGINT) & 1::UBIGINT = 1::UBIGINT", n=province),
        formula(f"y BETWEEN {0x1800} AND {0x2099}", y=year),
        formula(f"m BETWEEN 1 AND {0x12}", m=month),
        formula("d >= 1", d=day),
        formula(
            f"d <= {0x28} OR CASE WHEN m = 2 THEN d = {0x29} AND "
            "(((((y >> 3) & 2::UBIGINT) + y) & 3::UBIGINT = 0::UBIGINT "
            f"AND y & 255::UBIGINT <> 0::UBIGINT) OR y = {0x2000}) "
            f"ELSE d <= {0x30} OR (d = {0x31} AND "
            f"({_LONG_MONTHS}::UBIGINT >> m) & 1::UBIGINT = 1::UBIGINT) END",
            d=day,
            m=month,
            y=year,
        ),
    )
    names = [f"p{index}" for index in range(len(parts))]
    return let(formula(" AND ".join(names), **dict(zip(names, parts, strict=True))))


def check_sum(text: Sql, let: Let) -> Sql:
    """Σ digit × 2^(18−i) and the check character, modulo 11 (2^17 leaves 7)."""
    body = _folded(_packed(text, let), _WEIGHTED, let)
    return formula(
        "2 * b::INTEGER + 7 * a + c - 48 - 30 * (c // 88)",
        b=body,
        a=_first(text, let),
        c=_last(text, let),
    )


def other_day(text: Sql, day: Sql, let: Let) -> Sql:
    """Whether the day of birth is another one; NULL where there is no day."""
    born = let(formula(f"(p >> 12) & {0xFFFFFFFF}::UBIGINT", p=_packed(text, let)))
    number = _folded(born, _DECIMAL, let)
    return formula(
        "n <> (year(d) * 10000 + month(d) * 100 + day(d)) OR NOT isfinite(d)", n=number, d=day
    )


def odd(text: Sql, let: Let, *, odd: bool) -> Sql:
    """Whether the seventeenth digit is odd, or even."""
    return formula(f"p & 1::UBIGINT = {int(odd)}::UBIGINT", p=_packed(text, let))
