"""Set up, change, pause and resume monitors; take a heartbeat's call."""

import hashlib
import secrets as random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from steward.assets.cmdb import api as cmdb
from steward.core.audit import api as audit
from steward.core.notify import api as notify
from steward.core.notify.api import UnreadableSecretError
from steward.kernel.actors import Actor
from steward.kernel.errors import InvalidError, NotFoundError
from steward.kernel.subjects import Subject
from steward.operations.monitoring import schema
from steward.operations.monitoring.models import Monitor, Span, Standing, StateChoice
from steward.operations.monitoring.queries.monitors import BEAT_TOKEN, MONITOR_KIND
from steward.operations.monitoring.registry import PROBES, State
from steward.operations.monitoring.services.lines import Transition, fall_silent, move_to
from steward.operations.monitoring.timeline import EndedBy

HEARTBEAT = "heartbeat"
_PUBLIC_FIELDS = (
    "name", "probe", "settings", "interval", "timeout", "failures_before_down",
    "successes_before_up", "severity", "core",
)  # fmt: skip


class InvalidMonitorError(InvalidError):
    """A monitor that cannot be kept as asked; the message says which value and why."""

    code = "monitoring.invalid_monitor"


@dataclass(frozen=True, slots=True)
class MonitorDraft:
    """What a person states about a monitor; times in seconds.

    `settings` are the probe's own, secrets included; on a change an empty secret keeps the one
    that is stored.
    """

    name: str
    item_id: int
    probe: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    interval: int = 60
    timeout: int = 10
    failures_before_down: int = 2
    successes_before_up: int = 1
    severity: str = "major"
    core: bool = False


def subject_of(row: Monitor) -> Subject:
    return Subject(MONITOR_KIND, str(row.pk), row.name)


@transaction.atomic
def create_monitor(draft: MonitorDraft, *, by: Actor, now: datetime) -> int:
    """Set a monitor up and let it be probed at once; returns its id.

    Raises InvalidSettingsError (per field) and InvalidMonitorError.
    """
    cmdb.get(draft.item_id)
    _check(draft, other_than=None)
    row = Monitor(item_id=draft.item_id, created_at=now, state_since=now)
    _fill(row, draft, kept={})
    row.next_due_at = now
    row.save()
    row.slot = _slot(row)
    row.save(update_fields=["slot"])
    Span.objects.create(
        monitor=row, state=StateChoice.UNKNOWN, start_at=now, recorded_at=now, cause="尚未探测"
    )
    Standing.objects.create(monitor=row, core=row.core, recorded_at=now)
    audit.record("monitoring.monitor.created", subject_of(row), by=by, now=now, after=_state(row))
    return row.pk


@transaction.atomic
def change_monitor(monitor_id: int, *, to: MonitorDraft, by: Actor, now: datetime) -> None:
    """Change a monitor's words, settings or rhythm; what is already on its line stays.

    The configuration item of a monitor never changes: its past belongs to that item.
    """
    row = locked(monitor_id)
    if to.item_id != row.item_id:
        raise InvalidMonitorError("监测项的配置项不能更换，请为新的配置项另建监测项")
    _check(to, other_than=row.pk)
    fall_silent(row, now=now)
    before = _state(row)
    kept = _kept_secrets(row) if to.probe == row.probe else {}
    was_core, patience = row.core, row.rules.patience
    _fill(row, to, kept=kept)
    if row.rules.patience != patience:
        row.rhythm_since = now
    row.slot = _slot(row)
    row.next_due_at = now if row.enabled else None
    row.save()
    if row.core != was_core:
        Standing.objects.create(monitor=row, core=row.core, recorded_at=now)
    audit.record(
        "monitoring.monitor.changed", subject_of(row), by=by, now=now, before=before,
        after=_state(row),
    )  # fmt: skip


