from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from steward.assets.cmdb import api as cmdb
from steward.core.notify import api as notify
from steward.core.notify.api import UnreadableSecretError
from steward.kernel.errors import NotFoundError
from steward.kernel.registry import UnknownCodeError
from steward.kernel.subjects import Subject
from steward.operations.monitoring import schema
from steward.operations.monitoring.models import Monitor, StateChoice
from steward.operations.monitoring.registry import PROBES
from steward.operations.monitoring.timeline import silent_at

MONITOR_KIND = "monitoring.monitor"
SPAN_KIND = "monitoring.span"
BEAT_TOKEN = "beat_token"  # noqa: S105


@dataclass(frozen=True, slots=True)
class MonitorInfo:
    """A monitor as other apps see it; `state` is what is known now, silence included."""

    id: int
    name: str
    item_id: int
    probe: str
    probe_label: str
    interval: timedelta
    timeout: timedelta
    failures_before_down: int
    successes_before_up: int
    severity: str
    severity_label: str
    enabled: bool
    core: bool
    state: str
    state_label: str
    state_since: datetime
    last_at: datetime | None
    last_state: str
    last_message: str
    last_latency_us: int | None
    next_due_at: datetime | None
    finding_id: int | None
    last_beat_at: datetime | None

    @property
    def subject(self) -> Subject:
        return Subject(MONITOR_KIND, str(self.id), self.name)

    @property
    def last_latency(self) -> timedelta | None:
        us = self.last_latency_us
        return None if us is None else timedelta(microseconds=us)


def probe_label(code: str) -> str:
    """The words of a probe; a stored code whose file is gone shows as a warning."""
    try:
        return PROBES.get(code).label
    except UnknownCodeError:
        return f"⚠ {code}（已不存在）"


def to_info(row: Monitor, *, now: datetime) -> MonitorInfo:
    state, since = row.state, row.state_since
    silent = silent_at(row.track, row.rules)
    if row.enabled and state != StateChoice.UNKNOWN and silent < now:
        state, since = StateChoice.UNKNOWN.value, silent
    return MonitorInfo(
        id=row.pk,
        name=row.name,
        item_id=row.item_id,
        probe=row.probe,
        probe_label=probe_label(row.probe),
        interval=timedelta(seconds=row.interval),
        timeout=timedelta(seconds=row.timeout),
        failures_before_down=row.failures_before_down,
        successes_before_up=row.successes_before_up,
        severity=row.severity,
        severity_label=row.get_severity_display(),
        enabled=row.enabled,
        core=row.core,
        state=state,
        state_label=str(StateChoice(state).label) if row.enabled else "已暂停",
        state_since=since,
        last_at=row.last_at,
        last_state=row.last_state,
        last_message=row.last_message,
        last_latency_us=row.last_latency_us,
        next_due_at=row.next_due_at,
        finding_id=row.finding_id,
        last_beat_at=row.last_beat_at,
    )


def get_monitor(monitor_id: int, *, now: datetime) -> MonitorInfo:
    """One monitor; NotFoundError when there is none."""
    row = Monitor.objects.filter(pk=monitor_id).first()
    if row is None:
        raise NotFoundError("没有这个监测项")
    return to_info(row, now=now)


def monitors_of_item(item_id: int, *, now: datetime) -> list[MonitorInfo]:
    """The monitors of a configuration item, by name."""
    return [to_info(row, now=now) for row in Monitor.objects.filter(item_id=item_id)]


@dataclass(frozen=True, slots=True)
class Editable:
    """A monitor's settings for its form: `public` values, and which secrets are set."""

    public: dict[str, Any]
    secrets_set: frozenset[str]
    shown: list[tuple[str, str]]
    target: str


def editable(monitor_id: int) -> Editable:
    """Settings for a page or a form: never a secret's value."""
    row = Monitor.objects.get(pk=monitor_id)
    try:
        secret = notify.unseal(row.secrets)
        probe = PROBES.get(row.probe)
        values = {k: v for k, v in secret.items() if k != BEAT_TOKEN}
        target = probe().target(schema.validate(row.probe, row.settings | values))
        shown = schema.shown(row.probe, row.settings, set(values))
    except (UnknownCodeError, schema.InvalidSettingsError, UnreadableSecretError) as error:
        return Editable(dict(row.settings), frozenset(), [("设置", f"⚠ {error}")], "")
    return Editable(dict(row.settings), frozenset(values), shown, target)


def beat_token(monitor_id: int) -> str:
    """The random part of a heartbeat's address; empty for other probes."""
    row = Monitor.objects.get(pk=monitor_id)
    return notify.unseal(row.secrets).get(BEAT_TOKEN, "")


def item_infos(item_ids: list[int]) -> dict[int, cmdb.ItemInfo]:
    return cmdb.get_many(item_ids)
