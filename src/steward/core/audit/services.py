from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from steward.core.audit.models import AuditEntry
from steward.core.audit.registry import sentence_of
from steward.kernel.actors import Actor
from steward.kernel.subjects import Subject


class _Blank(dict[str, Any]):
    """Missing placeholders read as nothing instead of failing the write."""

    def __missing__(self, key: str) -> str:
        return ""


def record(
    code: str,
    subject: Subject,
    *,
    by: Actor,
    now: datetime,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
) -> int:
    """Write one audit row in the caller's transaction and return its id.

    Raises UnregisteredSentenceError when no app registered `code`.
    """
    old, new = _plain(before), _plain(after)
    sentence = sentence_of(code).format_map(
        _Blank(subject=subject.label, before=_Blank(old), after=_Blank(new), reason=reason)
    )
    entry = AuditEntry.objects.create(
        code=code,
        sentence=sentence,
        subject_kind=subject.kind,
        subject_key=subject.key,
        subject_label=subject.label[:200],
        actor_id=by.user_id,
        actor_label=by.label[:100],
        at=now,
        before=old or None,
        after=new or None,
        reason=reason,
    )
    return entry.pk


def _plain(values: Mapping[str, Any] | None) -> dict[str, Any]:
    return {key: _value(value) for key, value in (values or {}).items()}


def _value(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, list | tuple | set | frozenset):
        return [_value(item) for item in value]
    if isinstance(value, Mapping):
        return _plain(value)
    return value if value is None or isinstance(value, str | int | bool) else str(value)
