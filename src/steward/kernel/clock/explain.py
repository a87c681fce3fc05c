"""The figures of a clock in words: durations and segments as people read them."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from steward.kernel.clock.status import Segment, SegmentKind
from steward.kernel.instants import local

_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400


def format_duration(duration: timedelta, *, seconds: bool = False) -> str:
    """Two neighbouring units, cut down: `11 min 33 s`, `1 h 06 min`, `1 天 4 h`.

    A day is 24 hours. With `seconds` an hour or more keeps them (`2 h 53 min 07 s`). A negative
    duration has a minus sign.
    """
    whole = (
        duration // timedelta(seconds=1)
        if duration >= timedelta()
        else -(-duration // timedelta(seconds=1))
    )
    sign, left = ("−" if whole < 0 else ""), abs(whole)
    days, left_hours = divmod(left, _DAY)
    hours, left_minutes = divmod(left_hours, _HOUR)
    minutes, rest = divmod(left_minutes, _MINUTE)
    parts: list[str] = []
    if days:
        parts.append(f"{days} 天")
    if hours:
        parts.append(f"{hours} h")
    if minutes and not (days and not seconds):
        parts.append(f"{minutes:02} min" if hours else f"{minutes} min")
    if rest and (seconds or not (days or hours)):
        parts.append(f"{rest:02} s" if minutes else f"{rest} s")
    return sign + (" ".join(parts) or "0 s")


_VERBS = {
    SegmentKind.RAN: "计时",
    SegmentKind.PAUSED: "暂停",
    SegmentKind.EXCLUDED: "约定剔除，不计时",
    SegmentKind.CLOSED: "已停表，重新打开前不计时",
    SegmentKind.OUTSIDE: "非工作时间，不计时",
    SegmentKind.DISCARDED: "重新起算之前，不计时",
}


def describe(segment: Segment, labels: Mapping[str, str] | None = None) -> str:
    """One Chinese sentence: local times, what the clock did, why, and for how long.

    `labels` gives the Chinese name of a pause reason's code.
    """
    what = _VERBS[segment.kind]
    reason = (labels or {}).get(segment.reason, segment.reason)
    if segment.kind is SegmentKind.RAN and reason:
        what = f"计时（挂起原因“{reason}”不在合同约定之列，不停表）"
    elif reason:
        what = f"{what}（{reason}）"
    span = f"{_moment(segment.start)} 至 {_moment(segment.end)}"
    return f"{span} {what}，{format_duration(segment.duration, seconds=True)}"


def _moment(instant: datetime) -> str:
    return f"{local(instant):%m-%d %H:%M:%S}"


def condense(segments: Iterable[Segment]) -> list[tuple[Segment, timedelta]]:
    """A short explanation: nights and weekends inside one stretch are folded into it.

    Each entry is the stretch from its first to its last second and how much of it counted as its
    kind; the rest lay outside working time.
    """
    rows: list[tuple[Segment, timedelta]] = []
    gap: Segment | None = None
    for segment in segments:
        if segment.kind is SegmentKind.OUTSIDE:
            gap = segment
            continue
        if rows and (rows[-1][0].kind, rows[-1][0].reason) == (segment.kind, segment.reason):
            last, counted = rows[-1]
            whole = Segment(segment.kind, last.start, segment.end, segment.reason)
            rows[-1] = (whole, counted + segment.duration)
        else:
            if gap is not None:
                rows.append((gap, gap.duration))
            rows.append((segment, segment.duration))
        gap = None
    if gap is not None:
        rows.append((gap, gap.duration))
    return rows
