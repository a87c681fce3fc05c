# ruff: noqa: S608 - every name is quoted by ident() and every constant by literal()
"""Corrections of problem rows: kept cell by cell with before and after, applied together, undone
together; a cell that changed meanwhile is refused by name and the others are taken (K12.2)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa
from django.db import transaction

from steward.core.audit import api as audit
from steward.data.collection import api as collection
from steward.data.quality.choices import ChangeSetState, OrderState, Target, Trigger, Via
from steward.data.quality.column_types import value_fault
from steward.data.quality.levels import levels_of
from steward.data.quality.models import CellChange, ChangeSet, CheckedTable, ProblemOrder
from steward.data.quality.tables import TableStateError, request_run
from steward.data.quality.tokens import Texts
from steward.engine.lake.commits import Batch
from steward.engine.lake.duck import explained, ident, literal, open_session
from steward.kernel.actors import Actor
from steward.kernel.errors import ConflictError, InvalidError

APPLY, UNDO = 1, 2


class InvalidCorrectionError(InvalidError):
    """A correction that cannot be taken."""

    code = "quality.invalid_correction"


class CorrectionStateError(ConflictError):
    """The submission is not in a state that allows the action."""

    code = "quality.correction_state"


@dataclass(frozen=True, slots=True)
class Edit:
    """One cell of one row: the text it had and the text it is to have (None: empty)."""

    key: Texts
    column: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """Edits that belong together; `problems` are rows already refused, in words."""

    order_id: int
    edits: Sequence[Edit]
    reason: str
    via: str = Via.PAGE
    target: str = Target.LAKE
    problems: Sequence[str] = ()


@transaction.atomic
def submit_changes(new: Submission, *, by: Actor, now: datetime) -> ChangeSet:
    """Keep a change set as a draft; InvalidCorrectionError where nothing is left to change."""
    order = ProblemOrder.objects.select_for_update(of=("self",)).get(pk=new.order_id)
    if order.state != OrderState.OPEN:
        raise CorrectionStateError(f"工单 {order.number} 已销号，不能再更正")
    if not new.reason.strip():
        raise InvalidCorrectionError("请写明更正依据", field="reason")
    edits = [edit for edit in new.edits if edit.before != edit.after]
    if not edits:
        raise InvalidCorrectionError("没有任何改动", problems=list(new.problems))
    _check_edits(order.table, edits)
    row = ChangeSet.objects.create(
        order=order,
        target=new.target,
        via=new.via,
        state=ChangeSetState.DRAFT,
        reason=new.reason.strip(),
        author_id=by.user_id,
        author=by.label,
        created_at=now,
        problems=list(new.problems),
    )
    CellChange.objects.bulk_create(
        CellChange(
            change_set=row,
            key=dict(edit.key),
            column=edit.column,
            before=edit.before,
            after=edit.after,
        )
        for edit in edits
    )
    audit.record("quality.changes.submitted", order.subject, by=by, now=now, reason=new.reason,
                 after={"cells": len(edits)})  # fmt: skip
    return row


def _check_edits(table: CheckedTable, edits: Sequence[Edit]) -> None:
    schema = collection.lake().describe(table.name).schema
    for edit in edits:
        if edit.column in table.keys:
            raise InvalidCorrectionError(f"主键列“{edit.column}”不能更正，请在来源系统处理")
        if edit.column not in schema.names:
            raise InvalidCorrectionError(f"表里没有列“{edit.column}”")
        kind = schema.field(edit.column).type
        if words := cell_fault(table, edit.column, edit.after, kind=kind):
            raise InvalidCorrectionError(f"“{edit.column}”的新值{words}", field=edit.column)


def cell_fault(table: CheckedTable, column: str, text: str | None, *, kind: pa.DataType) -> str:
    """Why a text is no value of the column, by the lake's type and the declared one.

    The text itself is repeated only where everybody may read it, because the words are kept.
    """
    declared = table.types.get(column)
    words = type_fault(text, kind) or (value_fault(text, declared) if declared else "")
    if words and text and levels_of(table, [column])[column][0] >= 3:
        return words.replace(f"“{text}”", "")
    return words


def type_fault(text: str | None, kind: pa.DataType) -> str:
    """Why a text is no value of the type; empty where it is one."""
    try:
        typed(text, kind)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, ValueError):
        return f"“{text}”不是{_kind_words(kind)}"
    return ""


def typed(text: str | None, kind: pa.DataType) -> pa.Scalar:
    """The text as a value of the type."""
    return pa.array([text], pa.string()).cast(kind)[0]


def _kind_words(kind: pa.DataType) -> str:
    if pa.types.is_integer(kind):
        return "整数"
    if pa.types.is_date(kind):
        return "日期（2026-01-31）"
    if pa.types.is_timestamp(kind):
        return "时间（2026-01-31 08:00:00）"
    return "数" if pa.types.is_floating(kind) or pa.types.is_decimal(kind) else "可用的值"


def apply_changes(change_set_id: int, *, by: Actor, now: datetime) -> ChangeSet:
    """Write a draft into the lake table, once; then have the table checked again."""
    row = _in_state(change_set_id, ChangeSetState.DRAFT)
    if row.target != Target.LAKE:
        raise CorrectionStateError("这次整改要写回来源库，须先审批")
    kept, refused = _write(row, backwards=False, now=now)
    if not kept:
        raise InvalidCorrectionError("；".join(refused[:20]) or "没有可更正的行")
    with transaction.atomic():
        row.state, row.applied_at = ChangeSetState.APPLIED, now
        row.problems = [*row.problems, *refused]
        row.version = collection.lake().snapshot(row.order.table.name).version
        row.save(update_fields=["state", "applied_at", "problems", "version"])
        row.cells.exclude(pk__in=kept).delete()
        audit.record("quality.changes.applied", row.order.subject, by=by, now=now,
                     after={"cells": len(kept)})  # fmt: skip
    check_again(row.order.table_id, by=by, now=now)
    return row


def undo_changes(change_set_id: int, *, reason: str, by: Actor, now: datetime) -> ChangeSet:
    """Give every cell its value from before; refused when one of them changed since."""
    row = _in_state(change_set_id, ChangeSetState.APPLIED)
    if row.target != Target.LAKE:
        raise CorrectionStateError("写回来源库的整改在“写回”处撤销")
    if not reason.strip():
        raise InvalidCorrectionError("请写明撤销理由", field="reason")
    _, refused = _write(row, backwards=True, now=now, dry=True)
    if refused:
        raise CorrectionStateError(f"不能撤销：{'；'.join(refused[:20])}")
    _write(row, backwards=True, now=now)
    with transaction.atomic():
        row.state, row.undone_at = ChangeSetState.UNDONE, now
        row.save(update_fields=["state", "undone_at"])
        audit.record("quality.changes.undone", row.order.subject, by=by, now=now, reason=reason)
    check_again(row.order.table_id, by=by, now=now)
    return row


def _in_state(change_set_id: int, state: ChangeSetState) -> ChangeSet:
    row = ChangeSet.objects.select_related("order__table", "order__organization").get(
        pk=change_set_id
    )
    if row.state != state:
        raise CorrectionStateError(f"这次整改{row.get_state_display()}，不能这样做")
    return row


def check_again(table_id: int, *, by: Actor, now: datetime) -> None:
    """Ask for a check; one that runs now is followed by another (`jobs`)."""
    try:
        request_run(table_id, trigger=Trigger.RECHECK, by=by, now=now)
    except TableStateError:
        return


def _write(
    row: ChangeSet, *, backwards: bool, now: datetime, dry: bool = False
) -> tuple[list[int], list[str]]:
    """The cells written and the words about those that were not."""
    table = row.order.table
    cells = list(row.cells.all())
    there = _rows_now(table, cells)
    kept, refused = [], []
    changed: dict[str, dict[str, str | None]] = {}
    for cell in cells:
        old, new = (cell.after, cell.before) if backwards else (cell.before, cell.after)
        name = _name(cell.key)
        held = there.get(name)
        if held is None:
            refused.append(f"行 {_shown(table, cell)} 已不在表里")
        elif held[cell.column] not in (old, new):
            refused.append(f"行 {_shown(table, cell)} 的“{cell.column}”已被别处改动，未采纳")
        else:
            changed.setdefault(name, dict(held))[cell.column] = new
            kept.append(cell.pk)
    if changed and not dry:
        batch = Batch(source=f"quality-change-{row.pk}", number=UNDO if backwards else APPLY)
        schema = collection.lake().describe(table.name).schema
        arrays = [
            pa.array([item[field.name] for item in changed.values()], pa.string()).cast(field.type)
            for field in schema
        ]
        rows = pa.Table.from_arrays(arrays, schema=schema).to_reader()
        collection.lake().upsert(table.name, rows, now=now, keys=table.keys, batch=batch)
    return kept, refused


def _name(key: Texts) -> str:
    return "\x1f".join("\0" if value is None else value for value in key.values())


def _shown(table: CheckedTable, cell: CellChange) -> str:
    """A row in words for a person; keys that are sensitive stay hidden."""
    levels = levels_of(table, cell.key)
    parts = ["…" if levels[column][0] >= 3 else str(value) for column, value in cell.key.items()]
    return "、".join(parts)


def _rows_now(table: CheckedTable, cells: Sequence[CellChange]) -> dict[str, dict[str, str | None]]:
    """The rows of the cells as they are in the newest version, as texts."""
    snapshot = collection.lake().snapshot(table.name)
    names = list(snapshot.schema.names)
    texts = ", ".join(f"CAST({ident(name)} AS VARCHAR) AS {ident(name)}" for name in names)
    found = {}
    keys = {_name(cell.key): cell.key for cell in cells}
    with open_session() as session, explained(table.title):
        session.execute("SET TimeZone='Asia/Shanghai'")
        for part in _portions(list(keys.values())):
            tests = " OR ".join(_test(key) for key in part)
            rows = session.execute(
                f"SELECT {texts} FROM {snapshot.relation} WHERE {tests}"
            ).fetchall()
            for row in rows:
                held = dict(zip(names, row, strict=True))
                found[_name({name: held[name] for name in table.keys})] = held
    return found


def _portions(keys: list[Texts], size: int = 200) -> Iterator[list[Texts]]:
    for start in range(0, len(keys), size):
        yield keys[start : start + size]


def _test(key: Texts) -> str:
    parts = [
        f"{ident(name)} IS NULL"
        if value is None
        else f"CAST({ident(name)} AS VARCHAR) = {literal(value)}"
        for name, value in key.items()
    ]
    return f"({' AND '.join(parts)})"
