from typing import Any

from django.http import HttpRequest

from steward.data.collection.queries import tasks_for
from steward.kernel.subjects import Subject


def source_panel(subject: Subject, request: HttpRequest) -> dict[str, Any] | None:
    """The tasks that read from a source, on its page."""
    rows = tasks_for(request.user).filter(source_id=int(subject.key))
    return {"rows": list(rows[:50]), "source_id": subject.key}
