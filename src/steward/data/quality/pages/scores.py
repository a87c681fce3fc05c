import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse

from steward.core.organizations import api as organizations
from steward.core.ui.api import page, render_page
from steward.data.quality import scores
from steward.data.quality.choices import DIMENSIONS, OrderState
from steward.data.quality.models import CheckedTable
from steward.data.quality.queries import ORDERS, VIEW, orders_for, tables_for
from steward.data.quality.scoring import FORMULA
from steward.kernel.instants import now as wall_clock
from steward.kernel.subjects import Subject

PERIODS = (30, 90, 365)
COLOURS = ("#1f6feb", "#8250df", "#1a7f37", "#bf8700", "#cf222e", "#0a7ea4", "#57606a")
WORST = 5
CHART_OPTIONS = json.dumps(
    {
        "animation": False,
        "maintainAspectRatio": False,
        "scales": {"x": {"grid": {"display": False}}, "y": {"suggestedMax": 100, "grid": {}}},
        "plugins": {"legend": {"display": True, "position": "bottom"}},
    }
)


@page(VIEW)
def score_page(request: HttpRequest) -> HttpResponse:
    """质量得分: dimension × department × table, now and over time, down to the rows."""
    tables = list(tables_for(request.user))
    table = _chosen(request.GET.get("table", ""), {row.pk for row in tables})
    days = _period(request.GET.get("days", ""))
    ids = [row.pk for row in tables] if table is None else [table]
    shares = scores.shares(ids)
    bodies = organizations.get_many(list({part.organization_id for part in shares}))
    body = _chosen(request.GET.get("body", ""), set(bodies))
    past = scores.history(ids, since=wall_clock() - timedelta(days=days), organization_id=body)
    context = {
        "tables": tables,
        "table": table,
        "bodies": sorted(bodies.values(), key=lambda item: item.name),
        "body": body,
        "days": days,
        "periods": PERIODS,
        "heads": DIMENSIONS,
        "by_body": _by_body(shares, {key: item.name for key, item in bodies.items()}),
        "by_table": _by_table(tables, scores.current_parts(ids, organization_id=body)),
        "chart": chart_of(past),
        "chart_options": CHART_OPTIONS,
        "formula": FORMULA,
    }
    return render_page(request, "quality/scores.html", context, title="质量得分")


def _chosen(text: str, known: set[int]) -> int | None:
    return int(text) if text.isdecimal() and int(text) in known else None


def _period(text: str) -> int:
    return int(text) if text.isdecimal() and int(text) in PERIODS else PERIODS[0]


def _by_body(parts: Sequence[scores.Part], names: dict[int, str]) -> list[scores.Row]:
    """Departments, the lowest score first."""
    grouped: dict[int, list[scores.Part]] = defaultdict(list)
    for part in parts:
        grouped[part.organization_id].append(part)
    rows = [scores.row_of(key, names.get(key, ""), mine) for key, mine in grouped.items()]
    return sorted(rows, key=_lowest)


def _by_table(tables: Sequence[CheckedTable], parts: Sequence[scores.Part]) -> list[scores.Row]:
    titles = {row.pk: row.title for row in tables}
    rows = [scores.row_of(part.table_id, titles[part.table_id], [part]) for part in parts]
    return sorted(rows, key=_lowest)


def _lowest(row: scores.Row) -> tuple[bool, Any, str]:
    return row.total.score is None, row.total.score or 0, row.name


def chart_of(days: Sequence[scores.Day], *, total_only: bool = False) -> str:
    """Lines of the total and of each dimension as JSON for Chart.js; '' before two days."""
    if len(days) < 2:
        return ""
    lines: list[tuple[str, list[Any]]] = [("综合", [day.total for day in days])]
    if not total_only:
        lines += [
            (label, [day.dimensions.get(code) for day in days])
            for code, label in DIMENSIONS
            if any(day.dimensions.get(code) is not None for day in days)
        ]
    sets = [
        {
            "label": label,
            "data": [None if value is None else float(round(value * 100, 2)) for value in values],
            "borderColor": COLOURS[number],
            "backgroundColor": COLOURS[number],
            "borderWidth": 2 if number == 0 else 1,
            "pointRadius": 2,
            "tension": 0,
            "spanGaps": True,
        }
        for number, (label, values) in enumerate(lines)
    ]
    return json.dumps({"labels": [f"{day.day:%m-%d}" for day in days], "datasets": sets})


def home_card(subject: Subject, request: HttpRequest) -> dict[str, Any] | None:
    """The quality card of the data home: score, dimensions, the weakest departments, the trend."""
    del subject
    tables = list(tables_for(request.user))
    ids = [row.pk for row in tables]
    parts = scores.current_parts(ids)
    if not parts:
        return None
    shares = scores.shares(ids)
    bodies = organizations.get_many(list({part.organization_id for part in shares}))
    names = {key: item.name for key, item in bodies.items()}
    past = scores.history(ids, since=wall_clock() - timedelta(days=PERIODS[0]))
    whole = scores.row_of(0, "", parts)
    labels = dict(DIMENSIONS)
    may_orders = request.user.has_perm(ORDERS)
    return {
        "whole": whole,
        "tables": len(parts),
        "dimensions": [(code, labels[code], figure) for code, figure in whole.dimensions],
        "bodies": _by_body(shares, names)[:WORST],
        "heads": DIMENSIONS,
        "orders": orders_for(request.user).filter(state=OrderState.OPEN).count()
        if may_orders
        else None,
        "chart": chart_of(past, total_only=True),
        "chart_options": CHART_OPTIONS,
    }
