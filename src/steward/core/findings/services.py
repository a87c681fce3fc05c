from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from steward.core.audit import api as audit
from steward.core.findings.events import FindingClosed, FindingOpened, RecheckRequested
from steward.core.findings.models import Finding, FindingState
from steward.core.findings.queries import FindingInfo, to_info
from steward.core.jobs import api as jobs
from steward.kernel.actors import Actor
from steward.kernel.errors import ConflictError, NotFoundError
from steward.kernel.subjects import Subject

KIND = "findings.finding"
OPEN_STATES = (FindingState.OPEN, FindingState.REGRESSED)


class FindingClosedError(ConflictError):
    """The finding is already closed."""

    code = "findings.closed"


@dataclass(frozen=True, slots=True)
class Report:
    """What a check saw: `source` names the check's app, `fingerprint` the same fault for ever.

    `severity` is critical, major, minor or info; `contract` the code of the service contract
    that covers the subject, or empty; `category` a word for routing rules.
    """

    source: str
    fingerprint: str
    title: str
    severity: str
    subject: Subject
    contract: str = ""
    category: str = ""
    organization_id: int | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)
    remedy: str = ""


@transaction.atomic
def report(seen: Report, *, now: datetime) -> FindingInfo:
    """Open a finding, count another sighting of an open one, or re-open one as regressed.

    Publishes FindingOpened only for a new episode, so that one fault makes one work order.
    """
    row, created = Finding.objects.select_for_update().get_or_create(
        source=seen.source,
        fingerprint=seen.fingerprint,
        defaults=_fields(seen) | {"first_seen_at": now, "last_seen_at": now},
    )
    regressed = False
    if not created:
        regressed = row.state == FindingState.CLOSED
        _see_again(row, seen, now=now)
    if created or regressed:
        jobs.publish(
            FindingOpened(
                finding_id=row.pk, episode=row.episode, regressed=regressed, occurred_at=now
            ),
            now=now,
        )
    return to_info(row)


def _fields(seen: Report) -> dict[str, Any]:
    return {
        "title": seen.title[:200],
        "severity": seen.severity,
        "subject_kind": seen.subject.kind,
        "subject_key": seen.subject.key,
        "subject_label": seen.subject.label[:200],
        "contract": seen.contract,
        "category": seen.category,
        "organization_id": seen.organization_id,
        "detail": dict(seen.detail),
        "remedy": seen.remedy,
    }


def _see_again(row: Finding, seen: Report, *, now: datetime) -> None:
    for name, value in _fields(seen).items():
        setattr(row, name, value)
    row.occurrences += 1
    row.last_seen_at = max(row.last_seen_at, now)
    if row.state == FindingState.CLOSED:
        row.state = FindingState.REGRESSED
        row.episode += 1
        row.closed_at = None
        row.closed_reason = ""
    row.save()


@transaction.atomic
def clear(source: str, fingerprint: str, *, now: datetime, note: str = "") -> FindingInfo | None:
    """The check passes again: close the open finding, if there is one."""
    row = (
        Finding.objects.select_for_update()
        .filter(source=source, fingerprint=fingerprint, state__in=OPEN_STATES)
        .first()
    )
    if row is None:
        return None
    _close(row, FindingState.CLOSED, note or "复查通过", now=now)
    jobs.publish(
        FindingClosed(finding_id=row.pk, episode=row.episode, by_check=True, occurred_at=now),
        now=now,
    )
    return to_info(row)


@transaction.atomic
def accept(finding_id: int, *, reason: str, by: Actor, now: datetime) -> FindingInfo:
    """People decide to live with a finding; later sightings do not open it again."""
    row = _locked(finding_id)
    if row.state not in OPEN_STATES:
        raise FindingClosedError(f"问题 F-{finding_id} 已关闭，不能再接受")
    _close(row, FindingState.ACCEPTED, reason, now=now)
    info = to_info(row)
    audit.record("findings.accepted", Subject(KIND, str(row.pk), row.title), by=by, now=now,
                 reason=reason)  # fmt: skip
    jobs.publish(
        FindingClosed(finding_id=row.pk, episode=row.episode, by_check=False, occurred_at=now),
        now=now,
    )
    return info


@transaction.atomic
def request_recheck(finding_id: int, *, by: Actor, now: datetime) -> None:
    """Ask the app behind the finding to run its check again."""
    row = _locked(finding_id)
    audit.record("findings.recheck_requested", Subject(KIND, str(row.pk), row.title), by=by,
                 now=now)  # fmt: skip
    jobs.publish(
        RecheckRequested(
            finding_id=row.pk, source=row.source, fingerprint=row.fingerprint, requested_at=now
        ),
        now=now,
    )


def _locked(finding_id: int) -> Finding:
    row = Finding.objects.select_for_update().filter(pk=finding_id).first()
    if row is None:
        raise NotFoundError(f"没有编号为 F-{finding_id} 的问题")
    return row


def _close(row: Finding, state: FindingState, reason: str, *, now: datetime) -> None:
    row.state, row.closed_at, row.closed_reason = state, now, reason
    row.save(update_fields=["state", "closed_at", "closed_reason"])
