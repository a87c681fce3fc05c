"""Fulfil a duty: put proof forward, confirm or return it, withdraw it; each once, each on record."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from steward.contracts.obligations.choices import ProofState, Side, Status
from steward.contracts.obligations.errors import (
    NotFulfillableError,
    ProofInvalidError,
    ProofStateError,
    TwoSidesError,
    UnknownOccurrenceError,
)
from steward.contracts.obligations.events import OccurrenceFulfilled
from steward.contracts.obligations.judging import judge
from steward.contracts.obligations.models import Occurrence, Proof
from steward.contracts.obligations.queries.occurrences import subject_of
from steward.contracts.obligations.services.missing import clear_finding
from steward.contracts.obligations.services.reminding import ask_client
from steward.core.audit import api as audit
from steward.core.evidence import api as evidence
from steward.core.files import api as files
from steward.core.jobs import api as jobs
from steward.kernel.actors import Actor
from steward.kernel.instants import local_date
from steward.kernel.subjects import Subject

SOURCE = "contracts.obligations"
UPLOAD, LINK, CONFIRMED = "upload", "link", "obligations.confirmed"
_JUDGED = ("status", "fulfilled_at", "has_proof", "awaits_client", "closed_at", "missed_at")
FILE_PURPOSE = "履约证明"


@dataclass(frozen=True, slots=True)
class NewProof:
    """What is put forward: a stored file, a reference to an object of the platform, or both.

    `done_at` is when the work was done, if that was before now; it counts once the client has
    confirmed it (two sides agree on a corrected time), until then the submission counts.
    """

    title: str
    note: str = ""
    file_id: int | None = None
    subject: Subject | None = None
    done_at: datetime | None = None


def locked(occurrence_id: int) -> Occurrence:
    """The occurrence, locked: two people who act at once wait for each other."""
    row = (
        Occurrence.objects.select_for_update(of=("self",))
        .select_related("duty")
        .filter(pk=occurrence_id)
        .first()
    )
    if row is None:
        raise UnknownOccurrenceError(f"没有编号为 {occurrence_id} 的义务期次")
    return row


@transaction.atomic
def submit_proof(
    occurrence_id: int, proof: NewProof, *, side: Side, by: Actor, now: datetime
) -> int:
    """Put a proof forward by hand: grade D from the supplier, C from the client.

    NotFulfillableError before the window opens and once the duty is fulfilled, waived or retired.
    """
    row = locked(occurrence_id)
    _check_open(row, now)
    _check_proof(proof, now)
    grade = "C" if side == Side.CLIENT else "D"
    info = None if proof.file_id is None else files.attach(
        proof.file_id, subject_of(row), by=by, now=now, purpose=FILE_PURPOSE
    )  # fmt: skip
    kept = evidence.keep(
        evidence.Fact(
            contract=row.contract,
            kind=f"obligations.{UPLOAD if info else LINK}",
            subject=subject_of(row),
            occurred_at=now,
            source=SOURCE,
            grade=grade,
            payload=_payload(row, proof, by, file_name=info.name if info else ""),
            blob_sha256=info.sha256 if info else "",
        ),
        now=now,
    )
    made = _write(
        row, _Kept(kept, UPLOAD if info else LINK, grade, now), proof, side=side, by=by, now=now
    )
    _settle(row, by=by, now=now)
    if row.awaits_client:
        ask_client(row, made.pk, now=now)
    return made.pk


def _payload(row: Occurrence, proof: NewProof, by: Actor, *, file_name: str) -> dict[str, Any]:
    return {
        "duty": row.code,
        "occurrence": row.key,
        "title": proof.title,
        "note": proof.note,
        "file": file_name,
        "refers_to": proof.subject.ref if proof.subject else "",
        "done_at": proof.done_at.isoformat() if proof.done_at else "",
        "submitted_by": by.label,
    }


@dataclass(frozen=True, slots=True)
class _Kept:
    evidence_id: int
    kind: str
    grade: str
    delivered_at: datetime


def _write(
    row: Occurrence, kept: _Kept, proof: NewProof, *, side: Side, by: Actor, now: datetime
) -> Proof:
    same = row.proofs.filter(evidence_id=kept.evidence_id, state=ProofState.STANDING).first()
    if same is not None:
        return same
    subject = proof.subject or Subject("", "")
    made = Proof.objects.create(
        occurrence=row,
        title=proof.title.strip()[:200],
        note=proof.note.strip(),
        kind=kept.kind,
        grade=kept.grade,
        evidence_id=kept.evidence_id,
        file_id=proof.file_id,
        subject_kind=subject.kind,
        subject_key=subject.key,
        subject_label=subject.label[:200],
        done_at=proof.done_at,
        delivered_at=kept.delivered_at,
        side=side,
        submitted_by_id=by.user_id,
        submitted_by=by.label,
        submitted_at=now,
    )
    audit.record(
        "obligations.proof.submitted", subject_of(row), by=by, now=now,
        after={"title": made.title, "grade": made.grade},
    )  # fmt: skip
    return made


@transaction.atomic
def attach_evidence(
    occurrence_id: int, evidence_id: int, *, title: str, side: Side, by: Actor, now: datetime
) -> int:
    """Fulfil by a record that the platform holds: its grade, its kind and its own time count.

    UnknownEvidenceError; ProofInvalidError for the evidence of another contract.
    """
    row = locked(occurrence_id)
    record = evidence.get(evidence_id)
    if record.contract != row.contract:
        raise ProofInvalidError(
            f"证据 {evidence_id} 属于合同“{record.contract or '无'}”，不能证明本合同的义务"
        )
    known = row.proofs.filter(evidence_id=evidence_id, state=ProofState.STANDING).first()
    if known is not None:
        return known.pk
    if record.occurred_at < row.opens_at:
        raise NotFulfillableError(
            f"证据 {evidence_id} 的时间早于本期可履行的开始时间，请选择对应的期次"
        )
    _check_open(row, now)
    proof = NewProof(title=title or record.subject.label, subject=record.subject)
    kept = _Kept(evidence_id, record.kind, record.grade, record.occurred_at)
    made = _write(row, kept, proof, side=side, by=by, now=now)
    _settle(row, by=by, now=now)
    return made.pk


@transaction.atomic
def confirm_proof(proof_id: int, *, by: Actor, now: datetime) -> None:
    """The client confirms what the supplier put forward: from then on it is grade C.

    Kept as evidence of its own. TwoSidesError for the person who submitted it.
    """
    row, proof = _locked_proof(proof_id)
    if proof.confirmed_at is not None or proof.grade != "D":
        raise ProofStateError(f"证明“{proof.title}”已是 {proof.grade} 级，无需再确认")
    if by.user_id is not None and by.user_id == proof.submitted_by_id:
        raise TwoSidesError("提交证明的人不能自己确认，请由甲方另一人确认")
    kept = evidence.keep(
        evidence.Fact(
            contract=row.contract,
            kind=CONFIRMED,
            subject=subject_of(row),
            occurred_at=now,
            source=SOURCE,
            grade="C",
            payload={
                "duty": row.code, "occurrence": row.key, "confirms": str(proof.evidence_id),
                "title": proof.title, "confirmed_by": by.label,
                "done_at": proof.done_at.isoformat() if proof.done_at else "",
            },
        ),
        now=now,
    )  # fmt: skip
    proof.grade, proof.confirmation_id = "C", kept
    proof.confirmed_by, proof.confirmed_at = by.label, now
    proof.delivered_at = proof.done_at or proof.submitted_at
    proof.save(
        update_fields=["grade", "confirmation_id", "confirmed_by", "confirmed_at", "delivered_at"]
    )
    audit.record(
        "obligations.proof.confirmed", subject_of(row), by=by, now=now, after={"title": proof.title}
    )
    _settle(row, by=by, now=now)


@transaction.atomic
def end_proof(proof_id: int, *, returned: bool, reason: str, by: Actor, now: datetime) -> None:
    """Take a wrong proof back (the owner), or return it (the client); it stays in the history.

    The occurrence is judged again by what is left.
    """
    row, proof = _locked_proof(proof_id)
    if not reason.strip():
        raise ProofInvalidError("请写明原因，撤回和退回都会留在履约记录里")
    proof.state = ProofState.RETURNED if returned else ProofState.WITHDRAWN
    proof.ended_by, proof.ended_at, proof.end_reason = by.label, now, reason.strip()
    proof.save(update_fields=["state", "ended_by", "ended_at", "end_reason"])
    audit.record(
        f"obligations.proof.{proof.state}", subject_of(row), by=by, now=now,
        before={"title": proof.title}, reason=reason,
    )  # fmt: skip
    _settle(row, by=by, now=now)


def _locked_proof(proof_id: int) -> tuple[Occurrence, Proof]:
    found = Proof.objects.filter(pk=proof_id).values_list("occurrence_id", flat=True).first()
    if found is None:
        raise UnknownOccurrenceError(f"没有编号为 {proof_id} 的履约证明")
    row = locked(found)
    proof = row.proofs.get(pk=proof_id)
    if proof.state != ProofState.STANDING:
        raise ProofStateError(f"证明“{proof.title}”{proof.get_state_display()}，不能再改动")
    return row, proof


def _check_open(row: Occurrence, now: datetime) -> None:
    if row.retired_at is not None:
        raise NotFulfillableError("本期因合同变更或日历调整不再适用，不需要履行")
    if row.status == Status.WAIVED:
        raise NotFulfillableError("本期已由双方豁免，不需要履行")
    if row.status in (Status.DONE, Status.LATE):
        raise NotFulfillableError("本期已经履行；如证明有误，请先写明原因撤回，再提交新的证明")
    if now < row.opens_at:
        raise NotFulfillableError(f"本期从 {local_date(row.opens_at)} 起才能履行")


def _check_proof(proof: NewProof, now: datetime) -> None:
    if not proof.title.strip():
        raise ProofInvalidError("请写明证明材料的名称")
    if proof.file_id is None and proof.subject is None:
        raise ProofInvalidError("请上传文件，或填写平台内的工单、巡检、报告等记录的链接")
    if proof.done_at is not None and proof.done_at > now:
        raise ProofInvalidError("完成时间不能晚于现在")


def _settle(row: Occurrence, *, by: Actor, now: datetime) -> None:
    """Judge the occurrence by its standing proofs and say so when it becomes fulfilled.

    One that is open again is watched again: what is overdue is noted and reported anew.
    """
    if row.status == Status.WAIVED:
        return
    standing = list(row.proofs.filter(state=ProofState.STANDING))
    verdict = judge(row.duty, standing, due_at=row.due_at, opens_at=row.opens_at)
    was = row.status
    row.status, row.fulfilled_at = verdict.status, verdict.fulfilled_at
    row.has_proof, row.awaits_client = verdict.has_proof, verdict.awaits_client
    row.closed_at = now if verdict.fulfilled_at is not None else None
    if was != Status.OPEN and row.status == Status.OPEN:
        row.missed_at = None
    row.save(update_fields=_JUDGED)
    if row.status == was or verdict.fulfilled_at is None:
        return
    late = row.status == Status.LATE
    audit.record(
        "obligations.fulfilled", subject_of(row), by=by, now=now,
        after={"status": row.get_status_display(), "fulfilled_at": verdict.fulfilled_at},
    )  # fmt: skip
    clear_finding(row, now=now)
    jobs.publish(
        OccurrenceFulfilled(
            contract=row.contract, duty=row.code, occurrence_id=row.pk, late=late,
            fulfilled_at=verdict.fulfilled_at,
        ),
        now=now,
    )  # fmt: skip
