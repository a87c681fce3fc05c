"""Everything that happened to an occurrence, oldest first."""

from dataclasses import dataclass
from datetime import datetime

from steward.contracts.obligations.choices import Side
from steward.contracts.obligations.models import Occurrence, Proof, Waiver
from steward.kernel.instants import local


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the history; `tone` is empty, sys or bad."""

    at: datetime
    words: str
    who: str = ""
    tone: str = ""


def history_of(row: Occurrence) -> list[Line]:
    """Laid out, moved, reminded, proved, confirmed, returned, waived, missed, fulfilled."""
    lines = [Line(row.laid_at, "按合同铺排", tone="sys")]
    lines += [
        Line(
            change.at,
            f"窗口调整：原截止 {local(change.due_before):%Y-%m-%d %H:%M}（{change.reason}）",
            tone="sys",
        )
        for change in row.changes.all()
    ]
    for notice in row.notices.all():
        if notice.recipients:
            lines.append(Line(notice.sent_at, f"通知 {notice.recipients} 人", tone="sys"))
    for proof in row.proofs.all():
        lines += _of_proof(proof)
    for waiver in row.waivers.all():
        lines += _of_waiver(waiver)
    if row.missed_at is not None:
        lines.append(Line(row.missed_at, "到期未履行，记为逾期", tone="bad"))
    if row.retired_at is not None:
        lines.append(Line(row.retired_at, "因合同变更或日历调整不再适用", tone="sys"))
    if row.closed_at is not None:
        lines.append(Line(row.closed_at, row.get_status_display(), tone="sys"))
    return sorted(lines, key=lambda line: line.at)


def _of_proof(proof: Proof) -> list[Line]:
    side = Side(proof.side).label
    lines = [Line(proof.submitted_at, f"{side}提交证明“{proof.title}”", proof.submitted_by)]
    if proof.confirmed_at is not None:
        lines.append(Line(proof.confirmed_at, f"甲方确认“{proof.title}”", proof.confirmed_by))
    if proof.ended_at is not None:
        words = f"{proof.get_state_display()}“{proof.title}”：{proof.end_reason}"
        lines.append(Line(proof.ended_at, words, proof.ended_by, tone="bad"))
    return lines


def _of_waiver(waiver: Waiver) -> list[Line]:
    side = Side(waiver.side).label
    lines = [Line(waiver.proposed_at, f"{side}申请豁免：{waiver.reason}", waiver.proposed_by)]
    if waiver.decided_at is not None:
        note = f"：{waiver.decision_note}" if waiver.decision_note else ""
        words = f"豁免{waiver.get_state_display()}{note}"
        lines.append(Line(waiver.decided_at, words, waiver.decided_by))
    return lines
