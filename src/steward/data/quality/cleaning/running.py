# ruff: noqa: S608 - every name is quoted by ident() and every constant by literal()
"""One run of cleaning: one query over a pinned version, into dwd, with every change in a file."""

import tempfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
from django.conf import settings
from django.db import transaction

from steward.core.audit import api as audit
from steward.data.collection import api as collection
from steward.data.quality.choices import CleaningState
from steward.data.quality.cleaning.steps import KINDS, order_by
from steward.data.quality.models import CleaningRun, CleaningTable
from steward.engine.lake.commits import Batch
from steward.engine.lake.duck import explained, ident, literal, open_session, scalar
from steward.engine.lake.fitting import Fit
from steward.engine.lake.table import Snapshot
from steward.kernel.actors import Actor
from steward.kernel.errors import ConflictError, StewardError
from steward.kernel.instants import running

CHANGES = ("_key", "_step", "_column", "_before", "_after")


class CleaningStateError(ConflictError):
    """The run is not in a state that allows the action."""

    code = "quality.cleaning_state"


def file_of(run: CleaningRun) -> Path:
    """The Parquet file of every change of a run."""
    return Path(settings.LAKE_ROOT) / "_quality" / "cleaning" / f"run-{run.pk}.parquet"


def compiled(table: CleaningTable, source: Snapshot) -> str:
    """The one query: cleaned columns under their names, `_s<n>` after every step, `_rank`."""
    relation = f"SELECT * FROM {source.relation}"
    types = {field.name: field.type for field in source.schema}
    for number, step in enumerate(table.steps):
        kind = KINDS[step["kind"]]
        if kind.sql is None:
            by = ", ".join(ident(name) for name in step["by"])
            order = order_by(step, table.keys)
            filled = " AND ".join(f"{ident(name)} IS NOT NULL" for name in step["by"])
            relation = (
                f"SELECT *, CASE WHEN {filled} THEN row_number() OVER (PARTITION BY {by} "
                f"ORDER BY {order}) ELSE 1 END AS _rank, "
                f"CASE WHEN {filled} THEN first_value({_key(table)}) OVER (PARTITION BY {by} "
                f"ORDER BY {order}) END AS _survivor FROM ({relation})"
            )
            continue
        column = ident(step["column"])
        text = column if pa.types.is_string(types[step["column"]]) else f"CAST({column} AS VARCHAR)"
        relation = (
            f"SELECT *, {text} AS _b{number}, {kind.sql(text, step)} AS _s{number} "
            f"FROM ({relation})"
        )
        relation = f"SELECT * REPLACE (_s{number} AS {column}) FROM ({relation})"
    return relation


def _key(table: CleaningTable) -> str:
    parts = ", ".join(f"CAST({ident(name)} AS VARCHAR)" for name in table.keys)
    return f"concat_ws('、', {parts})"


def execute_cleaning(run_id: int, *, now: datetime) -> CleaningRun:
    """Carry a run out; executed again after a kill it works on the same version and writes once."""
    run = CleaningRun.objects.select_related("table__project").get(pk=run_id)
    if run.state != CleaningState.RUNNING:
        return run
    clock = running(now)
    try:
        _clean(run)
    except StewardError as error:
        run.state, run.error, run.finished_at = CleaningState.FAILED, error.message, clock()
        run.save(update_fields=["state", "error", "finished_at"])
        return run
    with transaction.atomic():
        run.state, run.finished_at = CleaningState.SUCCEEDED, clock()
        run.save()
        audit.record("quality.cleaned", run.table.project.subject,
                     by=Actor.system("数据清洗"), now=now,
                     after={"table": run.table.target, "rows": run.rows_out})  # fmt: skip
    return run


def _clean(run: CleaningRun) -> None:
    table, lake = run.table, collection.lake()
    if run.source_version is None:
        run.source_version = lake.snapshot(table.source).version
        exists = lake.exists(table.target)
        run.previous_version = lake.snapshot(table.target).version if exists else None
        run.save(update_fields=["source_version", "previous_version"])
    source = lake.snapshot(table.source, run.source_version)
    path = file_of(run)
    path.parent.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="steward-clean-") as folder,
        open_session() as session,
        explained(f"清洗“{table.source}”"),
    ):
        staged = str(Path(folder) / "staged.parquet")
        session.execute(f"COPY ({compiled(table, source)}) TO {literal(staged)} (FORMAT parquet)")
        session.execute(f"CREATE VIEW staged AS SELECT * FROM read_parquet({literal(staged)})")
        run.rows_in = scalar(session, "SELECT count(*) FROM staged")
        _keep_changes(session, run, path)
        names = list(source.schema.names)
        _write(session, run, names)


