from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from django.db.models import QuerySet

from steward.core.access import api as access
from steward.core.access.api import Somebody
from steward.data.quality.choices import RunState
from steward.data.quality.models import (
    BodyOutcome,
    ChangeSet,
    CheckedTable,
    CleaningProject,
    OrderSpell,
    ProblemOrder,
    QualityRun,
)
from steward.data.quality.scoring import mean
from steward.kernel.errors import NotFoundError

VIEW = "quality.table.view"
ORDERS = "quality.order.view"
PROJECTS = "quality.project.view"


class UnknownQualityError(NotFoundError):
    """No such table, run or order, or not for this person."""

    code = "quality.unknown"


def tables_for(user: Somebody) -> QuerySet[CheckedTable]:
    """The checked tables of the bodies that somebody may see."""
    bodies = access.visible_organizations(user, VIEW)
    rows = CheckedTable.objects.select_related("organization")
    return rows if bodies is None else rows.filter(organization_id__in=bodies)


def table_for(user: Somebody, table_id: int) -> CheckedTable:
    """One table in somebody's scope; UnknownQualityError otherwise."""
    row = tables_for(user).filter(pk=table_id).first()
    if row is None:
        raise UnknownQualityError("没有这张质检表")
    return row


def runs_for(user: Somebody) -> QuerySet[QualityRun]:
    """The runs over visible tables, newest first."""
    rows = QualityRun.objects.select_related("table__organization").defer("result")
    return rows.filter(table__in=tables_for(user))


def run_for(user: Somebody, run_id: int) -> QualityRun:
    """One run in somebody's scope."""
    row = runs_for(user).filter(pk=run_id).first()
    if row is None:
        raise UnknownQualityError("没有这次检查")
    return row


def orders_for(user: Somebody) -> QuerySet[ProblemOrder]:
    """The problem orders of the bodies that somebody may see: a department sees its own."""
    bodies = access.visible_organizations(user, ORDERS)
    rows = ProblemOrder.objects.select_related("table", "organization", "run")
    return rows if bodies is None else rows.filter(organization_id__in=bodies)


def spells_between(contract: str, start: datetime, end: datetime) -> QuerySet[OrderSpell]:
    """The times that orders of a contract were open at some instant of [start, end)."""
    rows = OrderSpell.objects.filter(order__table__contract=contract, opened_at__lt=end)
    return rows.exclude(closed_at__lt=start)


def order_for(user: Somebody, order_id: int) -> ProblemOrder:
    """One order in somebody's scope."""
    row = orders_for(user).filter(pk=order_id).first()
    if row is None:
        raise UnknownQualityError("没有这张问题数据工单")
    return row


def change_set_for(user: Somebody, change_set_id: int) -> ChangeSet:
    """One submission of a visible order."""
    row = (
        ChangeSet.objects.select_related("order__table", "order__organization")
        .filter(pk=change_set_id, order__in=orders_for(user))
        .first()
    )
    if row is None:
        raise UnknownQualityError("没有这次整改")
    return row


def projects_for(user: Somebody) -> QuerySet[CleaningProject]:
    """The cleaning projects of visible bodies."""
    bodies = access.visible_organizations(user, PROJECTS)
    rows = CleaningProject.objects.select_related("organization")
    return rows if bodies is None else rows.filter(organization_id__in=bodies)


def project_for(user: Somebody, project_id: int) -> CleaningProject:
    """One project in somebody's scope."""
    row = projects_for(user).filter(pk=project_id).first()
    if row is None:
        raise UnknownQualityError("没有这个清洗项目")
    return row


def latest_runs(
    tables: Iterable[int] | QuerySet[CheckedTable], *, before: datetime | None = None
) -> list[QualityRun]:
    """The last finished run of each table, as known before an instant."""
    rows = QualityRun.objects.filter(table__in=tables, state=RunState.SUCCEEDED)
    if before is not None:
        rows = rows.filter(finished_at__lt=before)
    return list(
        rows.select_related("table__organization")
        .defer("result")
        .order_by("table_id", "-id")
        .distinct("table_id")
    )


def total_score(runs: Iterable[QualityRun]) -> Decimal | None:
    """The score of several tables: the mean weighted by their rows."""
    return mean((run.score, run.rows) for run in runs if run.score is not None)


def dimension_scores(runs: Iterable[QualityRun]) -> dict[str, tuple[Decimal | None, int]]:
    """For each dimension: the mean over tables weighted by rows, and the failing rows."""
    parts: dict[str, list[tuple[Decimal, int]]] = {}
    failing: dict[str, int] = {}
    for run in runs:
        for name, found in run.dimensions.items():
            parts.setdefault(name, []).append((Decimal(found["score"]), run.rows))
            failing[name] = failing.get(name, 0) + int(found["failing"])
    return {name: (mean(found), failing[name]) for name, found in parts.items()}


def body_scores(runs: Iterable[QualityRun]) -> list[tuple[BodyOutcome, Decimal | None, int, int]]:
    """For each body over the runs: one of its outcomes, score, rows, failing rows."""
    grouped: dict[int, list[BodyOutcome]] = {}
    rows = BodyOutcome.objects.filter(run__in=[run.pk for run in runs])
    for row in rows.select_related("organization"):
        grouped.setdefault(row.organization_id, []).append(row)
    found = [
        (
            mine[0],
            mean((row.score, row.rows) for row in mine if row.score is not None),
            sum(row.rows for row in mine),
            sum(row.failing_rows for row in mine),
        )
        for mine in grouped.values()
    ]
    return sorted(found, key=lambda item: -item[3])
