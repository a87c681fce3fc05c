"""The lists behind the pages of background work."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest

from steward.core.jobs.models import EventDelivery, JobRun, RunStatus
from steward.core.jobs.queries import open_deliveries
from steward.core.jobs.registry import JOBS
from steward.core.ui.api import Tab, tabs_of


def runs_visible_to(user: Any) -> QuerySet[JobRun]:
    """All runs for whoever may look at background work, else one's own."""
    if user.has_perm("jobs.run.view"):
        return JobRun.objects.all()
    return JobRun.objects.filter(requested_by_id=user.pk)


def run_tabs(request: HttpRequest, rows: QuerySet[JobRun]) -> list[Tab]:
    """A tab for every status, with the count of exactly the rows that it opens."""
    choices = [(value, label, rows.filter(status=value)) for value, label in RunStatus.choices]
    return tabs_of(request, "status", [("", "全部", rows), *choices])


def filtered_runs(request: HttpRequest) -> QuerySet[JobRun]:
    """The runs that a person may see, narrowed by `?code=` and `?q=`."""
    rows = runs_visible_to(request.user)
    code, words = request.GET.get("code", ""), request.GET.get("q", "").strip()
    if code:
        rows = rows.filter(code=code)
    if words:
        rows = rows.filter(Q(label__icontains=words) | Q(requested_by_label__icontains=words))
    return rows


def known_jobs() -> list[tuple[str, str]]:
    return sorted((spec.code, spec.label) for spec in JOBS.values())


def deliveries(state: str) -> QuerySet[EventDelivery]:
    """Deliveries still open: `failing` have an error, `waiting` were not tried yet."""
    rows = open_deliveries().order_by("-id")
    return rows.exclude(error="") if state == "failing" else rows.filter(error="")
