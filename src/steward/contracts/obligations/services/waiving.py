"""Waive an occurrence: with a document, and by both sides (rule 19 of the reference)."""

from datetime import datetime

from django.db import transaction

from steward.contracts.obligations.choices import Decision, Side, Status
from steward.contracts.obligations.errors import (
    NotFulfillableError,
    ProofInvalidError,
    TwoSidesError,
    UnknownOccurrenceError,
)
from steward.contracts.obligations.models import Waiver
from steward.contracts.obligations.queries.occurrences import subject_of
from steward.contracts.obligations.services.missing import clear_finding
from steward.contracts.obligations.services.proving import SOURCE, locked
from steward.core.audit import api as audit
from steward.core.evidence import api as evidence
from steward.core.files import api as files
from steward.kernel.actors import Actor


@transaction.atomic
def propose_waiver(
    occurrence_id: int, *, reason: str, file_id: int, side: Side, by: Actor, now: datetime
) -> int:
    """One side says that an occurrence need not be fulfilled, and shows the document for it."""
    row = locked(occurrence_id)
    if row.status != Status.OPEN or row.retired_at is not None:
        raise NotFulfillableError("本期已履行、已豁免或不再适用，不能再申请豁免")
    if not reason.strip():
        raise ProofInvalidError("请写明豁免的原因")
    if row.waivers.filter(state=Decision.PROPOSED).exists():
        raise TwoSidesError("本期已有一项豁免申请待对方确认")
    files.attach(file_id, subject_of(row), by=by, now=now, purpose="豁免依据")
    made = Waiver.objects.create(
        occurrence=row, reason=reason.strip(), file_id=file_id, side=side,
        proposed_by_id=by.user_id, proposed_by=by.label, proposed_at=now,
    )  # fmt: skip
    audit.record(
        "obligations.waiver.proposed", subject_of(row), by=by, now=now,
        after={"side": side.label}, reason=reason,
    )  # fmt: skip
    return made.pk


@transaction.atomic
def decide_waiver(
    waiver_id: int, *, agree: bool, side: Side, note: str = "", by: Actor, now: datetime
) -> None:
    """The other side agrees or refuses; agreed, the occurrence is waived and kept as evidence."""
    found = Waiver.objects.filter(pk=waiver_id).values_list("occurrence_id", flat=True).first()
    if found is None:
        raise UnknownOccurrenceError(f"没有编号为 {waiver_id} 的豁免申请")
    row = locked(found)
    waiver = row.waivers.get(pk=waiver_id)
    _check_other(waiver, side, by)
    if agree and row.status != Status.OPEN:
        raise NotFulfillableError("本期已经履行，不需要再豁免")
    waiver.state = Decision.AGREED if agree else Decision.REFUSED
    waiver.decided_by, waiver.decided_at, waiver.decision_note = by.label, now, note.strip()
    if agree:
        waiver.evidence_id = _keep(waiver, now=now)
        row.status, row.closed_at, row.awaits_client = Status.WAIVED, now, False
        row.save(update_fields=["status", "closed_at", "awaits_client"])
        clear_finding(row, now=now)
    waiver.save()
    audit.record(
        "obligations.waiver.decided", subject_of(row), by=by, now=now,
        after={"verdict": waiver.get_state_display()}, reason=note,
    )  # fmt: skip


def _check_other(waiver: Waiver, side: Side, by: Actor) -> None:
    if waiver.state != Decision.PROPOSED:
        raise TwoSidesError(f"这项豁免申请{waiver.get_state_display()}，不能再决定")
    if side == waiver.side:
        raise TwoSidesError(f"由{waiver.get_side_display()}提出的豁免须由另一方确认")
    if by.user_id is not None and by.user_id == waiver.proposed_by_id:
        raise TwoSidesError("提出豁免的人不能自己确认")


def _keep(waiver: Waiver, *, now: datetime) -> int:
    row = waiver.occurrence
    info = files.get(waiver.file_id)
    return evidence.keep(
        evidence.Fact(
            contract=row.contract,
            kind="obligations.waived",
            subject=subject_of(row),
            occurred_at=now,
            source=SOURCE,
            grade="C",
            payload={
                "duty": row.code, "occurrence": row.key, "reason": waiver.reason,
                "document": info.name, "proposed_by": waiver.proposed_by,
                "decided_by": waiver.decided_by,
            },
            blob_sha256=info.sha256,
        ),
        now=now,
    )  # fmt: skip