@transaction.atomic
def pause_monitor(monitor_id: int, *, reason: str, by: Actor, now: datetime) -> None:
    """Stop probing; the time until it is resumed is unknown, not up."""
    row = locked(monitor_id)
    if not row.enabled:
        return
    if not reason.strip():
        raise InvalidMonitorError("暂停监测须写明原因")
    fall_silent(row, now=now)
    move_to(row, Transition(now, State.UNKNOWN, f"暂停监测：{reason}", EndedBy.PERSON), now=now)
    row.enabled, row.next_due_at = False, None
    row.save()
    audit.record("monitoring.monitor.paused", subject_of(row), by=by, now=now, reason=reason)


@transaction.atomic
def resume_monitor(monitor_id: int, *, by: Actor, now: datetime) -> None:
    """Probe again from now on."""
    row = locked(monitor_id)
    if row.enabled:
        return
    row.enabled, row.next_due_at = True, now
    row.save(update_fields=["enabled", "next_due_at"])
    audit.record("monitoring.monitor.resumed", subject_of(row), by=by, now=now)


def beat_hash(token: str) -> str:
    """How a heartbeat's token is looked up: only its digest is stored in the clear."""
    return hashlib.sha256(token.encode()).hexdigest()


def take_beat(token: str, *, now: datetime) -> bool:
    """The monitored thing called in; False when no enabled monitor has this token.

    One conditional update: the prober's next look sees it.
    """
    found = Monitor.objects.filter(beat_hash=beat_hash(token), enabled=True)
    return found.update(last_beat_at=now, next_due_at=now) == 1


def locked(monitor_id: int) -> Monitor:
    """The row under its lock, which every write to its line needs."""
    row = Monitor.objects.select_for_update(of=("self",)).filter(pk=monitor_id).first()
    if row is None:
        raise NotFoundError("没有这个监测项")
    return row


def _check(draft: MonitorDraft, *, other_than: int | None) -> None:
    PROBES.get(draft.probe)
    if not draft.name.strip():
        raise InvalidMonitorError("监测项须有名称")
    if not 5 <= draft.interval <= 86_400:
        raise InvalidMonitorError(f"间隔 {draft.interval} 秒不在 5 至 86400 秒之间")
    if not 1 <= draft.timeout <= min(120, draft.interval):
        raise InvalidMonitorError(
            f"超时 {draft.timeout} 秒须在 1 至 120 秒之间，且不超过间隔 {draft.interval} 秒"
        )
    if draft.failures_before_down < 1 or draft.successes_before_up < 1:
        raise InvalidMonitorError("连续失败与连续成功的次数至少为 1")
    same = Monitor.objects.filter(item_id=draft.item_id, name=draft.name.strip())
    if same.exclude(pk=other_than or 0).exists():
        raise InvalidMonitorError(f"这个配置项已有名为“{draft.name}”的监测项，请换一个名称")


def _fill(row: Monitor, draft: MonitorDraft, *, kept: Mapping[str, str]) -> None:
    model = PROBES.get(draft.probe).settings_model
    values = dict(draft.settings)
    for name in schema.secret_names(model):
        if not values.get(name):
            values[name] = kept.get(name, "")
    parts = schema.split(schema.validate(draft.probe, values))
    secret = dict(parts.secret)
    row.name, row.probe, row.settings = draft.name.strip(), draft.probe, parts.public
    row.interval, row.timeout = draft.interval, draft.timeout
    row.failures_before_down = draft.failures_before_down
    row.successes_before_up = draft.successes_before_up
    row.severity, row.core = draft.severity, draft.core
    row.beat_hash = None
    if draft.probe == HEARTBEAT:
        secret[BEAT_TOKEN] = kept.get(BEAT_TOKEN) or random.token_urlsafe(24)
        row.beat_hash = beat_hash(secret[BEAT_TOKEN])
    row.secrets = notify.seal(secret)


def _kept_secrets(row: Monitor) -> dict[str, str]:
    try:
        return notify.unseal(row.secrets)
    except UnreadableSecretError:
        return {}


def _slot(row: Monitor) -> int:
    """A stable offset inside the interval, spread evenly whatever the order of ids."""
    digest = hashlib.sha256(f"monitor:{row.pk}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % (row.interval * 1000)


def _state(row: Monitor) -> dict[str, Any]:
    return {name: getattr(row, name) for name in _PUBLIC_FIELDS}
