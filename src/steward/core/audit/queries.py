from dataclasses import dataclass
from datetime import datetime
from typing import Any

from steward.core.audit.models import AuditEntry
from steward.kernel.subjects import Subject


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One audited action as other apps may show it."""

    at: datetime
    actor: str
    code: str
    sentence: str
    reason: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None


def history(subject: Subject, *, limit: int = 200) -> list[AuditLine]:
    """The newest `limit` actions on a subject, newest first."""
    rows = AuditEntry.objects.filter(subject_kind=subject.kind, subject_key=subject.key)
    return [
        AuditLine(r.at, r.actor_label, r.code, r.sentence, r.reason, r.before, r.after)
        for r in rows[:limit]
    ]
