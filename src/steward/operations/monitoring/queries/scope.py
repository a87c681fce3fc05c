"""Which monitors a person may see: those of items of their organisations."""

from typing import Any

from django.db.models import Q, QuerySet

from steward.core.access import api as access
from steward.operations.monitoring.models import Monitor, Window

VIEW = "monitoring.monitor.view"


def organizations_of(user: Any) -> frozenset[int] | None:
    """The organisations whose monitors the user sees; None means all."""
    return access.visible_organizations(user, VIEW)


def visible_to(user: Any) -> QuerySet[Monitor]:
    """The monitors of a person's scope; those of items without a body belong to everybody."""
    rows = Monitor.objects.all()
    seen = organizations_of(user)
    return rows if seen is None else rows.filter(_in_scope("item__", seen))


def _in_scope(path: str, seen: frozenset[int]) -> Q:
    return Q(**{f"{path}organization_id__in": seen}) | Q(**{f"{path}organization__isnull": True})


def visible_items(user: Any) -> list[tuple[int, str]]:
    """The configuration items a person may watch, for a choice: id and words, by code."""
    rows: Any = Monitor._meta.get_field("item").related_model._default_manager.all()  # noqa: SLF001
    seen = organizations_of(user)
    if seen is not None:
        rows = rows.filter(_in_scope("", seen))
    return [(pk, f"{name}（{code}）") for pk, name, code in rows.values_list("pk", "name", "code")]


def visible_windows(user: Any) -> QuerySet[Window]:
    """The windows that cover at least one item or monitor of a person's scope."""
    rows = Window.objects.all()
    seen = organizations_of(user)
    if seen is None:
        return rows
    items = Q(targets__item__isnull=False) & _in_scope("targets__item__", seen)
    monitors = Q(targets__monitor__isnull=False) & _in_scope("targets__monitor__item__", seen)
    mine = items | monitors
    return rows.filter(pk__in=Window.objects.filter(mine).values("pk"))
