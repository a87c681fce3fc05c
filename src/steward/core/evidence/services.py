import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from steward.core.evidence.models import EvidenceRecord
from steward.kernel.subjects import Subject


@dataclass(frozen=True, slots=True)
class Fact:
    """What is to be kept: plain JSON values only (decimals and instants as text).

    `grade` A measured by the platform, B pulled from a system with its own log, C uploaded and
    confirmed by the client, D uploaded by the supplier only.
    """

    contract: str
    kind: str
    subject: Subject
    occurred_at: datetime
    source: str
    grade: str
    payload: Mapping[str, Any] = field(default_factory=dict)
    source_version: str = "1"
    blob_sha256: str = ""

    def hashed(self) -> str:
        """SHA-256 over the canonical form; the time of recording is not part of it."""
        text = json.dumps(
            {
                "contract": self.contract,
                "kind": self.kind,
                "subject": self.subject.ref,
                "occurred_at": self.occurred_at.isoformat(),
                "source": self.source,
                "source_version": self.source_version,
                "grade": self.grade,
                "payload": dict(self.payload),
                "blob_sha256": self.blob_sha256,
            },
            sort_keys=True,
            ensure_ascii=False,
        )
        return hashlib.sha256(text.encode()).hexdigest()


@transaction.atomic
def keep(fact: Fact, *, now: datetime) -> int:
    """Keep a fact and return its id; the same fact again returns the row it already has."""
    row, _ = EvidenceRecord.objects.get_or_create(
        contract=fact.contract,
        content_hash=fact.hashed(),
        defaults={
            "kind": fact.kind,
            "subject_kind": fact.subject.kind,
            "subject_key": fact.subject.key,
            "subject_label": fact.subject.label[:200],
            "occurred_at": fact.occurred_at,
            "recorded_at": now,
            "source": fact.source,
            "source_version": fact.source_version,
            "grade": fact.grade,
            "payload": dict(fact.payload),
            "blob_sha256": fact.blob_sha256,
        },
    )
    return row.pk
