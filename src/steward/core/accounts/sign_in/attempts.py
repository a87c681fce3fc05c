"""Failed and successful sign-ins: counting, locking, and the sentence for whoever waits."""

import hashlib
from datetime import datetime, timedelta
from math import ceil

from django.core.cache import cache
from django.db import transaction

from steward.core.accounts.models import User
from steward.core.accounts.policy import policy
from steward.core.accounts.services import subject_of
from steward.core.audit import api as audit
from steward.kernel.actors import Actor
from steward.kernel.instants import local
from steward.kernel.subjects import Subject

GATE = Actor.system("登录")


def lock_message(username: str, *, now: datetime) -> str:
    """Why this name may not try now, with the time that is left; empty when it may.

    A name that nobody has is treated alike, so that trying teaches nothing about who exists.
    """
    row = User.objects.filter(username__iexact=username).only("locked_until").first()
    until = row.locked_until if row is not None else _strangers_lock(username)
    if until is None or until <= now:
        return ""
    return _locked_words(until - now)


def note_failure(username: str, *, reason: str, ip: str, now: datetime) -> str:
    """Count a failed attempt; returns the sentence to show, which says when the account locked."""
    with transaction.atomic():
        row = User.objects.select_for_update().filter(username__iexact=username).first()
        if row is None:
            return _note_stranger(username, now=now)
        return _note_known(row, reason=reason, ip=ip, now=now)


@transaction.atomic
def note_success(user_id: int, *, method: str, ip: str, now: datetime) -> None:
    """The person is in: the count starts anew, and the sign-in is audited."""
    row = User.objects.select_for_update().get(pk=user_id)
    row.failed_count, row.failed_since, row.locked_until = 0, None, None
    row.save(update_fields=["failed_count", "failed_since", "locked_until"])
    audit.record("accounts.signed_in", subject_of(row), by=Actor(row.pk, row.name), now=now,
                 after={"method": method, "ip": ip})  # fmt: skip


def _note_known(row: User, *, reason: str, ip: str, now: datetime) -> str:
    rules = policy()
    fresh = row.failed_since is None or now - row.failed_since > rules.failure_window
    row.failed_count = 1 if fresh else row.failed_count + 1
    row.failed_since = now if fresh else row.failed_since
    audit.record("accounts.sign_in_failed", subject_of(row), by=GATE, now=now, reason=reason,
                 after={"ip": ip, "count": row.failed_count})  # fmt: skip
    if row.failed_count >= rules.failures:
        row.locked_until = now + rules.lock
        audit.record("accounts.locked", subject_of(row), by=GATE, now=now,
                     after={"count": row.failed_count, "ip": ip,
                            "until": local(row.locked_until).strftime("%m-%d %H:%M")})  # fmt: skip
    count = row.failed_count
    if row.locked_until is not None and row.locked_until > now:
        row.failed_count, row.failed_since = 0, None
    row.save(update_fields=["failed_count", "failed_since", "locked_until"])
    return _failed_words(reason, count)


def _note_stranger(username: str, *, now: datetime) -> str:
    rules = policy()
    key = _stranger_key(username)
    count = int(cache.get(f"{key}:count", 0)) + 1
    cache.set(f"{key}:count", count, rules.failure_window.total_seconds())
    if count >= rules.failures:
        cache.delete(f"{key}:count")
        cache.set(f"{key}:until", now + rules.lock, rules.lock.total_seconds())
    audit.record("accounts.sign_in_failed", Subject("accounts.name", "", username[:60]), by=GATE,
                 now=now, reason="没有这个登录名")  # fmt: skip
    return _failed_words("登录名或密码不对", count)


def _strangers_lock(username: str) -> datetime | None:
    until: datetime | None = cache.get(f"{_stranger_key(username)}:until")
    return until


def _stranger_key(username: str) -> str:
    return "sign-in:" + hashlib.sha256(username.lower().encode()).hexdigest()


def _failed_words(reason: str, count: int) -> str:
    left = policy().failures - count
    if left > 0:
        return f"{reason}，还可以再试 {left} 次"
    return f"{reason}。{_locked_words(policy().lock)}"


def _locked_words(left: timedelta) -> str:
    minutes = ceil(left.total_seconds() / 60)
    return f"账号已锁定，请 {minutes} 分钟后再试，或请安全管理员解锁"
