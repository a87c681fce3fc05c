"""Facade of obligations: lay out, fulfil, read what is due, done and late."""

from steward.contracts.obligations.choices import Decision, MomentKind, Side, Standing
from steward.contracts.obligations.errors import (
    MomentInvalidError,
    NotFulfillableError,
    ProofInvalidError,
    ProofStateError,
    TwoSidesError,
    UnknownMomentError,
    UnknownOccurrenceError,
)
from steward.contracts.obligations.events import (
    MomentCancelled,
    MomentConfirmed,
    OccurrenceFulfilled,
    OccurrenceMissed,
)
from steward.contracts.obligations.layout import MomentSpan, Planned, Term, lay_out
from steward.contracts.obligations.queries.moments import MomentInfo, moments_between
from steward.contracts.obligations.queries.occurrences import (
    KIND,
    VIEW,
    OccurrenceInfo,
    Summary,
    last_day_words,
    next_duties,
    occurrences_between,
    summary,
)
from steward.contracts.obligations.services.fulfilling import Fulfilment, fulfil, fulfil_all
from steward.contracts.obligations.services.laying import (
    Laid,
    lay_out_contract,
    relay_for_calendar,
)
from steward.contracts.obligations.services.missing import note_missed, overdue
from steward.contracts.obligations.services.moments import (
    NewMoment,
    cancel_moment,
    decide_moment,
    register_moment,
)
from steward.contracts.obligations.services.proving import (
    NewProof,
    attach_evidence,
    confirm_proof,
    end_proof,
    submit_proof,
)
from steward.contracts.obligations.services.reminding import due_reminders, escalate, remind
from steward.contracts.obligations.services.waiving import decide_waiver, propose_waiver

__all__ = [
    "KIND",
    "VIEW",
    "Decision",
    "Fulfilment",
    "Laid",
    "MomentCancelled",
    "MomentConfirmed",
    "MomentInfo",
    "MomentInvalidError",
    "MomentKind",
    "MomentSpan",
    "NewMoment",
    "NewProof",
    "NotFulfillableError",
    "OccurrenceFulfilled",
    "OccurrenceInfo",
    "OccurrenceMissed",
    "Planned",
    "ProofInvalidError",
    "ProofStateError",
    "Side",
    "Standing",
    "Summary",
    "Term",
    "TwoSidesError",
    "UnknownMomentError",
    "UnknownOccurrenceError",
    "attach_evidence",
    "cancel_moment",
    "confirm_proof",
    "decide_moment",
    "decide_waiver",
    "due_reminders",
    "end_proof",
    "escalate",
    "fulfil",
    "fulfil_all",
    "last_day_words",
    "lay_out",
    "lay_out_contract",
    "moments_between",
    "next_duties",
    "note_missed",
    "occurrences_between",
    "overdue",
    "propose_waiver",
    "register_moment",
    "relay_for_calendar",
    "remind",
    "submit_proof",
    "summary",
]
