from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from steward.core.evidence.models import EvidenceRecord, Seal, SealedLeaf
from steward.core.evidence.queries import SealInfo, seal_info
from steward.core.evidence.records import entry, hash_of, written
from steward.kernel.merkle import merkle_root, seal_hash
from steward.kernel.subjects import Subject

LARGEST_SEAL = 10_000


@dataclass(frozen=True, slots=True)
class Fact:
    """What is to be kept: plain JSON values only (decimals and instants as text, no floats).

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

    def columns(self) -> dict[str, Any]:
        """The columns of the row, without its hash."""
        values = asdict(self)
        del values["subject"]
        return values | {
            "subject_kind": self.subject.kind,
            "subject_key": self.subject.key,
            "subject_label": self.subject.label[:200],
            "payload": dict(self.payload),
        }


@transaction.atomic
def keep(fact: Fact, *, now: datetime) -> int:
    """Keep a fact and return its id; the same fact again returns the row it already has.

    NotCanonicalError when the payload holds a float or another value without one spelling.
    """
    return keep_many([fact], now=now)[0]


@transaction.atomic
def keep_many(facts: list[Fact], *, now: datetime) -> list[int]:
    """Keep many facts in two statements; ids in the order of `facts`."""
    columns = [fact.columns() for fact in facts]
    hashes = [hash_of(values) for values in columns]
    rows = [
        EvidenceRecord(**values, recorded_at=now, content_hash=digest)
        for values, digest in zip(columns, hashes, strict=True)
    ]
    EvidenceRecord.objects.bulk_create(rows, ignore_conflicts=True, batch_size=2000)
    ids = {
        (contract, digest): pk
        for pk, contract, digest in EvidenceRecord.objects.filter(
            content_hash__in=hashes
        ).values_list("pk", "contract", "content_hash")
    }
    return [ids[fact.contract, digest] for fact, digest in zip(facts, hashes, strict=True)]


@transaction.atomic
def seal(contract: str, *, now: datetime) -> SealInfo | None:
    """Seal what one contract has collected since the last seal; None when there is nothing.

    Two seal jobs for one contract wait for each other, so that the chain has no fork.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"evidence.seal:{contract}"])
    rows = list(
        EvidenceRecord.objects.filter(contract=contract, leaf__isnull=True).order_by("id")[
            :LARGEST_SEAL
        ]
    )
    if not rows:
        return None
    last = Seal.objects.filter(contract=contract).order_by("-sequence").first()
    previous = last.seal_hash if last else ""
    root = merkle_root([entry(written(row)) for row in rows])
    sealed = Seal.objects.create(
        contract=contract,
        sequence=last.sequence + 1 if last else 1,
        sealed_at=now,
        count=len(rows),
        root=root.hex(),
        previous=previous,
        seal_hash=seal_hash(previous, root=root, count=len(rows), sealed_at=now),
    )
    SealedLeaf.objects.bulk_create(
        [SealedLeaf(seal=sealed, position=i, evidence=row) for i, row in enumerate(rows)],
        batch_size=2000,
    )
    return seal_info(sealed)


def seal_all(*, now: datetime) -> list[SealInfo]:
    """Seal everything that is not sealed yet, contract by contract."""
    contracts = (
        EvidenceRecord.objects.filter(leaf__isnull=True)
        .order_by("contract")
        .values_list("contract", flat=True)
        .distinct()
    )
    done: list[SealInfo] = []
    for contract in list(contracts):
        while (made := seal(contract, now=now)) is not None:
            done.append(made)
    return done
