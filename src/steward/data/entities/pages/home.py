from collections import defaultdict
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse

from steward.core.findings import api as findings
from steward.core.organizations import api as organizations
from steward.core.ui.api import page, panels_for, render_page
from steward.data.collection import api as collection
from steward.data.entities.library import Entity, entity_of_table
from steward.data.sources import api as sources
from steward.kernel.instants import at_local, local_date
from steward.kernel.instants import now as wall_clock
from steward.kernel.subjects import Subject

VIEW = "entities.home.view"
HOME_KIND = "data.home"
WORDS = {
    "data.sources": "数据源",
    "data.collection": "归集",
    "data.catalog": "目录",
    "data.quality": "质量",
}
SOURCES, TASKS, ROWS = "sources.source.view", "collection.task.view", "entities.rows.view"


@page(VIEW)
def home(request: HttpRequest) -> HttpResponse:
    """数据首页: assets, today's flow, open findings by department; other apps add panels."""
    now = wall_clock()
    user = request.user
    start = at_local(local_date(now))
    tables = _tables(request) if user.has_perm(TASKS) else []
    context: dict[str, Any] = {
        "tables": tables,
        "rows_total": sum(line["rows"] or 0 for line in tables),
        "sources": sources.visible_sources(user) if user.has_perm(SOURCES) else None,
        "flow": collection.flow_for(user, since=start, now=now) if user.has_perm(TASKS) else None,
        "start": start.isoformat(),
        "findings": _findings(request) if user.has_perm("findings.finding.view") else None,
        "may_open": user.has_perm(ROWS),
        "panels": panels_for(Subject(HOME_KIND, "all", "数据首页"), request),
    }
    return render_page(request, "entities/home.html", context, title="数据首页")


def _tables(request: HttpRequest) -> list[dict[str, Any]]:
    """What was collected, the largest first."""
    found = collection.visible_tables(request.user)
    lines = [_line(name, task, entity_of_table(name)) for name, task in found.items()]
    return sorted(lines, key=lambda line: -(line["rows"] or 0))


def _line(name: str, task: collection.TaskInfo, model: Entity | None) -> dict[str, Any]:
    at: datetime | None = task.last_success_at
    return {
        "name": name,
        "label": model.comment if model else task.name,
        "rows": task.rows_total,
        "at": at,
        "task_id": task.id,
        "is_there": at is not None,
    }


def _findings(request: HttpRequest) -> dict[str, Any]:
    """Open findings of the data apps: a row for each department, a column for each app."""
    counts = findings.open_counts(request.user, sources="data.")
    names = list(dict.fromkeys([*WORDS, *(item.source for item in counts)]))
    by_body: dict[int | None, dict[str, int]] = defaultdict(dict)
    for item in counts:
        by_body[item.organization_id][item.source] = item.count
    known = organizations.get_many([key for key in by_body if key is not None])
    rows = [
        {
            "name": known[key].name if key in known else "未定责任单位",
            "key": "none" if key is None else key,
            "cells": [(name, found.get(name, 0)) for name in names],
        }
        for key, found in sorted(by_body.items(), key=lambda pair: -sum(pair[1].values()))
    ]
    return {"heads": [WORDS.get(name, name) for name in names], "rows": rows}
