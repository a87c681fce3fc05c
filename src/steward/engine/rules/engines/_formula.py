"""SQL of DuckDB from a written formula: arithmetic reads better as text than as a tree."""

from functools import cache

from sqlglot import exp, parse_one

from steward.engine.expressions.sql import Let, Sql


@cache
def _parsed(text: str) -> Sql:
    return parse_one(text, dialect="duckdb")


def formula(text: str, **values: Sql) -> Sql:
    """The formula with every name in it replaced by the value of that name, in parentheses."""
    safe = {
        name: value if isinstance(value, exp.Column | exp.Literal) else exp.paren(value)
        for name, value in values.items()
    }

    def fill(node: exp.Expr) -> exp.Expr:
        return safe[node.name].copy() if isinstance(node, exp.Column) else node

    return exp.paren(_parsed(text).transform(fill), copy=False)


def digits(value: Sql, numbers: tuple[int, int, int], let: Let) -> Sql:
    """Proof that a text has so many digits and lies between two numbers; not proved may still be.

    A cast also reads signs, spaces, fractions, underscores, exponents and hexadecimals. A first
    character from 1 to 9, so many bytes and so large a number leave the exponents only, and
    those write multiples of a hundred when they are that short.
    """
    length, low, high = numbers
    number = let(formula("try_cast(t AS BIGINT)", t=value))
    proof = f"strlen(t) = {length} AND t >= '1' AND n BETWEEN {low} AND {high} AND n % 100 <> 0"
    return let(formula(proof, t=value, n=number))
