"""Scores by dimension, department and table, now and day by day (K12.1)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from steward.data.quality.choices import DIMENSIONS, RunState
from steward.data.quality.models import BodyOutcome, QualityRun
from steward.data.quality.queries import latest_runs
from steward.data.quality.scoring import mean
from steward.kernel.instants import local_date


@dataclass(frozen=True, slots=True)
class Part:
    """What one check found in one table, whole or of one department."""

    table_id: int
    run_id: int
    at: datetime
    rows: int
    failing: int
    score: Decimal | None
    dimensions: dict[str, Any]
    organization_id: int = 0


@dataclass(frozen=True, slots=True)
class Figure:
    """A score 0–1 and the failing rows behind it; `run_id` where they are of a single check."""

    score: Decimal | None
    failing: int
    run_id: int | None = None


@dataclass(slots=True)
class Row:
    """One line of a matrix: a total and a figure for each dimension, in their usual order."""

    key: int
    name: str
    rows: int
    total: Figure
    dimensions: list[tuple[str, Figure | None]] = field(default_factory=list)


def current_parts(tables: Sequence[int], *, organization_id: int | None = None) -> list[Part]:
    """The last check of each table: whole, or the share of one department."""
    runs = latest_runs(list(tables))
    if organization_id is None:
        return [_of_run(run) for run in runs]
    rows = BodyOutcome.objects.filter(run__in=[run.pk for run in runs])
    return [
        _of_body(row) for row in rows.filter(organization_id=organization_id).select_related("run")
    ]


def shares(tables: Sequence[int]) -> list[Part]:
    """The last check of each table, split by department."""
    runs = [run.pk for run in latest_runs(list(tables))]
    return [_of_body(row) for row in BodyOutcome.objects.filter(run__in=runs).select_related("run")]


def _of_run(run: QualityRun) -> Part:
    return Part(
        run.table_id, run.pk, run.finished_at or run.requested_at, run.rows, run.failing_rows,
        run.score, run.dimensions,
    )  # fmt: skip


def _of_body(row: BodyOutcome) -> Part:
    run = row.run
    return Part(
        run.table_id, run.pk, run.finished_at or run.requested_at, row.rows, row.failing_rows,
        row.score, row.dimensions, row.organization_id,
    )  # fmt: skip


def row_of(key: int, name: str, parts: Sequence[Part]) -> Row:
    """The parts of one department or table together: means weighted by rows."""
    single = parts[0].run_id if len(parts) == 1 else None
    total = Figure(
        mean((part.score, part.rows) for part in parts if part.score is not None),
        sum(part.failing for part in parts),
        single,
    )
    found = Row(key, name, sum(part.rows for part in parts), total)
    for code, _ in DIMENSIONS:
        held = [(part.dimensions[code], part) for part in parts if code in part.dimensions]
        figure = None
        if held:
            figure = Figure(
                mean((Decimal(item["score"]), part.rows) for item, part in held),
                sum(int(item["failing"]) for item, _ in held),
                held[0][1].run_id if len(held) == 1 else None,
            )
        found.dimensions.append((code, figure))
    return found


@dataclass(frozen=True, slots=True)
class Day:
    """The scores as they stood at the end of a day."""

    day: date
    total: Decimal | None
    dimensions: dict[str, Decimal | None]


def history(
    tables: Sequence[int], *, since: datetime, organization_id: int | None = None
) -> list[Day]:
    """Each day with a check since an instant; a table that was not checked keeps its last score."""
    last = {part.table_id: part for part in _before(tables, since, organization_id)}
    days: dict[date, list[Part]] = {}
    for part in _since(tables, since, organization_id):
        last[part.table_id] = part
        days[local_date(part.at)] = list(last.values())
    return [_day(day, parts) for day, parts in days.items()]


def _day(day: date, parts: Iterable[Part]) -> Day:
    row = row_of(0, "", list(parts))
    scores = {code: figure.score if figure is not None else None for code, figure in row.dimensions}
    return Day(day, row.total.score, scores)


def _before(tables: Sequence[int], since: datetime, organization_id: int | None) -> list[Part]:
    runs = latest_runs(list(tables), before=since)
    if organization_id is None:
        return [_of_run(run) for run in runs]
    rows = BodyOutcome.objects.filter(
        run__in=[run.pk for run in runs], organization_id=organization_id
    )
    return [_of_body(row) for row in rows.select_related("run")]


def _since(tables: Sequence[int], since: datetime, organization_id: int | None) -> list[Part]:
    runs = QualityRun.objects.filter(
        table__in=tables, state=RunState.SUCCEEDED, finished_at__gte=since
    )
    if organization_id is None:
        return [_of_run(run) for run in runs.defer("result").order_by("finished_at", "pk")]
    rows = BodyOutcome.objects.filter(run__in=runs, organization_id=organization_id)
    return [
        _of_body(row) for row in rows.select_related("run").order_by("run__finished_at", "run_id")
    ]
