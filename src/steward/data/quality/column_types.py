"""What the text columns of a checked table hold: dates and numbers that rules may compare.

A lake table types its columns itself; sources that keep everything as text need a person, or a
rule pack, to say more. The rule engine then reads such a column as the pack's `columns:` does.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Final

import pyarrow as pa
from django.db import transaction

from steward.core.audit import api as audit
from steward.data.collection import api as collection
from steward.data.quality.models import CheckedTable
from steward.engine.expressions import DataType
from steward.engine.expressions.dates import parse_day
from steward.engine.expressions.sql import NUMBER, WHOLE
from steward.engine.lake.duck import Limits, ident, open_session
from steward.engine.rules import ArrowSource, RuleSet, build_rules, check
from steward.kernel.actors import Actor
from steward.kernel.errors import InvalidError

TYPES: Final = (DataType.DATE, DataType.INTEGER, DataType.DECIMAL, DataType.FLOAT)
LABELS: Final = {kind.value: kind.label for kind in TYPES}
_READERS: Final[Mapping[str, Callable[[str], bool]]] = {
    "date": lambda text: parse_day(text) is not None,
    "integer": WHOLE.found_in,
    "decimal": NUMBER.found_in,
    "float": NUMBER.found_in,
}
SAMPLE: Final = 20_000


class InvalidTypeError(InvalidError):
    """A column cannot be read as the declared type; the message names column, type, way out."""

    code = "quality.invalid_type"


def declared(table: CheckedTable, columns: Sequence[str]) -> dict[str, DataType]:
    """The declared types of the columns that the table has now, as the engine takes them."""
    there = set(columns)
    return {name: DataType(kind) for name, kind in table.types.items() if name in there}


def checked_types(name: str, wanted: Mapping[str, str], *, now: datetime) -> dict[str, str]:
    """The declarations as they are kept for a lake table; InvalidTypeError says what is wrong.

    A column that the lake types so already needs no declaration and is left out. A text column of
    whose values, in a sample, less than half can be read is taken for a mistake.
    """
    schema = collection.lake().describe(name).schema
    own = {column.casefold(): column for column in schema.names}
    kept: dict[str, str] = {}
    for column, kind in wanted.items():
        if column.casefold() not in own:
            raise InvalidTypeError(
                f"列类型：表里没有列“{column}”；已有列：{'、'.join(schema.names)}", field="types"
            )
        if kind not in LABELS:
            known = "、".join(f"{code}（{label}）" for code, label in LABELS.items())
            raise InvalidTypeError(
                f"列类型：列“{column}”的类型“{kind}”不认识，可用：{known}", field="types"
            )
        found = own[column.casefold()]
        if _is_text(schema.field(found).type):
            kept[found] = kind
        elif not _is_already(schema.field(found).type, kind):
            raise InvalidTypeError(
                f"列类型：列“{found}”在数据湖里已是{_label(schema.field(found).type)}，"
                f"不能当作{LABELS[kind]}；要换类型请改归集任务的字段",
                field="types",
            )
    _check_values(name, kept, now=now)
    return kept


def _check_values(name: str, kept: Mapping[str, str], *, now: datetime) -> None:
    for column, (filled, readable) in readable_values(name, kept, now=now).items():
        if filled and readable * 2 < filled:
            raise InvalidTypeError(
                f"列类型：列“{column}”的 {filled} 个值里只有 {readable} 个能读成"
                f"{LABELS[kept[column]]}，请核对列名和类型，或不声明",
                field="types",
            )


def readable_values(
    name: str, kinds: Mapping[str, str], *, now: datetime
) -> dict[str, tuple[int, int]]:
    """For each column, in a sample: values that are not blank, and those of them that can be read
    as the type, by the engine's own reading."""
    if not kinds:
        return {}
    snapshot = collection.lake().snapshot(name)
    picked = ", ".join(map(ident, kinds))
    with open_session(Limits(memory="512MB", threads=1)) as session:
        rows = session.sql(
            f"SELECT {picked} FROM {snapshot.relation} LIMIT {SAMPLE}"  # noqa: S608
        ).to_arrow_table()
    rules = [
        rule
        for number, column in enumerate(kinds)
        for rule in (
            {"id": f"filled_{number}", "kind": "not_blank", "column": column},
            {"id": f"read_{number}", "kind": "expression", "condition": _is_there(column)},
        )
    ]
    plain = build_rules({"rules": rules})
    typed = {column: DataType(kind) for column, kind in kinds.items()}
    rule_set = RuleSet(name=name, version="1", rules=plain.rules, columns=typed)
    result = check(rule_set, ArrowSource(rows), now=now)

    def passing(rule: str) -> int:
        return result.rows - (result.rule(rule).failing or 0)

    return {
        column: (passing(f"filled_{number}"), passing(f"read_{number}"))
        for number, column in enumerate(kinds)
    }


def text_columns(name: str) -> list[str]:
    """The columns of a lake table that may be declared."""
    schema = collection.lake().describe(name).schema
    return [item.name for item in schema if _is_text(item.type)]


def suggested_types(name: str, *, now: datetime) -> dict[str, str]:
    """The text columns whose every value in a sample writes a date."""
    found = readable_values(name, dict.fromkeys(text_columns(name), "date"), now=now)
    return {
        column: "date"
        for column, (filled, readable) in found.items()
        if filled and readable == filled
    }


@transaction.atomic
def declare_types(
    table_id: int, types: Mapping[str, str], *, by: Actor, now: datetime
) -> CheckedTable:
    """Say what text columns of a table hold; columns left out are text again.

    The next check reads every row anew, because answers about unchanged rows may differ.
    """
    table = CheckedTable.objects.select_for_update(of=("self",)).get(pk=table_id)
    kept = checked_types(table.name, types, now=now)
    if kept == table.types:
        return table
    audit.record("quality.table.types", table.subject, by=by, now=now, before=table.types,
                 after=kept)  # fmt: skip
    table.types = kept
    table.save(update_fields=["types"])
    return table


def value_fault(text: str | None, kind: str) -> str:
    """Why a text does not write a value of a declared type; empty where it does or is blank."""
    if text is None or not text.strip() or _READERS[kind](text):
        return ""
    return f"“{text}”不是{LABELS[kind]}{'（2026-01-31）' if kind == 'date' else ''}"


def _is_there(column: str) -> str:
    quoted = column.replace('"', '""')
    return f'"{quoted}" IS NOT NULL'


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _is_already(kind: pa.DataType, wanted: str) -> bool:
    """Whether the lake's own type serves as the wanted one."""
    if wanted == "date":
        return bool(pa.types.is_date(kind) or pa.types.is_timestamp(kind))
    if wanted == "integer":
        return bool(pa.types.is_integer(kind))
    numbers = (pa.types.is_integer, pa.types.is_decimal, pa.types.is_floating)
    return any(test(kind) for test in numbers)


def _label(kind: pa.DataType) -> str:
    words = (
        (pa.types.is_integer, "整数"), (pa.types.is_decimal, "小数"),
        (pa.types.is_floating, "浮点数"), (pa.types.is_date, "日期"),
        (pa.types.is_timestamp, "时间"), (pa.types.is_boolean, "是否"),
    )  # fmt: skip
    return next((word for test, word in words if test(kind)), str(kind))
