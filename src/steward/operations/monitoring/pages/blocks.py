"""Boxes on other pages: the board on 今天, the monitors on an item's page, the trouble badge."""

from typing import Any

from django.db.models import Q
from django.http import HttpRequest

from steward.kernel.instants import now
from steward.kernel.subjects import Subject
from steward.operations.monitoring.models import StateChoice
from steward.operations.monitoring.queries.board import BoardFilter, board
from steward.operations.monitoring.queries.monitors import to_info
from steward.operations.monitoring.queries.scope import visible_to

ROWS_AT_HOME = 12


def home_block(request: HttpRequest) -> dict[str, Any] | None:
    """运行状态 · 近 90 天: troubled systems first."""
    seen = board(request.user, BoardFilter(), now=now())
    if not seen.rows:
        return None
    rank = {"down": 0, "unknown": 1, "up": 2, "paused": 3}
    rows = sorted(seen.rows, key=lambda row: rank[row.state])
    return {"rows": rows[:ROWS_AT_HOME], "more": max(0, len(rows) - ROWS_AT_HOME), "board": seen}


def item_panel(subject: Subject, request: HttpRequest) -> dict[str, Any] | None:
    """The monitors of a configuration item and their state."""
    moment = now()
    here = Q(item_id=int(subject.key)) | Q(item__system_id=int(subject.key))
    rows = visible_to(request.user).filter(here)
    return {
        "monitors": [to_info(row, now=moment) for row in rows],
        "item_id": subject.key,
        "may_change": request.user.has_perm("monitoring.monitor.change"),
    }


def trouble_badge(request: HttpRequest) -> str:
    """How many monitors are down, or nothing."""
    count = visible_to(request.user).filter(enabled=True, state=StateChoice.DOWN).count()
    return str(count) if count else ""
