"""Write changes on a monitor's line: spans, the evidence of outages, the finding behind them.

Every function expects the monitor's row to be locked by the caller's transaction.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from steward.assets.cmdb import api as cmdb
from steward.core.evidence import api as evidence
from steward.core.findings import api as findings
from steward.kernel.instants import local
from steward.kernel.subjects import Subject
from steward.operations.monitoring import timeline
from steward.operations.monitoring.models import (
    Monitor,
    Prober,
    Span,
    StateChoice,
    Window,
    WindowKind,
)
from steward.operations.monitoring.queries.monitors import SPAN_KIND, probe_label
from steward.operations.monitoring.timeline import Change as Transition
from steward.operations.monitoring.timeline import EndedBy

SOURCE = "monitoring.probe"
VERSION = "1"

__all__ = ["SOURCE", "Transition", "apply_changes", "fall_silent", "move_to", "settle_finding"]


def fingerprint_of(monitor_id: int) -> str:
    """The finding of a monitor, for ever the same."""
    return f"monitor:{monitor_id}"


def fall_silent(row: Monitor, *, now: datetime) -> bool:
    """Write the unknown span of a monitor without results; whether there was one."""
    track, changes = timeline.fall_silent(row.track, row.rules, now=now)
    if not changes:
        return False
    row.take(track)
    apply_changes(row, changes, now=now)
    return True


def move_to(row: Monitor, change: Transition, *, now: datetime) -> None:
    """Put a monitor into a state by a person's act, unless it is there already."""
    if row.state == change.state.value:
        Span.objects.filter(monitor=row, end_at__isnull=True).update(cause=change.cause)
        row.take(row.track.without_streak())
        return
    at = max(change.at, row.state_since + timedelta(microseconds=1))
    row.take(timeline.Track(change.state, at, last_at=row.last_at))
    apply_changes(row, (Transition(at, change.state, change.cause, change.ended_by),), now=now)


def apply_changes(row: Monitor, changes: tuple[Transition, ...], *, now: datetime) -> None:
    """End and begin spans; keep outages as evidence; open and clear the finding."""
    item = cmdb.get(row.item_id)
    for change in changes:
        ended = _end_open_span(row, change, now=now)
        begun = Span.objects.create(
            monitor=row,
            state=change.state.value,
            start_at=change.at,
            recorded_at=now,
            cause=_cause(change)[:300],
        )
        if ended is not None and ended.state == StateChoice.DOWN:
            _keep_evidence(ended, row, item)
        if begun.state == StateChoice.DOWN:
            _keep_evidence(begun, row, item)
        _follow_finding(row, begun, item, now=now)


def _end_open_span(row: Monitor, change: Transition, *, now: datetime) -> Span | None:
    span = Span.objects.filter(monitor=row, end_at__isnull=True).first()
    if span is None:
        return None
    span.end_at, span.ended_by, span.ended_recorded_at = change.at, change.ended_by.value, now
    span.save(update_fields=["end_at", "ended_by", "ended_recorded_at"])
    return span


def _cause(change: Transition) -> str:
    """Silence is explained by the probers' own heartbeats around it."""
    if change.ended_by != EndedBy.SILENCE:
        return change.cause
    alive = Prober.objects.filter(started_at__lte=change.at, seen_at__gte=change.at).exists()
    when = local(change.at).strftime("%m-%d %H:%M:%S")
    return f"监测端未能按时探测（{when} 起）" if alive else f"监测服务自身停机（{when} 起）"


def _keep_evidence(span: Span, row: Monitor, item: cmdb.ItemInfo) -> None:
    """Each begun and each ended outage of a contract's item is evidence of grade A (clause C7)."""
    if not item.contract:
        return
    is_over = span.end_at is not None
    fact = evidence.Fact(
        contract=item.contract,
        kind="monitoring.span.ended" if is_over else "monitoring.span.begun",
        subject=Subject(SPAN_KIND, str(span.pk), f"{item.name} · {row.name}"),
        occurred_at=span.start_at,
        source=SOURCE,
        source_version=VERSION,
        grade="A",
        payload=_payload(span, row, item),
    )
    span.evidence_id = evidence.keep(fact, now=span.ended_recorded_at or span.recorded_at)
    span.save(update_fields=["evidence_id"])


def _payload(span: Span, row: Monitor, item: cmdb.ItemInfo) -> dict[str, Any]:
    return {
        "monitor": row.pk,
        "monitor_name": row.name,
        "probe": row.probe,
        "item": item.code,
        "item_name": item.name,
        "state": span.state,
        "start_at": span.start_at.isoformat(),
        "end_at": span.end_at.isoformat() if span.end_at else None,
        "cause": span.cause,
        "ended_by": span.ended_by,
    }


def _follow_finding(row: Monitor, span: Span, item: cmdb.ItemInfo, *, now: datetime) -> None:
    if span.state == StateChoice.DOWN:
        if not _is_silenced(row, now=now):
            _report(row, span, item, now=now)
    elif span.state == StateChoice.UP and row.finding_id is not None:
        findings.clear(
            SOURCE, fingerprint_of(row.pk), now=now, note=f"{row.name} 已恢复：{span.cause}"
        )
        row.finding_id = None
        row.save(update_fields=["finding_id"])


def settle_finding(row: Monitor, *, now: datetime) -> None:
    """A monitor still down after a window has ended is reported then."""
    if row.state != StateChoice.DOWN or row.finding_id is not None or _is_silenced(row, now=now):
        return
    span = Span.objects.filter(monitor=row, end_at__isnull=True).first()
    if span is not None:
        _report(row, span, cmdb.get(row.item_id), now=now)


def _report(row: Monitor, span: Span, item: cmdb.ItemInfo, *, now: datetime) -> None:
    found = findings.report(
        findings.Report(
            source=SOURCE,
            fingerprint=fingerprint_of(row.pk),
            title=f"{item.name} · {row.name} 中断",
            severity=row.severity,
            subject=item.subject,
            contract=item.contract,
            category="availability",
            organization_id=item.organization_id,
            detail={
                "monitor_id": row.pk,
                "monitor": row.name,
                "span_id": span.pk,
                "probe": probe_label(row.probe),
                "message": span.cause,
                "since": span.start_at.isoformat(),
                "url": f"/monitoring/spans/{span.pk}/",
            },
            remedy="先恢复服务，再查原因；恢复后监测会自动确认并关闭此问题。",
        ),
        now=now,
    )
    row.finding_id = span.finding_id = found.id
    row.save(update_fields=["finding_id"])
    span.save(update_fields=["finding_id"])


def _is_silenced(row: Monitor, *, now: datetime) -> bool:
    """Whether a window covers the monitor now: it then makes no finding, planned or not."""
    return (
        Window.objects.filter(
            start_at__lte=now, end_at__gt=now, kind=WindowKind.MAINTENANCE, approved_at__lte=now
        )
        .filter(Q(ended_early_at__isnull=True) | Q(ended_early_at__gt=now))
        .filter(
            Q(targets__monitor_id=row.pk)
            | Q(targets__item_id=row.item_id)
            | Q(targets__item__members=row.item_id)
        )
        .exists()
    )
