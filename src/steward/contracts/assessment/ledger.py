"""What both sides put on record, with where it stands as known at an instant."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from steward.contracts.assessment.agreement import (
    STATE_WORDS,
    Answer,
    State,
    claimed_cure,
    cured_on,
    excused_spans,
    is_in_force,
    is_open,
    state_of,
)
from steward.contracts.assessment.models import (
    About,
    BreachCase,
    Exclusion,
    ExpertEntry,
    PaymentRecord,
    Proposed,
    Response,
    StageFact,
)
from steward.contracts.assessment.penalties import Lapse
from steward.contracts.packs import api as packs
from steward.core.files import api as files
from steward.kernel.errors import NotFoundError
from steward.kernel.subjects import Subject

CASE_KIND = "assessment.breach"
EXCLUSION_KIND = "assessment.exclusion"
PAYMENT_KIND = "assessment.payment"
STAGE_KIND = "assessment.stage"
OTHER = {"client": "supplier", "supplier": "client"}


class NoSuchProposalError(NotFoundError):
    """Nothing of that number on record in this contract."""

    code = "assessment.no_proposal"


@dataclass(frozen=True, slots=True)
class Proposal:
    """What every proposal shares: who said it when, the answers, and where it stands."""

    id: int
    contract: str
    period: int
    side: str
    side_label: str
    by_id: int | None
    by: str
    at: datetime
    evidence_id: int
    answers: tuple[Answer, ...]
    state: State

    @property
    def state_label(self) -> str:
        return STATE_WORDS[self.state]

    @property
    def in_force(self) -> bool:
        return is_in_force(self.state)

    @property
    def is_open(self) -> bool:
        return is_open(self.state)


@dataclass(frozen=True, slots=True)
class BreachInfo:
    """A breach: what happened and how it went on; `cured` is what the side that is owed says."""

    proposal: Proposal
    penalty: str
    payer: str
    payer_label: str
    what: str
    occurred: date
    noticed: date | None
    base: Decimal | None
    stage: str
    links: tuple[dict[str, str], ...]
    by_platform: bool
    cured: date | None
    claimed_cure: date | None
    excused: tuple[tuple[date, date, str], ...]

    @property
    def creditor(self) -> str:
        return OTHER[self.payer]

    @property
    def subject(self) -> Subject:
        return Subject(CASE_KIND, str(self.proposal.id), self.what[:60])

    def lapse(self, paid_off: date | None = None) -> Lapse:
        """The case as its arithmetic needs it; a paid stage ends a late payment."""
        return Lapse(
            id=self.proposal.id,
            occurred=self.occurred,
            noticed=self.noticed,
            cured=self.cured or paid_off,
            base=self.base,
            excused=tuple((first, last) for first, last, _ in self.excused),
        )


@dataclass(frozen=True, slots=True)
class ExclusionInfo:
    """An event that one side wants out of the figures."""

    proposal: Proposal
    owner: str
    event_key: str
    event_label: str
    ground: str
    ground_label: str
    reason: str

    @property
    def subject(self) -> Subject:
        return Subject(EXCLUSION_KIND, str(self.proposal.id), self.event_label[:60])

    @property
    def words(self) -> str:
        """The reason as the result tree states it."""
        return f"{self.ground_label}：{self.reason}（剔除事项 {self.proposal.id}，双方已确认）"


@dataclass(frozen=True, slots=True)
class PaymentInfo:
    """A payment of the client, in yuan."""

    proposal: Proposal
    stage: str
    day: date
    amount: Decimal
    voucher: str
    note: str


@dataclass(frozen=True, slots=True)
class StageFactInfo:
    """A condition of a stage that was fulfilled on a date."""

    id: int
    stage: str
    need: str
    need_label: str
    day: date
    reference: str
    note: str
    points: Decimal | None
    side_label: str
    by: str
    at: datetime


def answers_about(
    about: str, ids: Iterable[int], *, as_of: datetime | None = None
) -> dict[int, list[Answer]]:
    """The answers to some proposals of one kind, all or those given by an instant, oldest first."""
    wanted = list(ids)
    rows = (
        Response.objects.filter(about=about, about_id__in=wanted)
        if wanted
        else Response.objects.none()
    )
    if as_of is not None:
        rows = rows.filter(recorded_at__lte=as_of)
    found: dict[int, list[Answer]] = defaultdict(list)
    for row in rows.order_by("id"):
        found[row.about_id].append(_answer(row))
    return found


def _answer(row: Response) -> Answer:
    return Answer(
        id=row.pk,
        verdict=row.verdict,
        verdict_label=row.get_verdict_display(),
        side=row.side,
        side_label=row.get_side_display(),
        by_id=row.answered_by_id,
        by=row.answered_by,
        reason=row.reason,
        from_date=row.from_date,
        to_date=row.to_date,
        ground=row.ground,
        at=row.recorded_at,
        evidence_id=row.evidence_id,
    )


def _proposal(row: Proposed, answers: list[Answer]) -> Proposal:
    return Proposal(
        id=row.pk,
        contract=row.contract,
        period=row.period,
        side=row.side,
        side_label="平台" if getattr(row, "by_platform", False) else row.get_side_display(),
        by_id=row.proposed_by_id,
        by=row.proposed_by,
        at=row.recorded_at,
        evidence_id=row.evidence_id,
        answers=tuple(answers),
        state=state_of(answers),
    )


def breaches(contract: str, *, as_of: datetime, **which: Any) -> list[BreachInfo]:
    """The cases of a contract known at an instant, newest first."""
    rows = list(BreachCase.objects.filter(contract=contract, recorded_at__lte=as_of, **which))
    answers = answers_about(About.BREACH, [row.pk for row in rows], as_of=as_of)
    return [_breach(row, answers[row.pk]) for row in rows]


def _breach(row: BreachCase, answers: list[Answer]) -> BreachInfo:
    creditor = OTHER[row.payer]
    return BreachInfo(
        proposal=_proposal(row, answers),
        penalty=row.penalty,
        payer=row.payer,
        payer_label=row.get_payer_display(),
        what=row.what,
        occurred=row.occurred_date,
        noticed=row.noticed_date,
        base=row.base,
        stage=row.stage,
        links=tuple(row.links),
        by_platform=row.by_platform,
        cured=cured_on(answers, creditor=creditor),
        claimed_cure=claimed_cure(answers, creditor=creditor),
        excused=excused_spans(answers, creditor=creditor),
    )


def exclusions(contract: str, *, as_of: datetime, **which: Any) -> list[ExclusionInfo]:
    """The proposed exclusions of a contract known at an instant, newest first."""
    rows = list(Exclusion.objects.filter(contract=contract, recorded_at__lte=as_of, **which))
    answers = answers_about(About.EXCLUSION, [row.pk for row in rows], as_of=as_of)
    return [
        ExclusionInfo(
            proposal=_proposal(row, answers[row.pk]),
            owner=row.owner,
            event_key=row.event_key,
            event_label=row.event_label,
            ground=row.ground,
            ground_label=row.get_ground_display(),
            reason=row.reason,
        )
        for row in rows
    ]


def agreed_exclusions(contract: str, *, as_of: datetime) -> dict[str, str]:
    """The keys of the events that both sides agreed to leave out by an instant, with the words."""
    rows = exclusions(contract, as_of=as_of)
    return {row.event_key: row.words for row in reversed(rows) if row.proposal.in_force}


def payments(contract: str, *, as_of: datetime, **which: Any) -> list[PaymentInfo]:
    """The payments put on record by an instant, newest first."""
    rows = list(PaymentRecord.objects.filter(contract=contract, recorded_at__lte=as_of, **which))
    answers = answers_about(About.PAYMENT, [row.pk for row in rows], as_of=as_of)
    return [
        PaymentInfo(
            proposal=_proposal(row, answers[row.pk]),
            stage=row.stage,
            day=row.paid_date,
            amount=row.amount,
            voucher=row.voucher,
            note=row.note,
        )
        for row in rows
    ]


def stage_facts(contract: str, *, as_of: datetime) -> list[StageFactInfo]:
    """The conditions put on record by an instant, newest first."""
    rows = StageFact.objects.filter(contract=contract, recorded_at__lte=as_of)
    return [
        StageFactInfo(
            id=row.pk,
            stage=row.stage,
            need=row.need,
            need_label=row.get_need_display(),
            day=row.on_date,
            reference=row.reference,
            note=row.note,
            points=row.points,
            side_label=row.get_side_display(),
            by=row.proposed_by,
            at=row.recorded_at,
        )
        for row in rows
    ]


def breach(contract: str, case_id: int, *, as_of: datetime) -> BreachInfo:
    """One case; NoSuchProposalError when the contract has none of that number."""
    found = breaches(contract, as_of=as_of, pk=case_id)
    if not found:
        raise NoSuchProposalError(f"本合同没有编号为 {case_id} 的违约事项")
    return found[0]


def exclusion(contract: str, exclusion_id: int, *, as_of: datetime) -> ExclusionInfo:
    """One proposed exclusion."""
    found = exclusions(contract, as_of=as_of, pk=exclusion_id)
    if not found:
        raise NoSuchProposalError(f"本合同没有编号为 {exclusion_id} 的剔除事项")
    return found[0]


def payment(contract: str, payment_id: int, *, as_of: datetime) -> PaymentInfo:
    """One payment on record."""
    found = payments(contract, as_of=as_of, pk=payment_id)
    if not found:
        raise NoSuchProposalError(f"本合同没有编号为 {payment_id} 的付款记录")
    return found[0]


def documents_of(subject: Subject) -> list[files.FileInfo]:
    """The documents attached to a case or an exclusion."""
    return files.of_subject(subject)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that one side must still answer; `url` is where."""

    kind_label: str
    words: str
    at: datetime
    url: str


