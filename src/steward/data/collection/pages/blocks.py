from typing import Any

from django.http import HttpRequest

from steward.data.collection.queries import tasks_for
from steward.data.sources import api as sources
from steward.kernel.subjects import Subject


def source_panel(subject: Subject, request: HttpRequest) -> dict[str, Any] | None:
    """The tasks that read from a source, on its page."""
    rows = tasks_for(request.user).filter(source_id=int(subject.key))
    return {"rows": list(rows[:50]), "source_id": subject.key}


def table_panel(subject: Subject, request: HttpRequest) -> dict[str, Any] | None:
    """The tasks that read one table, or the way to one."""
    table = sources.table_by_id(int(subject.key))
    if table is None:
        return None
    rows = tasks_for(request.user).filter(source_id=table.source_id, source_table=table.name)
    may_change = table.gone_at is None and request.user.has_perm("collection.task.change")
    return {"rows": list(rows[:20]), "table": table, "may_change": may_change}
