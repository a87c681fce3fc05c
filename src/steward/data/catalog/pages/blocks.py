"""What the catalogue shows on the pages of others: sources, their tables, the data home."""

from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest

from steward.data.catalog.choices import Gap, GapState, State
from steward.data.catalog.models import SurveyGap
from steward.data.catalog.pages.frame import CHANGE
from steward.data.catalog.queries import catalogues_for, gaps_for, systems_for
from steward.data.sources import api as sources
from steward.kernel.subjects import Subject


def source_panel(subject: Subject, request: HttpRequest) -> dict[str, Any] | None:
    """How much of a database is catalogued, and what the survey found, on the source's page."""
    source = sources.visible_source(request.user, int(subject.key))
    if not source.is_database:
        return None
    gaps = gaps_for(request.user).filter(source_id=source.id, state=GapState.OPEN)
    counts = dict(gaps.values_list("kind").annotate(n=Count("pk")).order_by())
    listed = set(
        catalogues_for(request.user)
        .filter(source_id=source.id)
        .values_list("source_table", flat=True)
    )
    ignored = gaps_for(request.user).filter(source_id=source.id, state=GapState.IGNORED)
    settled = listed | set(ignored.values_list("table", flat=True))
    return {
        "source_id": source.id,
        "surveyed": source.surveyed_at is not None,
        "listed": len(listed),
        "compared": all(table.name in settled for table in sources.tables_of(source.id)),
        "gaps": [(kind.value, kind.label, counts[kind]) for kind in Gap if kind in counts],
        "systems": systems_for(request.user).filter(source_id=source.id),
        "may_change": request.user.has_perm(CHANGE),
    }


def table_panel(subject: Subject, request: HttpRequest) -> dict[str, Any] | None:
    """The catalogue of a source table, or the way to one."""
    found = sources.table_by_id(int(subject.key))
    if found is None or found.gone_at is not None:
        return None
    rows = catalogues_for(request.user).filter(source_id=found.source_id, source_table=found.name)
    gap: SurveyGap | None = (
        gaps_for(request.user)
        .filter(source_id=found.source_id, table=found.name, kind=Gap.TABLE_UNLISTED)
        .first()
    )
    return {"rows": rows, "gap": gap, "table": found, "may_change": request.user.has_perm(CHANGE)}


def home_panel(_: Subject, request: HttpRequest) -> dict[str, Any]:
    """How many catalogues there are, in which state, and how many are collected."""
    rows = catalogues_for(request.user)
    listed = Q(version__gt=0) & ~Q(state=State.DELISTED)
    counts: dict[str, int] = rows.aggregate(
        total=Count("pk"),
        listed=Count("pk", filter=listed),
        collected=Count("pk", filter=listed & ~Q(collected_into="")),
        review=Count("pk", filter=Q(state=State.REVIEW)),
    )
    problems = rows.filter(pk__in=rows.filter(problems__isnull=False).values("pk")).count()
    gaps = gaps_for(request.user).filter(state=GapState.OPEN).count()
    return counts | {
        "problems": problems,
        "gaps": gaps,
        "left": counts["listed"] - counts["collected"],
    }
