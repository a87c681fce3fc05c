from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q

from steward.core.access import api as access
from steward.core.access.api import Somebody
from steward.core.findings.models import Finding, FindingState
from steward.kernel.errors import NotFoundError
from steward.kernel.subjects import Subject

VIEW = "findings.finding.view"
OPEN = Q(state__in=(FindingState.OPEN, FindingState.REGRESSED))


@dataclass(frozen=True, slots=True)
class OpenCount:
    """How many findings of one source are open for one body."""

    organization_id: int | None
    source: str
    count: int


@dataclass(frozen=True, slots=True)
class FindingInfo:
    """A finding as other apps see it; `number` is what people quote (F-20318)."""

    id: int
    source: str
    fingerprint: str
    title: str
    severity: str
    severity_label: str
    state: str
    state_label: str
    subject: Subject
    contract: str
    category: str
    organization_id: int | None
    detail: dict[str, Any]
    remedy: str
    occurrences: int
    episode: int
    first_seen_at: datetime
    last_seen_at: datetime
    closed_at: datetime | None

    @property
    def number(self) -> str:
        return f"F-{self.id}"

    @property
    def is_open(self) -> bool:
        return self.state in (FindingState.OPEN, FindingState.REGRESSED)


def to_info(row: Finding) -> FindingInfo:
    return FindingInfo(
        id=row.pk,
        source=row.source,
        fingerprint=row.fingerprint,
        title=row.title,
        severity=row.severity,
        severity_label=row.get_severity_display(),
        state=row.state,
        state_label=row.get_state_display(),
        subject=Subject(row.subject_kind, row.subject_key, row.subject_label),
        contract=row.contract,
        category=row.category,
        organization_id=row.organization_id,
        detail=row.detail,
        remedy=row.remedy,
        occurrences=row.occurrences,
        episode=row.episode,
        first_seen_at=row.first_seen_at,
        last_seen_at=row.last_seen_at,
        closed_at=row.closed_at,
    )


def get(finding_id: int) -> FindingInfo:
    """One finding; NotFoundError when there is none."""
    row = Finding.objects.filter(pk=finding_id).first()
    if row is None:
        raise NotFoundError(f"没有编号为 F-{finding_id} 的问题")
    return to_info(row)


def get_many(finding_ids: list[int]) -> dict[int, FindingInfo]:
    """The findings that exist among the ids, by id, in one query."""
    return {row.pk: to_info(row) for row in Finding.objects.filter(pk__in=finding_ids)}


def of_subject(subject: Subject, *, only_open: bool = False) -> list[FindingInfo]:
    """Findings about one object, newest first."""
    rows = Finding.objects.filter(subject_kind=subject.kind, subject_key=subject.key)
    if only_open:
        rows = rows.filter(state__in=(FindingState.OPEN, FindingState.REGRESSED))
    return [to_info(row) for row in rows[:200]]


def open_counts(user: Somebody, *, sources: str) -> list[OpenCount]:
    """Open findings that somebody may see by body and source; `sources`: how their codes start."""
    bodies = access.visible_organizations(user, VIEW)
    rows = Finding.objects.filter(OPEN, source__startswith=sources)
    if bodies is not None:
        rows = rows.filter(organization_id__in=bodies)
    counted = rows.order_by().values_list("organization_id", "source").annotate(n=Count("pk"))
    return [OpenCount(*row) for row in counted.order_by("organization_id", "source")]
