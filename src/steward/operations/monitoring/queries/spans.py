"""Spans as they were known at an instant: the input of every availability figure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db.models import Q, QuerySet

from steward.kernel.errors import NotFoundError
from steward.kernel.periods import Period
from steward.kernel.subjects import Subject
from steward.operations.monitoring.models import Monitor, Span, StateChoice, Window, WindowKind
from steward.operations.monitoring.queries.monitors import SPAN_KIND
from steward.operations.monitoring.registry import State
from steward.operations.monitoring.timeline import EndedBy, silent_at


@dataclass(frozen=True, slots=True)
class Piece:
    """The part of a span that lies in the asked period; `span_id` 0 for a silent tail."""

    monitor_id: int
    span_id: int
    state: State
    period: Period
    start_at: datetime
    cause: str
    evidence_id: int | None


@dataclass(frozen=True, slots=True)
class Known:
    """What is asked: the period, and only what was recorded by `as_of`."""

    period: Period
    as_of: datetime

    @property
    def horizon(self) -> datetime:
        return min(self.period.end, self.as_of)


@dataclass(frozen=True, slots=True)
class SpanInfo:
    """One span for a page; `end_at` None while it lasts."""

    id: int
    monitor_id: int
    state: str
    state_label: str
    start_at: datetime
    end_at: datetime | None
    cause: str
    finding_id: int | None
    evidence_id: int | None
    recorded_at: datetime

    @property
    def subject(self) -> Subject:
        return Subject(SPAN_KIND, str(self.id), f"{self.state_label} {self.cause}".strip())


def to_info(row: Span) -> SpanInfo:
    return SpanInfo(
        id=row.pk,
        monitor_id=row.monitor_id,
        state=row.state,
        state_label=row.get_state_display(),
        start_at=row.start_at,
        end_at=row.end_at,
        cause=row.cause,
        finding_id=row.finding_id,
        evidence_id=row.evidence_id,
        recorded_at=row.recorded_at,
    )


def get_span(span_id: int) -> SpanInfo:
    """One span; NotFoundError when there is none."""
    row = Span.objects.filter(pk=span_id).first()
    if row is None:
        raise NotFoundError("没有这个状态时段")
    return to_info(row)


def spans_between(
    monitor_ids: Iterable[int], start: datetime, end: datetime, *, states: Sequence[str] = ()
) -> list[SpanInfo]:
    """The spans that touch [start, end), newest first, at most 500."""
    rows = Span.objects.filter(monitor_id__in=list(monitor_ids), start_at__lt=end).filter(
        Q(end_at__isnull=True) | Q(end_at__gt=start)
    )
    if states:
        rows = rows.filter(state__in=states)
    return [to_info(row) for row in rows.order_by("-start_at", "-id")[:500]]


class _Row(NamedTuple):
    """The columns of a span that its pieces need: a year has thousands, so no whole objects."""

    pk: int
    monitor_id: int
    state: str
    start_at: datetime
    end_at: datetime | None
    cause: str
    ended_by: str
    ended_recorded_at: datetime | None
    evidence_id: int | None


def pieces(monitor_ids: Sequence[int], known: Known) -> dict[int, list[Piece]]:
    """Each monitor's states inside the period, in order, as known at `known.as_of`."""
    monitors = {row.pk: row for row in Monitor.objects.filter(pk__in=monitor_ids)}
    rows = (
        Span.objects.filter(
            monitor_id__in=monitors, recorded_at__lte=known.as_of, start_at__lt=known.horizon
        )
        .filter(
            Q(end_at__isnull=True)
            | Q(end_at__gt=known.period.start)
            | Q(ended_recorded_at__gt=known.as_of)
        )
        .order_by("monitor_id", "start_at")
    )
    found: dict[int, list[Piece]] = {monitor_id: [] for monitor_id in monitors}
    for row in map(_Row._make, rows.values_list(*_Row._fields)):
        found[row.monitor_id].extend(_cut(row, monitors[row.monitor_id], known))
    return found


def _cut(row: _Row, monitor: Monitor, known: Known) -> list[Piece]:
    end, silent = _known_end(row, monitor, known)
    parts = [_piece(row, (row.start_at, end), known)]
    if silent:
        parts.append(_piece(row, (end, known.horizon), known, silent=True))
    return [part for part in parts if part is not None]


def _known_end(row: _Row, monitor: Monitor, known: Known) -> tuple[datetime, bool]:
    """Where the span ended as known then, and whether silence follows up to the horizon."""
    horizon = known.horizon
    if row.end_at is not None and row.ended_recorded_at is not None:
        if row.ended_recorded_at <= known.as_of:
            return min(row.end_at, horizon), False
        silenced = row.ended_by == EndedBy.SILENCE and row.end_at < horizon
        return (row.end_at, True) if silenced else (horizon, False)
    if not monitor.enabled or row.state == StateChoice.UNKNOWN:
        return horizon, False
    silence = silent_at(monitor.track, monitor.rules)
    return (silence, True) if silence < horizon else (horizon, False)


def _piece(
    row: _Row, edges: tuple[datetime, datetime], known: Known, *, silent: bool = False
) -> Piece | None:
    first, last = max(edges[0], known.period.start), min(edges[1], known.period.end)
    if first >= last:
        return None
    return Piece(
        monitor_id=row.monitor_id,
        span_id=0 if silent else row.pk,
        state=State.UNKNOWN if silent else State(row.state),
        period=Period(first, last),
        start_at=row.start_at,
        cause="没有收到探测结果" if silent else row.cause,
        evidence_id=None if silent else row.evidence_id,
    )


@dataclass(frozen=True, slots=True)
class Excuse:
    """A window that excuses down time of one monitor, with its words for a score."""

    monitor_id: int
    window_id: int
    kind: str
    period: Period
    words: str


def excuses(monitor_ids: Sequence[int], known: Known) -> list[Excuse]:
    """The windows in force for the monitors, as agreed and recorded by `known.as_of`."""
    items = {
        pk: {item, system}
        for pk, item, system in Monitor.objects.filter(pk__in=monitor_ids).values_list(
            "pk", "item_id", "item__system_id"
        )
    }
    windows = in_force(known.as_of).filter(
        start_at__lt=known.period.end, end_at__gt=known.period.start
    )
    found = []
    for window in windows.prefetch_related("targets"):
        period = _effective(window, known)
        targets = list(window.targets.all())
        named = {t.monitor_id for t in targets} - {None}
        whole = {t.item_id for t in targets} - {None}
        for monitor_id, places in items.items():
            if period is not None and (monitor_id in named or whole & places):
                found.append(Excuse(monitor_id, window.pk, window.kind, period, _words(window)))
    return found


def in_force(as_of: datetime) -> QuerySet[Window]:
    """Windows that excuse: maintenance approved in advance, force majeure confirmed by both."""
    return Window.objects.filter(
        Q(kind=WindowKind.MAINTENANCE, is_planned=True, approved_at__lte=as_of)
        | Q(
            kind=WindowKind.FORCE_MAJEURE,
            recorded_at__lte=as_of,
            supplier_at__lte=as_of,
            client_at__lte=as_of,
        )
    )


def _effective(window: Window, known: Known) -> Period | None:
    end = window.end_at
    early = window.ended_early_at
    if early is not None and early <= known.as_of:
        end = min(end, early)
    start = max(window.start_at, known.period.start)
    end = min(end, known.period.end)
    return Period(start, end) if start < end else None


def _words(window: Window) -> str:
    return f"{window.get_kind_display()}：{window.reason}（{window.document}）"
