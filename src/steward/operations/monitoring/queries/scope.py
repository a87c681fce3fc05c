"""Which monitors a person may see: those of items of their organisations."""

from typing import Any

from django.db.models import Q, QuerySet

from steward.core.access import api as access
from steward.operations.monitoring.models import Monitor, Window

VIEW = "monitoring.view"


def organizations_of(user: Any) -> frozenset[int] | None:
    """The organisations whose monitors the user sees; None means all."""
    ask = getattr(access, "visible_organizations", None)
    return None if ask is None else ask(user, VIEW)


def visible_to(user: Any) -> QuerySet[Monitor]:
    """The monitors of a person's scope; an item without an organisation is seen by no subtree."""
    rows = Monitor.objects.all()
    seen = organizations_of(user)
    return rows if seen is None else rows.filter(item__organization_id__in=seen)


def visible_items(user: Any) -> list[tuple[int, str]]:
    """The configuration items a person may watch, for a choice: id and words, by code."""
    rows: Any = Monitor._meta.get_field("item").related_model._default_manager.all()  # noqa: SLF001
    seen = organizations_of(user)
    if seen is not None:
        rows = rows.filter(organization_id__in=seen)
    return [(pk, f"{name}（{code}）") for pk, name, code in rows.values_list("pk", "name", "code")]


def visible_windows(user: Any) -> QuerySet[Window]:
    """The windows that cover at least one item or monitor of a person's scope."""
    rows = Window.objects.all()
    seen = organizations_of(user)
    if seen is None:
        return rows
    mine = Q(targets__item__organization_id__in=seen) | Q(
        targets__monitor__item__organization_id__in=seen
    )
    return rows.filter(pk__in=Window.objects.filter(mine).values("pk"))
