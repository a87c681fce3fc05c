from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from steward.core.ui.api import StewardAdmin
from steward.operations.monitoring.models import Monitor, Prober, Span
from steward.operations.monitoring.queries.scope import visible_to


@admin.register(Monitor)
class MonitorAdmin(StewardAdmin):
    """All monitors in one list; they are changed on their own page."""

    permissions = {"view": "monitoring.monitor.change"}
    list_display = ["name", "item", "probe", "state", "interval", "core", "enabled", "last_at"]
    list_filter = ["state", "probe", "enabled", "core", "severity"]
    search_fields = ["name", "item__name", "item__code"]
    list_select_related = ["item"]
    exclude = ["secrets", "settings", "beat_hash"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Monitor]:
        return visible_to(request.user)


@admin.register(Span)
class SpanAdmin(StewardAdmin):
    """The figure of record, span by span; nobody edits it."""

    permissions = {"view": "monitoring.monitor.change"}
    list_display = ["monitor", "state", "start_at", "end_at", "cause"]
    list_filter = ["state", "ended_by"]
    list_select_related = ["monitor"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Span]:
        return Span.objects.filter(monitor__in=visible_to(request.user))


@admin.register(Prober)
class ProberAdmin(StewardAdmin):
    """Which probers lived when, and how punctual they were."""

    permissions = {"view": "monitoring.monitor.change"}
    list_display = ["name", "started_at", "seen_at", "stopped_at", "probed", "worst_drift_ms"]
