"""What other apps call: fulfil a duty of a contract by a record, one or very many."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from steward.contracts.obligations.choices import Side, Status
from steward.contracts.obligations.errors import NotFulfillableError, UnknownOccurrenceError
from steward.contracts.obligations.models import Duty, Occurrence
from steward.contracts.obligations.services.proving import attach_evidence
from steward.core.evidence import api as evidence
from steward.kernel.actors import Actor


@dataclass(frozen=True, slots=True)
class Fulfilment:
    """A record that fulfils a duty; `occurrence_key` when the caller knows which (`2026-03`)."""

    contract: str
    duty: str
    evidence_id: int
    title: str = ""
    occurrence_key: str = ""


@transaction.atomic
def fulfil(given: Fulfilment, *, by: Actor, now: datetime) -> int | None:
    """Fulfil the occurrence that a record belongs to; its id, None when there is none to fulfil.

    That is the one named; else, by the record's own time, the first open one whose stretch holds
    it; else the first whose window does (a report on last month); else the latest open one that
    was overdue by then (late fulfilment). The same record again
    changes nothing. UnknownOccurrenceError when the contract has no such duty.
    """
    if not Duty.objects.filter(contract=given.contract, code=given.duty).exists():
        raise UnknownOccurrenceError(f"合同“{given.contract}”没有编号为“{given.duty}”的义务")
    record = evidence.get(given.evidence_id)
    known = Occurrence.objects.filter(
        contract=given.contract, code=given.duty, retired_at__isnull=True
    )
    before = known.filter(proofs__evidence_id=given.evidence_id, proofs__state="standing").first()
    if before is not None:
        return before.pk
    row = _which(list(known.filter(status=Status.OPEN).order_by("due_at", "id")), given, record)
    if row is None:
        return None
    attach_evidence(
        row.pk, given.evidence_id, title=given.title, side=Side.SUPPLIER, by=by, now=now
    )
    return row.pk


def _which(
    rows: Sequence[Occurrence], given: Fulfilment, record: evidence.EvidenceInfo
) -> Occurrence | None:
    if given.occurrence_key:
        return next((row for row in rows if row.key == given.occurrence_key), None)
    at = record.occurred_at
    own = [row for row in rows if row.opens_at <= at < row.for_at]
    holding = [row for row in rows if row.opens_at <= at < row.due_at]
    overdue = [row for row in rows if row.due_at <= at][-1:]
    return next(iter([*own, *holding, *overdue]), None)


def fulfil_all(given: Iterable[Fulfilment], *, by: Actor, now: datetime) -> list[int]:
    """Fulfil by many records; one that cannot be used does not stop the others. Ids fulfilled."""
    done = []
    for one in given:
        try:
            found = fulfil(one, by=by, now=now)
        except (NotFulfillableError, UnknownOccurrenceError):
            continue
        if found is not None:
            done.append(found)
    return done