def _keep_changes(session: duckdb.DuckDBPyConnection, run: CleaningRun, path: Path) -> None:
    """Every changed value of every step, and every row that was merged into another."""
    table, parts = run.table, []
    for number, step in enumerate(table.steps):
        if step["kind"] == "dedupe":
            parts.append(
                f"SELECT {_key(table)}, {number}, '（整行）', {_key(table)}, "
                "'并入 ' || _survivor FROM staged WHERE _rank > 1"
            )
            parts += [_filled(table, number, name) for name in _other(table)]
            continue
        parts.append(
            f"SELECT {_key(table)}, {number}, {literal(step['column'])}, _b{number}, _s{number} "
            f"FROM staged WHERE _b{number} IS DISTINCT FROM _s{number}"
        )
    named = ", ".join(f"CAST({name} AS {kind}) AS {name}" for name, kind in zip(
        CHANGES, ("VARCHAR", "INTEGER", "VARCHAR", "VARCHAR", "VARCHAR"), strict=True))  # fmt: skip
    union = " UNION ALL ".join(f"({part})" for part in parts)
    part_file = path.with_suffix(".part")
    session.execute(
        f"COPY (SELECT {named} FROM ({union}) AS c({', '.join(CHANGES)}) ORDER BY _step, _key) "
        f"TO {literal(str(part_file))} (FORMAT parquet, COMPRESSION zstd)"
    )
    part_file.replace(path)
    counted = dict(
        session.execute(
            f"SELECT _step, count(*) FROM read_parquet({literal(str(path))}) GROUP BY ALL"
        ).fetchall()
    )
    run.counts = [int(counted.get(number, 0)) for number in range(len(table.steps))]
    run.file = str(path.relative_to(settings.LAKE_ROOT))


def _other(table: CleaningTable) -> list[str]:
    """The columns that a survivor may take from the rows merged into it."""
    names: list[str] = list(collection.lake().describe(table.source).schema.names)
    return [name for name in names if name not in table.keys]


def _filled(table: CleaningTable, number: int, name: str) -> str:
    own = ident(name)
    return (
        f"SELECT {_key(table)}, {number}, {literal(name)}, CAST({own} AS VARCHAR), "
        f"CAST(f AS VARCHAR) FROM (SELECT *, {_first(name)} AS f FROM staged) "
        f"WHERE _rank = 1 AND {own} IS NULL AND f IS NOT NULL"
    )


def _first(name: str) -> str:
    """The first value in the order of survivorship among the rows merged together."""
    column = ident(name)
    return (
        f"CASE WHEN _survivor IS NULL THEN {column} ELSE first({column} ORDER BY "
        f"({column} IS NULL), _rank) OVER (PARTITION BY _survivor) END"
    )


def _write(session: duckdb.DuckDBPyConnection, run: CleaningRun, names: Sequence[str]) -> None:
    table, lake = run.table, collection.lake()
    deduped = any(step["kind"] == "dedupe" for step in table.steps)
    shown = [
        f"{_first(name)} AS {ident(name)}" if deduped and name not in table.keys else ident(name)
        for name in names
    ]
    inner = f"SELECT {', '.join(shown)}{', _rank' if deduped else ''} FROM staged"
    plain = ", ".join(map(ident, names))
    sql = f"SELECT {plain} FROM ({inner}){' WHERE _rank = 1' if deduped else ''}"
    run.rows_out = scalar(session, f"SELECT count(*) FROM ({sql})")
    reader = session.sql(sql).to_arrow_reader(65_536)
    if not lake.exists(table.target):
        lake.create(table.target, reader.schema, keys=table.keys)
    batch = Batch(source=f"cleaning-{run.pk}", number=1)
    lake.overwrite(table.target, reader, fit=Fit(new="add", missing="null"), batch=batch)
    run.version = lake.snapshot(table.target).version


def undo_cleaning(run_id: int, *, by: Actor, now: datetime) -> CleaningRun:
    """The target as it was before the run; refused once something newer was written."""
    run = CleaningRun.objects.select_related("table__project").get(pk=run_id)
    if run.state != CleaningState.SUCCEEDED:
        raise CleaningStateError(f"这次清洗{run.get_state_display()}，不能撤销")
    lake, target = collection.lake(), run.table.target
    now_there = lake.snapshot(target)
    if now_there.version != run.version:
        raise CleaningStateError("目标表之后又有新的写入，不能撤销这一次")
    with open_session() as session, explained(f"撤销清洗“{target}”"):
        if run.previous_version is None:
            sql = f"SELECT * FROM {now_there.relation} WHERE false"
        else:
            sql = f"SELECT * FROM {lake.snapshot(target, run.previous_version).relation}"
        reader = session.sql(sql).to_arrow_reader(65_536)
        batch = Batch(source=f"cleaning-{run.pk}", number=2)
        lake.overwrite(target, reader, fit=Fit(new="add", missing="null"), batch=batch)
    with transaction.atomic():
        run.state, run.undone_at = CleaningState.UNDONE, now
        run.save(update_fields=["state", "undone_at"])
        audit.record("quality.cleaning_undone", run.table.project.subject, by=by, now=now,
                     after={"table": target})  # fmt: skip
    return run


def changes_page(
    run: CleaningRun, *, step: int | None, offset: int, limit: int = 50
) -> list[tuple[Any, ...]]:
    """Key, step, column, before, after: of one step or of all."""
    path = Path(settings.LAKE_ROOT) / run.file
    where = "" if step is None else f"WHERE _step = {int(step)}"
    with open_session() as session, explained("清洗明细"):
        return session.execute(
            f"SELECT * FROM read_parquet({literal(str(path))}) {where} "
            f"ORDER BY _step, _key, _column LIMIT {int(limit)} OFFSET {int(offset)}"
        ).fetchall()
