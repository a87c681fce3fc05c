"""Which monitors a person may see: those of items of their organisations."""

from typing import Any

from django.db.models import QuerySet

from steward.core.access import api as access
from steward.operations.monitoring.models import Monitor

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
