"""A social credit code as two numbers of eight bytes, for DuckDB.

The bytes of a 64-bit number are worked on all at once: reading sixteen characters as a 128-bit
number costs 44 ns, looking each of them up costs 12. It runs over malformed text too, where it
gives anything or NULL, but never an error.
"""

from functools import reduce

from steward.engine.expressions.sql import Let, Sql
from steward.engine.rules.engines._formula import formula

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_EDGES = "0:AIJOPSTVWZ"  # a character of the alphabet has passed an odd number of these
_SKIPPED = "JPTW"  # the first letters after one that the alphabet leaves out
_ONES = 0x0101010101010101
_LENT = 0x10


def _halves(text: Sql, let: Let) -> tuple[Sql, Sql]:
    """Characters 1–8 and 9–16; NULL where they are not sixteen bytes or fewer."""
    both = let(formula("try_cast(try_cast(encode(substr(t, 1, 16)) AS BIT) AS UHUGEINT)", t=text))
    return (
        let(formula("(v >> 64)::UBIGINT", v=both)),
        let(formula(f"(v & {2**64 - 1}::UHUGEINT)::UBIGINT", v=both)),
    )


def _codes(half: Sql, let: Let) -> Sql:
    return let(formula(f"v & {0x7F * _ONES}::UBIGINT", v=half))


def _passed(codes: Sql, edge: str, let: Let) -> Sql:
    """The top bit of every byte says whether it is the edge or beyond."""
    return let(formula(f"v + {(0x80 - ord(edge)) * _ONES}::UBIGINT", v=codes))


def _place(text: Sql, index: int, let: Let) -> Sql:
    """The place in the alphabet from 1, or 0."""
    return let(formula(f"strpos('{_ALPHABET}', substr(t, {index}, 1))", t=text))


def _odd(codes: Sql, let: Let) -> Sql:
    flags = {f"p{index}": _passed(codes, edge, let) for index, edge in enumerate(_EDGES)}
    return formula(reduce(lambda total, name: f"xor({total}, {name})", flags), **flags)


def shape(text: Sql, let: Let) -> Sql:
    """18 characters of the alphabet, the third to the eighth digits."""
    halves = _halves(text, let)
    first, second = (_codes(half, let) for half in halves)
    tops = f"{0x80 * _ONES}::UBIGINT"
    parts = (
        formula("strlen(t) = 18", t=text),
        formula(f"(a | b) & {tops} = 0::UBIGINT", a=halves[0], b=halves[1]),
        formula(f"a & b & {tops} = {tops}", a=_odd(first, let), b=_odd(second, let)),
        formula(f"a & {0x404040404040}::UBIGINT = 0::UBIGINT", a=first),
        formula("y > 0 AND z > 0", y=_place(text, 17, let), z=_place(text, 18, let)),
    )
    names = [f"p{index}" for index in range(len(parts))]
    return let(formula(" AND ".join(names), **dict(zip(names, parts, strict=True))))


def check_sum(text: Sql, let: Let) -> Sql:
    """Σ value × 3^(i−1), and the check character, modulo 31.

    A letter's value is its code less 48, less 7, less one for each letter skipped before it.
    Sixteen is lent to every byte so that none goes below zero; what that adds, and the 48, are
    taken back as a constant. Neighbouring bytes are folded, the first half joins the second in
    lanes of sixteen bits, and two more folds leave one number.
    """
    lanes: list[Sql] = []
    for half in _halves(text, let):
        codes = _codes(half, let)
        less = formula(f"7::UBIGINT * ((v >> 6) & {_ONES}::UBIGINT)", v=codes)
        for edge in _SKIPPED:
            flag = formula(f"(v >> 7) & {_ONES}::UBIGINT", v=_passed(codes, edge, let))
            less = formula("v + w", v=less, w=flag)
        values = let(formula(f"v + {_LENT * _ONES}::UBIGINT - w", v=codes, w=less))
        lanes.append(_folded(values, (8, 0x00FF00FF00FF00FF, 3), let))
    total = let(formula(f"a + {pow(3, 8, 31)}::UBIGINT * b", a=lanes[0], b=lanes[1]))
    total = _folded(total, (16, 0x0000FFFF0000FFFF, 9), let)
    total = _folded(total, (32, 0x00000000FFFFFFFF, 81 % 31), let)
    lent = sum(3**place for place in range(8)) * (1 + pow(3, 8, 31)) * (48 + _LENT)
    last = pow(3, 16, 31)
    return formula(
        f"s::BIGINT + {last} * y + z + {-(lent + last + 1) % 31}",
        s=total,
        y=_place(text, 17, let),
        z=_place(text, 18, let),
    )


def _folded(value: Sql, step: tuple[int, int, int], let: Let) -> Sql:
    shift, mask, weight = step
    return let(
        formula(
            f"((v >> {shift}) & {mask}::UBIGINT) + {weight}::UBIGINT * (v & {mask}::UBIGINT)",
            v=value,
        )
    )
