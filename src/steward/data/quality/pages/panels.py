"""What quality shows on the pages of others: collection tasks and tables of the lake."""

from typing import Any

from django.http import HttpRequest

from steward.data.collection import api as collection
from steward.data.quality.choices import OrderState
from steward.data.quality.queries import ORDERS, latest_runs, orders_for, tables_for
from steward.kernel.subjects import Subject


def task_panel(subject: Subject, request: HttpRequest) -> dict[str, Any] | None:
    """The quality of the table that a collection task fills, or the way to check it."""
    found = collection.visible_tables(request.user)
    names = [name for name, task in found.items() if str(task.id) == subject.key]
    there = [name for name in names if collection.lake().exists(name)]
    return _of_table(there[0], request) if there else None


def table_panel(subject: Subject, request: HttpRequest) -> dict[str, Any] | None:
    """The quality of a table of the lake, or the way to check it."""
    return _of_table(subject.key, request)


def _of_table(name: str, request: HttpRequest) -> dict[str, Any]:
    table = tables_for(request.user).filter(name=name).first()
    shown: dict[str, Any] = {
        "name": name,
        "table": table,
        "may_register": request.user.has_perm("quality.table.change"),
    }
    if table is None:
        return shown
    runs = latest_runs([table.pk])
    shown["run"] = runs[0] if runs else None
    if request.user.has_perm(ORDERS):
        orders = orders_for(request.user).filter(table=table, state=OrderState.OPEN)
        shown["orders"] = list(orders[:20])
    return shown
