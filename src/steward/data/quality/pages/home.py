from datetime import timedelta

from django.http import HttpRequest, HttpResponse

from steward.core.ui.api import page, render_page
from steward.data.quality.choices import DIMENSIONS, OrderState, RunState
from steward.data.quality.models import QualityRun
from steward.data.quality.queries import (
    ORDERS,
    VIEW,
    body_scores,
    dimension_scores,
    latest_runs,
    orders_for,
    tables_for,
    total_score,
)
from steward.data.quality.scoring import FORMULA
from steward.kernel.instants import local, local_date
from steward.kernel.instants import now as wall_clock

TREND_DAYS = 30


@page(VIEW)
def home(request: HttpRequest) -> HttpResponse:
    """数据质量: score, six dimensions, tables, departments, trend."""
    tables = list(tables_for(request.user))
    runs = latest_runs([table.pk for table in tables])
    by_table = {run.table_id: run for run in runs}
    scores = dimension_scores(runs)
    open_orders = orders_for(request.user).filter(state=OrderState.OPEN)
    context = {
        "score": total_score(runs),
        "rows": sum(run.rows for run in runs),
        "failing": sum(run.failing_rows for run in runs),
        "dimensions": [(code, label, *scores.get(code, (None, 0))) for code, label in DIMENSIONS],
        "lines": [(table, by_table.get(table.pk)) for table in tables],
        "bodies": body_scores(runs),
        "trend": _trend([table.pk for table in tables]),
        "orders": open_orders.count() if request.user.has_perm(ORDERS) else None,
        "formula": FORMULA,
        "may_register": request.user.has_perm("quality.table.change"),
    }
    return render_page(request, "quality/home.html", context, title="数据质量")


def _trend(tables: list[int]) -> list[tuple[str, str, int]]:
    """Each day of the last thirty with a check: day, score in per cent, height of its bar."""
    since = wall_clock() - timedelta(days=TREND_DAYS)
    rows = list(
        QualityRun.objects.filter(
            table__in=tables, state=RunState.SUCCEEDED, finished_at__gte=since
        )
        .defer("result")
        .order_by("finished_at")
    )
    last: dict[int, QualityRun] = {}
    days: dict[str, list[QualityRun]] = {}
    for run in rows:
        if run.finished_at is not None:
            last[run.table_id] = run
            days[f"{local_date(run.finished_at):%m-%d}"] = list(last.values())
    found = []
    for day, held in days.items():
        value = total_score(held)
        if value is not None:
            found.append((day, f"{value * 100:.2f}", max(2, int(value * 100))))
    return found


def stamp() -> str:
    """The wall clock for file names."""
    return f"{local(wall_clock()):%Y%m%d-%H%M}"
