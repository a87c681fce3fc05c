"""One write about what needs both sides: its frame, its evidence, its audit, its event.

Everything is added, nothing changed: a proposal is a row, each answer another; each is audited
and kept as evidence (the platform's own A, the client's C, the supplier's D until confirmed).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from steward.contracts.assessment.events import ProposalMade
from steward.contracts.assessment.models import Side
from steward.contracts.assessment.queries import period_at
from steward.contracts.packs import api as packs
from steward.core.audit import api as audit
from steward.core.evidence import api as evidence
from steward.core.files import api as files
from steward.core.jobs import api as jobs
from steward.kernel.actors import Actor
from steward.kernel.errors import InvalidError
from steward.kernel.instants import at_local, local_date
from steward.kernel.subjects import Subject


class ProposalRefusedError(InvalidError):
    """A proposal or an answer that the contract has no place for."""

    code = "assessment.proposal_refused"


@dataclass(frozen=True, slots=True)
class Frame:
    """One write: the contract's terms in force, who writes for which side, and when."""

    contract: packs.ContractInfo
    pack: packs.Pack
    period: int
    side: str
    by: Actor
    now: datetime
    platform: bool = False

    def columns(self) -> dict[str, Any]:
        return {
            "contract": self.contract.code,
            "period": self.period,
            "side": self.side,
            "proposed_by_id": self.by.user_id,
            "proposed_by": self.by.label,
            "recorded_at": self.now,
        }

    def keep(self, kind: str, subject: Subject, payload: dict[str, Any]) -> int:
        """Keep what was said as evidence; the grade follows from who said it."""
        grade = "A" if self.platform else "C" if self.side == Side.CLIENT else "D"
        return evidence.keep(
            evidence.Fact(
                contract=self.contract.code,
                kind=kind,
                subject=subject,
                occurred_at=self.now,
                source="contracts.assessment",
                grade=grade,
                payload={"side": self.side, "by": self.by.label, **payload},
            ),
            now=self.now,
        )


def frame_of(
    code: str,
    *,
    side: str,
    by: Actor,
    now: datetime,
    on: date | None = None,
    platform: bool = False,
) -> Frame:
    if side not in Side.values:
        raise ProposalRefusedError(
            f"“{side}”不是合同的一方，应为 client（甲方）或 supplier（乙方）"
        )
    if by.user_id is None and not platform:
        raise ProposalRefusedError("双方事项须由甲方或乙方的人提出和答复，平台不能代办")
    contract = packs.get(code)
    at = at_local(on) if on is not None and at_local(on) >= contract.start else now
    number, _ = period_at(contract, max(contract.start, min(at, now)))
    day = local_date(min(now, contract.end - timedelta(seconds=1)))
    _, pack = packs.version_in_force(code, day, known_at=now)
    return Frame(contract, pack, number, side, by, now, platform)


def attach(frame: Frame, subject: Subject, file_ids: Sequence[int]) -> None:
    """Attach stored documents to what was put on record."""
    for file_id in file_ids:
        files.attach(file_id, subject, by=frame.by, now=frame.now, purpose="依据文件")


def announce(frame: Frame, about: str, subject: Subject, *, words: str) -> None:
    """Audit a proposal and tell the other side by an event."""
    side = "平台" if frame.platform else Side(frame.side).label
    audit.record(
        "assessment.proposal.made",
        subject,
        by=frame.by,
        now=frame.now,
        after={"side": side, "words": words[:200]},
    )
    made = ProposalMade(frame.contract.code, about, int(subject.key), frame.side)
    jobs.publish(made, now=frame.now)