_SHOWN = 8


def waiting_for(contract: str, side: str, *, now: datetime) -> list[Waiting]:
    """What waits for a side in a contract, oldest first, at most eight.

    A first answer to what the other side proposed; for the client also the decision about a
    disputed breach.
    """
    home = f"/contracts/{contract}/"
    other = OTHER[side]
    rows = [
        (b.proposal, "违约事项", b.what[:60], f"{home}breaches/{b.proposal.id}/")
        for b in breaches(contract, as_of=now)
    ]
    rows += [
        (e.proposal, "剔除事项", e.event_label[:60], f"{home}exclusions/{e.proposal.id}/")
        for e in exclusions(contract, as_of=now, side=other)
    ]
    rows += [
        (p.proposal, "付款记录", f"凭证 {p.voucher}", f"{home}accounts/#payments")
        for p in payments(contract, as_of=now, side=other)
    ]
    found = [
        Waiting(kind, words, proposal.at, url)
        for proposal, kind, words, url in rows
        if (proposal.state == "pending" and proposal.side == other)
        or (proposal.state == "disputed" and side == "client" and kind == "违约事项")
    ]
    found += _entries_waiting(contract, other, home=home)
    return sorted(found, key=lambda row: row.at)[:_SHOWN]


def _entries_waiting(contract: str, proposer: str, *, home: str) -> list[Waiting]:
    answered = Response.objects.filter(about=About.ENTRY, contract=contract)
    rows = ExpertEntry.objects.filter(contract=contract, side=proposer).exclude(
        pk__in=answered.values("about_id")
    )
    return [
        Waiting(
            "核定",
            row.reason[:60],
            row.recorded_at,
            f"{home}indicators/{row.owner}/#entry-{row.pk}",
        )
        for row in rows.order_by("id")[:_SHOWN]
    ]


def contract_of(about: str, number: int) -> str:
    """The contract of a case or an exclusion known only by its number."""
    rows = BreachCase.objects if about == About.BREACH else Exclusion.objects
    code = rows.filter(pk=number).values_list("contract", flat=True).first()
    if code is None:
        raise NoSuchProposalError(f"没有编号为 {number} 的记录")
    return str(code)


def may_read_documents(user: Any, about: str, key: str) -> bool:
    """Whether a person sees the contract that a case or an exclusion belongs to."""
    try:
        packs.contract_for(user, contract_of(about, int(key)), "assessment.score.view")
    except NotFoundError:
        return False
    return True
