from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from steward.core.evidence.bundle import (
    EVIDENCE_FORMAT,
    Contents,
    row_of_seal,
    write_bundle,
)
from steward.core.evidence.models import EvidenceRecord, Seal, SealedLeaf
from steward.core.evidence.records import entry, hash_of, written
from steward.kernel.errors import NotFoundError
from steward.kernel.merkle import merkle_root, seal_hash
from steward.kernel.subjects import Subject


class UnknownEvidenceError(NotFoundError):
    """No evidence of that number."""

    code = "evidence.unknown"


@dataclass(frozen=True, slots=True)
class EvidenceInfo:
    """A piece of evidence as other apps see it."""

    id: int
    contract: str
    kind: str
    subject: Subject
    occurred_at: datetime
    recorded_at: datetime
    source: str
    grade: str
    payload: dict[str, Any]
    content_hash: str


@dataclass(frozen=True, slots=True)
class SealInfo:
    """One seal: its place in the chain and what it covers."""

    contract: str
    sequence: int
    sealed_at: datetime
    count: int
    root: str
    previous: str
    seal_hash: str


def seal_info(row: Seal) -> SealInfo:
    return SealInfo(
        contract=row.contract,
        sequence=row.sequence,
        sealed_at=row.sealed_at,
        count=row.count,
        root=row.root,
        previous=row.previous,
        seal_hash=row.seal_hash,
    )


def to_info(row: EvidenceRecord) -> EvidenceInfo:
    return EvidenceInfo(
        id=row.pk,
        contract=row.contract,
        kind=row.kind,
        subject=Subject(row.subject_kind, row.subject_key, row.subject_label),
        occurred_at=row.occurred_at,
        recorded_at=row.recorded_at,
        source=row.source,
        grade=row.grade,
        payload=row.payload,
        content_hash=row.content_hash,
    )


def get(evidence_id: int) -> EvidenceInfo:
    """One piece of evidence by its number; UnknownEvidenceError when there is none."""
    row = EvidenceRecord.objects.filter(pk=evidence_id).first()
    if row is None:
        raise UnknownEvidenceError(f"没有编号为 {evidence_id} 的证据")
    return to_info(row)


def of_subject(subject: Subject) -> list[EvidenceInfo]:
    """All evidence about one object, newest first."""
    rows = EvidenceRecord.objects.filter(subject_kind=subject.kind, subject_key=subject.key)
    return [to_info(row) for row in rows]


def latest_seal(contract: str) -> SealInfo | None:
    """The head of a contract's chain, or None before the first seal."""
    row = Seal.objects.filter(contract=contract).order_by("-sequence").first()
    return None if row is None else seal_info(row)


def verify_stored(contract: str) -> list[str]:
    """Recompute every seal of a contract from its rows; each difference is a Chinese sentence."""
    problems: list[str] = []
    previous = ""
    for number, seal in enumerate(Seal.objects.filter(contract=contract).order_by("sequence"), 1):
        rows = [leaf.evidence for leaf in _leaves(seal)]
        problems += [
            f"证据 {row.pk} 的内容被改动"
            for row in rows
            if hash_of(written(row)) != row.content_hash
        ]
        root = merkle_root([entry(written(row)) for row in rows])
        head = seal_hash(previous, root=root, count=len(rows), sealed_at=seal.sealed_at)
        if (seal.sequence, seal.root, seal.seal_hash) != (number, root.hex(), head):
            problems.append(f"第 {seal.sequence} 封与它的 {seal.count} 条证据不符")
        previous = seal.seal_hash
    return problems


def _leaves(seal: Seal) -> Iterator[SealedLeaf]:
    return SealedLeaf.objects.filter(seal=seal).select_related("evidence").order_by("position").iterator()  # fmt: skip


def export_bundle(
    contract: str,
    target: Path,
    *,
    now: datetime,
    format: str = EVIDENCE_FORMAT,  # noqa: A002 - the word of the manifest
    extra: Mapping[str, bytes | Path] | None = None,
    facts: Mapping[str, Any] | None = None,
) -> str:
    """Write all sealed evidence of a contract, and `extra` files, to a signed zip.

    Returns the head of the chain. `facts` stand in the manifest beside the list of files.
    """
    seals = list(Seal.objects.filter(contract=contract).order_by("sequence"))
    records = (
        written(leaf.evidence) | {"seal": seal.sequence, "position": leaf.position}
        for seal in seals
        for leaf in _leaves(seal)
    )
    contents = Contents(
        contract=contract,
        seals=[row_of_seal(seal) for seal in seals],
        records=records,
        format=format,
        extra=extra or {},
        facts=facts or {},
    )
    return write_bundle(target, contents, now=now)


def blobs_of(contract: str) -> list[str]:
    """The SHA-256 of every stored file that a contract's evidence names, sorted."""
    rows = EvidenceRecord.objects.filter(contract=contract).exclude(blob_sha256="")
    return sorted(set(rows.values_list("blob_sha256", flat=True)))
