"""Service: one side answers what the other put on record (four eyes, two sides)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Manager

from steward.contracts.assessment.agreement import Answer, State, allowed, state_of
from steward.contracts.assessment.events import ProposalAnswered
from steward.contracts.assessment.ledger import NoSuchProposalError, answers_about
from steward.contracts.assessment.models import (
    About,
    BreachCase,
    Exclusion,
    ExpertEntry,
    PaymentRecord,
    Proposed,
    Response,
    Side,
    Verdict,
)
from steward.contracts.assessment.writing import Frame, ProposalRefusedError, frame_of
from steward.contracts.packs import api as packs
from steward.core.audit import api as audit
from steward.core.jobs import api as jobs
from steward.kernel.actors import Actor
from steward.kernel.errors import ConflictError
from steward.kernel.instants import local_date
from steward.kernel.subjects import Subject

Row = Proposed | ExpertEntry
_ROWS: dict[str, Manager[Any]] = {
    About.ENTRY: ExpertEntry.objects,
    About.BREACH: BreachCase.objects,
    About.EXCLUSION: Exclusion.objects,
    About.PAYMENT: PaymentRecord.objects,
}
_NEEDS_REASON = ("dispute", "uphold", "dismiss", "withdraw", "excused")


class AnswerRefusedError(ConflictError):
    """An answer that this side cannot give to this proposal now."""

    code = "assessment.answer_refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAnswer:
    """An answer; `day` is when it was put right, `until` and `ground` speak of an excuse."""

    about: str
    about_id: int
    verdict: str
    reason: str = ""
    day: date | None = None
    until: date | None = None
    ground: str = ""


@transaction.atomic
def respond(contract: str, answer: NewAnswer, *, side: str, by: Actor, now: datetime) -> State:
    """Answer a proposal for one side; returns where it then stands.

    AnswerRefusedError when this side cannot say that now, or the same person would confirm its
    own proposal (four eyes).
    """
    frame = frame_of(contract, side=side, by=by, now=now)
    row = _locked(contract, answer)
    earlier = answers_about(answer.about, [answer.about_id], as_of=now)[answer.about_id]
    _check_answer(frame, answer, (row, earlier))
    kind = {About.ENTRY: "assessment.entry"}.get(About(answer.about), f"assessment.{answer.about}")
    subject = Subject(kind, str(answer.about_id), str(row))
    payload = {
        "about": f"{answer.about}:{answer.about_id}",
        "verdict": answer.verdict,
        "reason": answer.reason.strip(),
        "from": answer.day.isoformat() if answer.day else "",
        "to": answer.until.isoformat() if answer.until else "",
        "ground": answer.ground,
    }
    made = Response.objects.create(
        contract=contract,
        about=answer.about,
        about_id=answer.about_id,
        verdict=answer.verdict,
        side=side,
        answered_by_id=by.user_id,
        answered_by=by.label,
        reason=answer.reason.strip(),
        from_date=answer.day if answer.verdict == Verdict.EXCUSED else None,
        to_date=answer.until if answer.verdict == Verdict.EXCUSED else answer.day,
        ground=answer.ground,
        recorded_at=now,
        evidence_id=frame.keep("assessment.response", subject, payload),
    )
    after = answers_about(answer.about, [answer.about_id], as_of=now)[answer.about_id]
    state = state_of(after)
    audit.record(
        "assessment.proposal.answered",
        subject,
        by=by,
        now=now,
        after={"verdict": made.get_verdict_display(), "side": Side(side).label},
        reason=answer.reason.strip(),
    )
    jobs.publish(ProposalAnswered(contract, answer.about, answer.about_id, state), now=now)
    return state


def _locked(contract: str, answer: NewAnswer) -> Row:
    """The row that is answered, locked so that two answers come one after the other."""
    if answer.about not in _ROWS:
        raise ProposalRefusedError(f"没有“{answer.about}”这种双方事项")
    rows = _ROWS[answer.about].select_for_update().filter(contract=contract)
    row: Row | None = rows.filter(pk=answer.about_id).first()
    if row is None:
        raise NoSuchProposalError(f"本合同没有编号为 {answer.about_id} 的记录")
    return row


def _check_answer(frame: Frame, answer: NewAnswer, known: tuple[Row, list[Answer]]) -> None:
    row, earlier = known
    if answer.verdict not in Verdict.values:
        raise ProposalRefusedError(f"没有“{answer.verdict}”这种意见")
    if answer.verdict in _NEEDS_REASON and not answer.reason.strip():
        raise ProposalRefusedError(f"“{Verdict(answer.verdict).label}”须写明理由，供双方核对")
    if answer.verdict in (Verdict.CURED, Verdict.EXCUSED):
        _check_course(frame, answer, row)
        return
    state = state_of(earlier)
    verdicts = allowed(answer.about, state, side=frame.side, proposer=row.side)
    if answer.verdict not in verdicts:
        words = "、".join(Verdict(v).label for v in verdicts) or "没有"
        raise AnswerRefusedError(
            f"{Side(frame.side).label}现在不能{Verdict(answer.verdict).label}，可以：{words}"
        )
    proposer = row.reviewer_id if isinstance(row, ExpertEntry) else row.proposed_by_id
    if answer.verdict == Verdict.CONFIRM and proposer == frame.by.user_id:
        raise AnswerRefusedError("提出人不能确认自己的记录，请由对方的人确认")


def _check_course(frame: Frame, answer: NewAnswer, row: Row) -> None:
    """A cure and an excuse speak of a breach that grows with time, on days that have come."""
    if not isinstance(row, BreachCase):
        raise ProposalRefusedError("只有违约事项可以登记改正或免责期间")
    penalty = next((p for p in frame.pack.penalties if p.id == row.penalty), None)
    if penalty is None or not penalty.by_time:
        raise ProposalRefusedError("这条违约按次计算，没有改正日期和免责期间")
    if answer.day is None or not row.occurred_date <= answer.day <= local_date(frame.now):
        raise ProposalRefusedError(
            f"日期应在发生日期 {row.occurred_date} 至今天 {local_date(frame.now)} 之间"
        )
    if answer.verdict == Verdict.EXCUSED:
        _check_excuse(answer, penalty)


def _check_excuse(answer: NewAnswer, penalty: packs.Penalty) -> None:
    grounds = {excuse.code: excuse.title for excuse in penalty.excuses}
    grounds["force_majeure"] = "不可抗力"
    if answer.ground not in grounds:
        known = "、".join(f"{code}（{title}）" for code, title in grounds.items())
        raise ProposalRefusedError(f"“{penalty.title}”没有免责理由“{answer.ground}”，可用：{known}")
    if answer.until is None or answer.day is None or answer.until < answer.day:
        raise ProposalRefusedError("免责期间的截止日期应不早于起始日期")
