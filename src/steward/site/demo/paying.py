"""Instalments of the demonstration's other contracts: the condition on record, then the payment."""

from dataclasses import dataclass
from datetime import datetime

from steward.contracts.assessment import api as assessment
from steward.kernel.actors import Actor
from steward.kernel.instants import local_date


@dataclass(frozen=True, slots=True)
class Instalment:
    """A stage of the contract: which condition was met and when it was paid, in days after the start."""

    stage: str
    need: str
    reference: str
    met: int
    paid: int


@dataclass(frozen=True, slots=True)
class Sides:
    """Who speaks for the two sides of a contract."""

    client: Actor
    supplier: Actor


def meet(code: str, stage: str, need: str, *, reference: str, by: Actor, at: datetime) -> None:
    """Put a condition of a stage on record on the day it was met."""
    fact = assessment.NewStageFact(
        contract=code, stage=stage, need=need, day=local_date(at), reference=reference
    )
    assessment.record_stage_fact(fact, side="client", by=by, now=at)


def pay(code: str, stage: str, *, voucher: str, sides: Sides, at: datetime) -> None:
    """Pay what is open of a stage; the supplier confirms the next day's receipt at once."""
    line = next(s for s in assessment.draft_sheet(code, as_of=at, now=at).stages if s.id == stage)
    new = assessment.NewPayment(
        contract=code,
        stage=stage,
        day=local_date(at),
        amount=line.open,
        voucher=voucher,
        note="国库集中支付",
    )
    made = assessment.record_payment(new, side="client", by=sides.client, now=at)
    said = assessment.NewAnswer(about="payment", about_id=made, verdict="confirm")
    assessment.respond(code, said, side="supplier", by=sides.supplier, now=at)
