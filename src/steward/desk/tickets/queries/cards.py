"""What people see of a clock: words, colours and the bar of its segments."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from steward.desk.tickets.models import Clock
from steward.desk.tickets.queries.reading import spec_of
from steward.kernel.clock import (
    ClockStatus,
    SegmentKind,
    State,
    Unit,
    condense,
    describe,
    format_duration,
)
from steward.kernel.instants import local

BAR = {
    SegmentKind.RAN: "run",
    SegmentKind.PAUSED: "pause",
    SegmentKind.EXCLUDED: "pause",
    SegmentKind.CLOSED: "off",
    SegmentKind.OUTSIDE: "off",
    SegmentKind.DISCARDED: "off",
}


@dataclass(frozen=True, slots=True)
class ClockCard:
    """One clock as a panel shows it; `tone` is good, warn, bad or mute."""

    id: int
    label: str
    clause: str
    promise: str
    remaining: str
    tone: str
    summary: str
    is_open: bool
    is_late: bool
    bar: tuple[tuple[str, str, str], ...]
    due_at: datetime | None
    provisional: bool

    @property
    def url(self) -> str:
        return f"/desk/clocks/{self.id}/"


def target_words(target: int, unit: str) -> str:
    """A target and its unit in words: 30 min, 4 h, 工作时间 2 h, 3 个工作日."""
    if unit == Unit.WORKING_DAYS:
        return f"{target} 个工作日"
    hours, minutes = divmod(target, 60)
    size = (
        f"{hours} h" if not minutes else f"{hours} h {minutes} min" if hours else f"{minutes} min"
    )
    return f"工作时间 {size}" if unit == Unit.WORKING_MINUTES else size


def left_words(status: ClockStatus) -> str:
    """What is left in the clock's own time, or by how much it is late."""
    if status.remaining_days is not None and status.remaining_days > 0:
        return f"{status.remaining_days} 个工作日"
    if status.remaining is None:
        return ""
    if status.breach_at is not None:
        return f"超 {format_duration(abs(status.remaining))}"
    return format_duration(status.remaining)


def tone_of(status: ClockStatus) -> str:
    """The colour of a clock; never the only sign."""
    if status.state is State.BREACHED:
        return "mute" if status.excused else "bad"
    if status.state is State.MET:
        return "good"
    return "warn" if status.is_open and status.warnings else ""


def card_of(clock: Clock, status: ClockStatus, *, now: datetime) -> ClockCard:
    """A clock as people see it at `now`."""
    return ClockCard(
        id=clock.pk,
        label=clock.label,
        clause=clock.clause,
        promise=_promise(status),
        remaining=_headline(status),
        tone=tone_of(status),
        summary=_summary(status),
        is_open=status.is_open,
        is_late=status.breach_at is not None,
        bar=bar_of(status, now=now),
        due_at=status.due_at,
        provisional=status.provisional,
    )


def _promise(status: ClockStatus) -> str:
    words = f"≤ {target_words(status.target, status.unit.value)}"
    if status.is_open and status.due_at is not None:
        return f"{words}，{local(status.due_at):%m-%d %H:%M:%S} 到期"
    return words


def _headline(status: ClockStatus) -> str:
    fixed = {State.PENDING: "未开始", State.MET: "达标", State.VOID: "不计入"}
    if status.state in fixed:
        return fixed[status.state]
    if status.state is State.BREACHED and not status.is_open:
        return "超时（已免责）" if status.excused else "超时"
    left = left_words(status)
    if status.is_paused:
        return f"已暂停 · {left if status.breach_at else '剩 ' + left}"
    return left if status.breach_at is not None else f"剩 {left}"


def _summary(status: ClockStatus) -> str:
    if status.state is State.VOID:
        return status.void_reason
    if status.started_at is None:
        return ""
    parts = [f"用时 {format_duration(status.elapsed)}"]
    if status.elapsed_days is not None:
        parts = [f"已过 {status.elapsed_days} 个工作日"]
    if status.paused:
        parts.append(f"暂停 {format_duration(status.paused)}")
    if status.excluded:
        parts.append(f"剔除 {format_duration(status.excluded)}")
    if status.stopped_at is not None:
        parts.append(f"{local(status.stopped_at):%m-%d %H:%M:%S} 停表")
    if status.breach_at is not None:
        parts.append(f"{local(status.breach_at):%m-%d %H:%M:%S} 超时")
    return " · ".join(parts)


def bar_of(status: ClockStatus, *, now: datetime) -> tuple[tuple[str, str, str], ...]:
    """The segments as (class, width in percent, words), from the start to the due time or now."""
    if status.started_at is None or status.due_at is None:
        return ()
    end = max(status.due_at, status.stopped_at or now)
    whole = Decimal(str((end - status.started_at).total_seconds()))
    if not whole:
        return ()
    pieces = []
    for segment, counted in condense(status.explanation):
        share = Decimal(str(segment.duration.total_seconds())) * 100 / whole
        words = f"{describe(segment)}（其中 {format_duration(counted)}）"
        pieces.append((BAR[segment.kind], f"{share:.2f}", words))
    return tuple(pieces)


@dataclass(frozen=True, slots=True)
class Line:
    """One stretch of a clock in words."""

    css: str
    text: str


def lines_of(clock: Clock, status: ClockStatus) -> list[Line]:
    """Every stretch of a clock in words, with the contract's names for pause reasons."""
    policy = clock.ticket.policy
    labels = policy.pause_reasons if policy is not None else {}
    return [Line(BAR[part.kind], describe(part, labels)) for part in status.explanation]


def spec_words(clock: Clock) -> list[tuple[str, str]]:
    """What the contract promised, for the page of a clock."""
    spec = spec_of(clock.rule.spec)
    reasons = clock.ticket.policy.pause_reasons if clock.ticket.policy is not None else {}
    pauses = "、".join(reasons.get(code, code) for code in sorted(spec.pause_reasons))
    return [
        ("目标", target_words(spec.target, spec.unit.value)),
        ("可暂停原因", pauses or "不可暂停"),
        ("预警", "、".join(_warning_words(point.percent, point.lead_minutes) for point in spec.warnings) or "无"),
    ]  # fmt: skip


def _warning_words(percent: int | None, lead: int | None) -> str:
    return f"用去 {percent}%" if percent is not None else f"到期前 {lead} min"
