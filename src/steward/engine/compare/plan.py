"""From a specification and two schemas to SQL expressions of equal types on both sides."""

import difflib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

import duckdb

from steward.engine.compare import normalise
from steward.engine.compare.spec import CompareSpec, InvalidSpecError, Pair
from steward.engine.lake.duck import columns_of, explained, ident
from steward.engine.lake.errors import MissingColumnError

_NUMBERS = (
    "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER",
    "UBIGINT", "UHUGEINT", "DECIMAL", "FLOAT", "DOUBLE",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Aligned:
    """One column with an expression on each side; both have the same type.

    For a column with a tolerance the expressions are numbers, and the two `rest` expressions
    hold the text that is no number: text must be equal, only numbers may be near.
    """

    pair: Pair
    left: str
    right: str
    left_rest: str = ""
    right_rest: str = ""

    @property
    def name(self) -> str:
        """What the column is called in results: its name on the left side."""
        return self.pair.left


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Everything the statements are built from."""

    keys: tuple[Aligned, ...]
    columns: tuple[Aligned, ...]
    left_only: tuple[str, ...]
    right_only: tuple[str, ...]


def make_plan(
    session: duckdb.DuckDBPyConnection, relations: tuple[str, str], spec: CompareSpec
) -> Plan:
    """Resolve names against the two relations and give every pair one common type.

    Raises MissingColumnError for a name that a side does not have, InvalidSpecError for values
    that cannot be compared.
    """
    with explained("左侧数据"):
        left = columns_of(session, relations[0])
    with explained("右侧数据"):
        right = columns_of(session, relations[1])
    used = {item.left for item in spec.keys}
    pairs = [
        spec.overrides.get(item.left, item) for item in spec.columns or _common(left, right, used)
    ]
    pairs = [item for item in pairs if item.left not in spec.ignore | used]
    schemas = (left, right)
    for item in [*spec.keys, *pairs, *spec.overrides.values()]:
        _must_have(item.left, left, "左侧数据")
        _must_have(item.right, right, "右侧数据")
    return Plan(
        keys=tuple(_align_key(item, schemas, spec) for item in spec.keys),
        columns=tuple(_align(item, schemas, spec) for item in pairs),
        left_only=tuple(name for name in left if name not in right and name not in used),
        right_only=_without(right, left, {item.right for item in [*spec.keys, *pairs]}),
    )


def _without(names: Iterable[str], others: Mapping[str, str], used: set[str]) -> tuple[str, ...]:
    return tuple(name for name in names if name not in others and name not in used)


def _common(left: Mapping[str, str], right: Mapping[str, str], keys: set[str]) -> list[Pair]:
    return [Pair(left=name, right=name) for name in left if name in right and name not in keys]


def _must_have(name: str, schema: Mapping[str, str], place: str) -> None:
    if name in schema:
        return
    near = difflib.get_close_matches(name, schema, n=1)
    hint = f"，是否应为“{near[0]}”" if near else ""
    raise MissingColumnError(
        f"{place}中没有列“{name}”{hint}；已有列：{'、'.join(schema)}", column=name, place=place
    )


def _align_key(item: Pair, schemas: tuple[Mapping[str, str], ...], spec: CompareSpec) -> Aligned:
    if item.numeric:
        raise InvalidSpecError(f"关键字列“{item.left}”不能设容差")
    aligned = _align(item, schemas, spec)
    kinds = (_kind(schemas[0][item.left]), _kind(schemas[1][item.right]))
    if "text" not in kinds:
        return aligned
    return replace(
        aligned,
        left=f"nullif(trim({aligned.left}), '')",
        right=f"nullif(trim({aligned.right}), '')",
    )


def _align(item: Pair, schemas: tuple[Mapping[str, str], ...], spec: CompareSpec) -> Aligned:
    kinds = (_kind(schemas[0][item.left]), _kind(schemas[1][item.right]))
    left, right = f"t.{ident(item.left)}", f"t.{ident(item.right)}"
    if item.numeric:
        return _align_numbers(item, (left, right), kinds)
    codes = item.normalise or (spec.normalise if "text" in kinds else ())
    if codes:
        return Aligned(
            pair=item,
            left=normalise.apply(_as_text(left, kinds[0]), codes),
            right=normalise.apply(_as_text(right, kinds[1]), codes),
        )
    if schemas[0][item.left] == schemas[1][item.right]:
        return Aligned(pair=item, left=left, right=right)
    common = _meet(kinds, item)
    return Aligned(pair=item, left=common(left, kinds[0]), right=common(right, kinds[1]))


def _kind(duck_type: str) -> str:
    if duck_type in {"VARCHAR", '"NULL"'} or duck_type.startswith("ENUM"):
        return "text"
    if duck_type.startswith(_NUMBERS) and not duck_type.endswith("]"):
        return "float" if duck_type in {"FLOAT", "DOUBLE"} else "number"
    if duck_type.startswith("TIMESTAMP"):
        return "instant" if "TIME ZONE" in duck_type else "timestamp"
    return {"DATE": "date", "UUID": "uuid", "BOOLEAN": "boolean", "BLOB": "blob"}.get(
        duck_type, "other"
    )


def _meet(kinds: tuple[str, str], item: Pair) -> Callable[[str, str], str]:
    """How both sides of different types are brought to one type."""
    mixed = set(kinds)
    if mixed <= {"number"}:
        return lambda text, _: normalise.canonical_number(text)
    if mixed <= {"number", "float"}:
        return lambda text, _: f"CAST({text} AS DOUBLE)"
    if mixed <= {"number", "float", "text"}:
        return _number_text
    if mixed <= {"date", "timestamp", "instant"}:
        return lambda text, _: f"CAST({text} AS TIMESTAMP)"
    if mixed <= {"date", "timestamp", "instant", "text"}:
        return _time_text
    if "other" in mixed and len(mixed) > 1 and "text" not in mixed:
        raise InvalidSpecError(f"列“{item.left}”与“{item.right}”的类型不同，无法比较")
    return _as_text


def _number_text(text: str, kind: str) -> str:
    if kind == "text":
        return normalise.number(text)
    if kind == "float":
        text = f"CAST({text} AS DECIMAL(38,10))"
    return normalise.canonical_number(text)


def _time_text(text: str, kind: str) -> str:
    """Midnight is a plain day, so that a DATE equals the text of the same day."""
    if kind == "text":
        moment = f"TRY_CAST({normalise.date(text)} AS TIMESTAMP)"
        return f"coalesce({_moment(moment)}, {text})"
    return _moment(f"CAST({text} AS TIMESTAMP)")


def _moment(value: str) -> str:
    return f"regexp_replace(CAST({value} AS VARCHAR), ' 00:00:00$', '')"


def _as_text(text: str, kind: str) -> str:
    return text if kind == "text" else f"CAST({text} AS VARCHAR)"


def _align_numbers(item: Pair, texts: tuple[str, str], kinds: tuple[str, str]) -> Aligned:
    """Exact decimals, so that 1.01 and 1.00 are within 0.01; doubles only where a side has them."""
    target = "DOUBLE" if "float" in kinds else "DECIMAL(38,10)"
    numbers = [_as_number(text, kind, target) for text, kind in zip(texts, kinds, strict=True)]
    rests = [
        f"CASE WHEN {number} IS NULL THEN {_as_text(text, kind)} END"
        for number, text, kind in zip(numbers, texts, kinds, strict=True)
    ]
    return Aligned(
        pair=item, left=numbers[0], right=numbers[1], left_rest=rests[0], right_rest=rests[1]
    )


def _as_number(text: str, kind: str, target: str) -> str:
    if kind == "text":
        plain = normalise.trim(normalise.full_width(text))
        return f"TRY_CAST(replace({plain}, ',', '') AS {target})"
    return f"TRY_CAST({text} AS {target})"
