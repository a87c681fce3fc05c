"""Maintenance windows and agreed exclusions: what keeps down time from counting, and who said so."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from steward.core.audit import api as audit
from steward.kernel.actors import Actor
from steward.kernel.errors import ConflictError, InvalidError, NotFoundError
from steward.kernel.subjects import Subject
from steward.operations.monitoring.models import (
    ContractTerm,
    Monitor,
    Window,
    WindowKind,
    WindowTarget,
)

WINDOW_KIND = "monitoring.window"


class InvalidWindowError(InvalidError):
    """A window that cannot be kept as asked."""

    code = "monitoring.invalid_window"


class WindowConfirmedError(ConflictError):
    """The side has already confirmed, or the window is over."""

    code = "monitoring.window_confirmed"


class SamePersonError(ConflictError):
    """Four eyes: the two confirmations must come from two people."""

    code = "monitoring.same_person"


@dataclass(frozen=True, slots=True)
class Targets:
    """What a window covers: monitors, or items with all their monitors."""

    monitor_ids: Sequence[int] = ()
    item_ids: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Grounds:
    """Why, and the document that shows it (its number or title)."""

    reason: str
    document: str


@transaction.atomic
def open_maintenance(
    targets: Targets,
    start: datetime,
    end: datetime,
    *,
    grounds: Grounds,
    approved_by: int,
    by: Actor,
    now: datetime,
) -> int:
    """Register an approved maintenance of [start, end); returns the window's id.

    `approved_by` is the approver's user id, another person than `by`; the approval is given now.
    Only a window that begins at or after its approval is planned and keeps down time from
    counting; one registered later only silences findings and is marked unplanned.
    """
    window = _register(WindowKind.MAINTENANCE, start, end, grounds=grounds, by=by, now=now)
    _approve(window, approved_by, now=now)
    window.save()
    _aim(window, targets)
    _audit_approval(window, by=by, now=now)
    return window.pk


@transaction.atomic
def request_maintenance(
    targets: Targets,
    start: datetime,
    end: datetime,
    *,
    grounds: Grounds,
    by: Actor,
    now: datetime,
) -> int:
    """Register a maintenance that another person shall approve; until then it does nothing."""
    window = _register(WindowKind.MAINTENANCE, start, end, grounds=grounds, by=by, now=now)
    window.save()
    _aim(window, targets)
    audit.record("monitoring.window.requested", _subject(window), by=by, now=now,
                 after={"start": start, "end": end}, reason=grounds.reason)  # fmt: skip
    return window.pk


@transaction.atomic
def approve_maintenance(window_id: int, *, by: Actor, now: datetime) -> bool:
    """Approve a requested maintenance; whether it counts as planned (it had not yet begun)."""
    if by.user_id is None:
        raise InvalidWindowError("维护须由人批准，平台不能代为批准")
    window = _locked(window_id)
    if window.kind != WindowKind.MAINTENANCE:
        raise InvalidWindowError("不可抗力时段由甲乙双方确认，不用批准")
    if window.approved_at is not None:
        raise WindowConfirmedError("这次维护已经批准过")
    _approve(window, by.user_id, now=now)
    window.save(update_fields=["approved_by_id", "approved_at", "is_planned"])
    _audit_approval(window, by=by, now=now)
    return window.is_planned


def _approve(window: Window, approver: int, *, now: datetime) -> None:
    if window.recorded_by_id is not None and window.recorded_by_id == approver:
        raise SamePersonError("登记人不能批准自己登记的维护，请由另一人批准")
    window.approved_by_id, window.approved_at = approver, now
    window.is_planned = window.start_at >= now


def _audit_approval(window: Window, *, by: Actor, now: datetime) -> None:
    code = "planned" if window.is_planned else "unplanned"
    after = {"start": window.start_at, "end": window.end_at, "approved_by": window.approved_by_id}
    audit.record(f"monitoring.window.{code}", _subject(window), by=by, now=now, after=after,
                 reason=window.reason)  # fmt: skip


@transaction.atomic
def propose_exclusion(
    targets: Targets,
    start: datetime,
    end: datetime,
    *,
    grounds: Grounds,
    by: Actor,
    now: datetime,
) -> int:
    """Claim force majeure for [start, end); it counts once both sides have confirmed it."""
    window = _register(WindowKind.FORCE_MAJEURE, start, end, grounds=grounds, by=by, now=now)
    window.save()
    _aim(window, targets)
    audit.record("monitoring.window.proposed", _subject(window), by=by, now=now,
                 after={"start": start, "end": end}, reason=grounds.reason)  # fmt: skip
    return window.pk


@transaction.atomic
def confirm_exclusion(window_id: int, *, side: str, by: Actor, now: datetime) -> None:
    """One side (`supplier` or `client`) confirms force majeure; two different people must."""
    if side not in ("supplier", "client"):
        raise InvalidWindowError(f"确认方“{side}”不存在，应为 supplier（乙方）或 client（甲方）")
    if by.user_id is None:
        raise InvalidWindowError("除外时段须由人确认，平台不能代为确认")
    window = _locked(window_id)
    if window.kind != WindowKind.FORCE_MAJEURE:
        raise InvalidWindowError("只有不可抗力时段需要双方确认")
    if getattr(window, f"{side}_id") is not None:
        raise WindowConfirmedError("这一方已经确认过")
    other = window.client_id if side == "supplier" else window.supplier_id
    if other == by.user_id:
        raise SamePersonError("甲乙双方须由不同的人确认")
    setattr(window, f"{side}_id", by.user_id)
    setattr(window, f"{side}_at", now)
    window.save(update_fields=[f"{side}_id", f"{side}_at"])
    audit.record(f"monitoring.window.confirmed_{side}", _subject(window), by=by, now=now)


@transaction.atomic
def end_window(window_id: int, *, by: Actor, now: datetime) -> None:
    """End a window before its time; what lies before stays as agreed."""
    window = _locked(window_id)
    if window.ended_early_at is not None or window.end_at <= now:
        raise WindowConfirmedError("这个时段已经结束")
    window.ended_early_at = now
    window.save(update_fields=["ended_early_at"])
    audit.record("monitoring.window.ended", _subject(window), by=by, now=now)


@transaction.atomic
def install_term(contract: str, *, effective: date, by: Actor, now: datetime) -> None:
    """Tell when a contract took force, so that the board can show its year (called from above)."""
    term, created = ContractTerm.objects.get_or_create(
        contract=contract, defaults={"effective_date": effective}
    )
    if not created and term.effective_date == effective:
        return
    term.effective_date = effective
    term.save()
    audit.record("monitoring.term.installed", Subject("contracts.contract", contract, contract),
                 by=by, now=now, after={"effective": effective})  # fmt: skip


def _register(
    kind: WindowKind,
    start: datetime,
    end: datetime,
    *,
    grounds: Grounds,
    by: Actor,
    now: datetime,
) -> Window:
    if start.tzinfo is None or end.tzinfo is None:
        raise InvalidWindowError("开始与结束须带时区")
    if end <= start:
        raise InvalidWindowError("结束须晚于开始")
    if not grounds.reason.strip() or not grounds.document.strip():
        raise InvalidWindowError("须写明事由与依据文件")
    return Window(
        kind=kind,
        start_at=start,
        end_at=end,
        reason=grounds.reason.strip()[:300],
        document=grounds.document.strip()[:200],
        recorded_at=now,
        recorded_by_id=by.user_id,
        recorded_by_label=by.label[:100],
    )


def _aim(window: Window, targets: Targets) -> None:
    monitors, items = sorted(set(targets.monitor_ids)), sorted(set(targets.item_ids))
    if not monitors and not items:
        raise InvalidWindowError("请选择至少一个配置项或监测项")
    if Monitor.objects.filter(pk__in=monitors).count() != len(monitors):
        raise NotFoundError("所选的监测项不存在")
    WindowTarget.objects.bulk_create(
        [WindowTarget(window=window, monitor_id=pk) for pk in monitors]
        + [WindowTarget(window=window, item_id=pk) for pk in items]
    )


def _locked(window_id: int) -> Window:
    window = Window.objects.select_for_update().filter(pk=window_id).first()
    if window is None:
        raise NotFoundError("没有这个维护或除外时段")
    return window


def _subject(window: Window) -> Subject:
    return Subject(WINDOW_KIND, str(window.pk), f"{window.get_kind_display()} {window.reason}")
