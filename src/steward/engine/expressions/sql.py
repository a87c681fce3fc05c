"""Portable SQL: every construct that rules and expressions may emit, built as SQLGlot trees.

The defaults hold for DuckDB; an engine overrides what it writes or means otherwise. Nothing here
emits FILTER, IS DISTINCT FROM, boolean casts or user functions, so that Hive and MaxCompute
accept it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlglot import exp

from steward.engine.expressions.dates import FORMATS, any_format
from steward.engine.expressions.pattern import Flavour, Pattern
from steward.engine.expressions.types import DataType

Sql = exp.Expr
Let = Callable[[Sql], Sql]

BLANK = Pattern.parse("^[ \\t\\n\\r\\f\\v\\u00a0\\u3000]*$")
NUMBER = Pattern.parse("^[+-]?[0-9]{1,12}(\\.[0-9]{1,6})?$")
WHOLE = Pattern.parse("^[+-]?[0-9]{1,18}$")
COMPARISONS: dict[str, type[exp.Binary]] = {
    "eq": exp.EQ,
    "ne": exp.NEQ,
    "lt": exp.LT,
    "le": exp.LTE,
    "gt": exp.GT,
    "ge": exp.GTE,
}


@dataclass(frozen=True, slots=True)
class CheckSum:
    """A weighted sum of the characters of a code: Σ weight × value(character)."""

    alphabet: str
    weights: tuple[int, ...]


def number(value: int) -> Sql:
    return exp.Literal.number(value) if value >= 0 else exp.Neg(this=exp.Literal.number(-value))


def string(value: str) -> Sql:
    return exp.Literal.string(value)


def case(*branches: tuple[Sql, Sql], default: Sql) -> Sql:
    """CASE WHEN … THEN … ELSE default END."""
    ifs = [exp.If(this=when, true=then) for when, then in branches]
    return exp.Case(ifs=ifs, default=default)


def both(*conditions: Sql) -> Sql:
    return exp.and_(*conditions)


def either(*conditions: Sql) -> Sql:
    return exp.or_(*conditions)


def negate(condition: Sql) -> Sql:
    return exp.Not(this=wrap(condition))


def is_null(value: Sql) -> Sql:
    return exp.Is(this=value, expression=exp.null())


def is_not_null(value: Sql) -> Sql:
    return exp.Not(this=is_null(value))


def wrap(value: Sql) -> Sql:
    """Parentheses only where an operator could bind otherwise."""
    loose = isinstance(value, exp.Binary | exp.Unary | exp.In) and not isinstance(value, exp.Paren)
    return exp.paren(value) if loose else value


def add(first: Sql, *rest: Sql) -> Sql:
    total = first
    for term in rest:
        total = exp.Add(this=total, expression=term)
    return total


class PortableSql:
    """What an engine's grammar can do; all text functions count characters, not bytes."""

    dialect = "duckdb"
    flavour = Flavour.RE2

    # literals

    def literal(self, value: object) -> Sql:
        """A constant: None, bool, int, Decimal, float, text, date, naive or aware datetime."""
        writers: dict[type, Callable[[Any], Sql]] = {
            type(None): lambda _value: exp.null(),
            bool: lambda flag: exp.true() if flag else exp.false(),
            int: number,
            str: string,
            Decimal: _decimal,
            float: lambda real: exp.cast(string(repr(real)), "double"),
            date: lambda day: exp.cast(string(day.isoformat()), "date"),
            datetime: self.moment,
        }
        return writers[type(value)](value)

    def moment(self, value: datetime) -> Sql:
        kind = "timestamp" if value.tzinfo is None else "timestamptz"
        return exp.cast(string(value.isoformat(sep=" ")), kind)

    # text

    def text(self, value: Sql, kind: DataType) -> Sql:
        return value if kind is DataType.TEXT else exp.cast(value, "text")

    def matches(self, value: Sql, pattern: Pattern, let: Let | None = None) -> Sql:
        """Whether the pattern is found; `let`, if any, computes a value once a row."""
        del let
        return exp.RegexpLike(this=value, expression=string(pattern.text(self.flavour)))

    def blank(self, value: Sql) -> Sql:
        """Only white space, half or full width; NULL gives NULL."""
        return self.matches(value, BLANK)

    def length(self, value: Sql) -> Sql:
        return exp.Length(this=value)

    def substring(self, value: Sql, start: int, length: int) -> Sql:
        return exp.Substring(this=value, start=number(start), length=number(length))

    def right(self, value: Sql, length: int) -> Sql:
        return exp.Right(this=value, expression=number(length))

    def concat(self, *values: Sql) -> Sql:
        """NULL where any part is NULL."""
        total = values[0]
        for value in values[1:]:
            total = exp.DPipe(this=total, expression=value, safe=False)
        return total

    def replace(self, value: Sql, old: str, new: str) -> Sql:
        return exp.Anonymous(this="REPLACE", expressions=[value, string(old), string(new)])

    def position(self, text: Sql, part: Sql) -> Sql:
        """The first place of part in text, from 1; 0 where it does not occur."""
        return exp.StrPosition(this=text, substr=part)

    def key(self, value: Sql, kind: DataType) -> Sql:
        """A value to compare, group and join by: exact, without collation."""
        del kind
        return value

    def compare(self, op: str, sides: tuple[Sql, Sql], kind: DataType) -> Sql:
        left, right = (wrap(self.ordered(side, kind)) for side in sides)
        return COMPARISONS[op](this=left, expression=right)

    def ordered(self, value: Sql, kind: DataType) -> Sql:
        """A value to compare by order: text by code point on every engine."""
        return self.key(value, kind)

    def within(self, value: Sql, choices: Sequence[Sql], kind: DataType) -> Sql:
        return exp.In(
            this=self.key(value, kind), expressions=[self.key(choice, kind) for choice in choices]
        )

    # numbers

    def quotient(self, left: Sql, right: Sql) -> Sql:
        """Division in double precision; NULL where the divisor is zero."""
        divided = exp.Div(
            this=exp.cast(left, "double"), expression=exp.cast(right, "double"), typed=True
        )
        return _unless_zero(right, divided)

    def remainder(self, left: Sql, right: Sql) -> Sql:
        return _unless_zero(right, exp.Mod(this=wrap(left), expression=wrap(right)))

    def big(self, value: Sql) -> Sql:
        return exp.cast(value, "bigint")

    def parsed(self, value: Sql, pattern: Pattern, target: str) -> Sql:
        """CAST only where the text has the right form, so that no row can stop the scan."""
        cast: Sql = exp.TryCast(this=value.copy(), to=exp.DataType.build(target))
        return case((self.matches(value, pattern), cast), default=exp.null())

    def number_of(self, value: Sql) -> Sql:
        """The DECIMAL(18, 6) that a text writes, or NULL."""
        return self.parsed(value, NUMBER, "decimal(18, 6)")

    def whole_of(self, value: Sql) -> Sql:
        """The BIGINT that a text of at most 18 digits writes, or NULL."""
        return self.parsed(value, WHOLE, "bigint")

    def credit_shape(self, value: Sql, pattern: Pattern, let: Let) -> Sql:
        """Whether the text is written like a social credit code; `pattern` says how."""
        del let
        return self.matches(value, pattern)

    def credit_sum(self, value: Sql, code: CheckSum, let: Let) -> Sql:
        """The check sum of a text of that shape, modulo 31."""
        del let
        return self.check_sum(value, code)

    def check_sum(self, value: Sql, code: CheckSum) -> Sql:
        """Σ weight × (position in the alphabet − 1); the caller has checked the characters."""
        return add(*self._terms(value, code))

    def _terms(self, value: Sql, code: CheckSum) -> list[Sql]:
        terms: list[Sql] = []
        for index, weight in enumerate(code.weights, start=1):
            char = self.substring(value.copy(), index, 1)
            digit = exp.Sub(this=self.position(string(code.alphabet), char), expression=number(1))
            terms.append(exp.Mul(this=exp.paren(digit), expression=number(weight)))
        return terms

    def citizen_shape(self, value: Sql, pattern: Pattern, let: Let) -> Sql:
        """Whether the text is written like a citizen id; `pattern` says how.

        `let` computes a value once a row; engines that gain nothing by it do not use it.
        """
        del let
        return self.matches(value, pattern)

    def citizen_sum(self, value: Sql, let: Let) -> Sql:
        """For a text of that shape: Σ digit × 2^(18−i) over 17 digits plus the check character: ≡ 1 (mod 11) if right."""
        del let
        weights = tuple(2 ** (18 - index) % 11 for index in range(1, 19))
        return self.check_sum(value, CheckSum("0123456789X", weights))

    def citizen_other_day(self, value: Sql, day: tuple[Sql, DataType], let: Let) -> Sql:
        """Whether characters 7–14 are not that day; a day in text has eight digits already."""
        del let
        written, kind = day
        digits = written if kind is DataType.TEXT else self.day_digits(written, kind)
        return self.compare("ne", (self.substring(value, 7, 8), digits), DataType.TEXT)

    def citizen_odd(self, value: Sql, let: Let, *, odd: bool) -> Sql:
        """Whether the seventeenth character is odd, or even."""
        del let
        digits = [string(digit) for digit in ("13579" if odd else "02468")]
        return self.within(self.substring(value, 17, 1), digits, DataType.TEXT)

    def bounded(self, value: Sql, low: Sql | None, high: Sql | None) -> Sql:
        """low ≤ value ≤ high; BETWEEN evaluates a costly value once."""
        if low is not None and high is not None:
            return exp.Between(this=value, low=low, high=high)
        if low is not None:
            return exp.GTE(this=wrap(value), expression=low)
        return exp.LTE(this=wrap(value), expression=high)

    def when(self, guard: Sql, condition: Sql) -> Sql:
        """Both hold, and the condition is evaluated only where the guard does."""
        return case((guard, condition), default=exp.false())

    # dates

    def days_between(self, start: Sql, end: Sql) -> Sql:
        return exp.Anonymous(this="DATE_DIFF", expressions=[string("day"), start, end])

    def part(self, unit: str, value: Sql) -> Sql:
        return self.big(exp.Extract(this=exp.var(unit), expression=value))

    def date_of_moment(self, value: Sql) -> Sql:
        return exp.cast(value, "date")

    def day_text(self, value: Sql, formats: tuple[str, ...]) -> Sql:
        """A text date as eight digits (they compare like days), or NULL where it is none."""
        return self._day(value, formats, "")

    def date_of(self, value: Sql) -> Sql:
        """The DATE that a text in any known way of writing means, or NULL."""
        target = exp.DataType.build("date")
        return exp.TryCast(this=self._day(value, tuple(FORMATS), "-"), to=target)

    def _day(self, value: Sql, formats: tuple[str, ...], separator: str) -> Sql:
        branches: list[tuple[Sql, Sql]] = []
        for month, day in sorted({(FORMATS[code].month, FORMATS[code].day) for code in formats}):
            same = tuple(code for code in formats if FORMATS[code].month == month)
            parts: list[Sql] = [self.substring(value.copy(), 1, 4)]
            for start in (month, day):
                parts += [string(separator)] if separator else []
                parts.append(self.substring(value.copy(), start, 2))
            branches.append((self.matches(value.copy(), any_format(same)), self.concat(*parts)))
        return case(*branches, default=exp.null())

    def local_day(self, value: Sql, kind: DataType) -> Sql:
        """The DATE of a moment on the wall clock of Asia/Shanghai."""
        if kind is DataType.INSTANT:
            value = exp.AtTimeZone(this=value, zone=string("Asia/Shanghai"))
        return self.date_of_moment(value)

    def day_digits(self, value: Sql, kind: DataType) -> Sql:
        """A typed date as eight digits."""
        day = value if kind is DataType.DATE else self.local_day(value, kind)
        return self.replace(exp.cast(day, "text"), "-", "")


def _decimal(value: Decimal) -> Sql:
    text = format(abs(value), "f")
    literal = exp.Literal.number(text)
    return exp.Neg(this=literal) if value < 0 else literal


def _unless_zero(divisor: Sql, result: Sql) -> Sql:
    if isinstance(divisor, exp.Literal) and divisor.name.strip("0."):
        return result
    zero = exp.EQ(this=wrap(divisor.copy()), expression=number(0))
    return case((zero, exp.null()), default=result)
