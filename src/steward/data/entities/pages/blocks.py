from typing import Any

from django.http import HttpRequest

from steward.data.collection import api as collection
from steward.kernel.subjects import Subject


def task_panel(subject: Subject, request: HttpRequest) -> dict[str, Any] | None:
    """The way from a collection task to the table that it fills."""
    found = collection.visible_tables(request.user)
    names = [name for name, task in found.items() if str(task.id) == subject.key]
    there = [name for name in names if collection.lake().exists(name)]
    return {"name": there[0]} if there else None
