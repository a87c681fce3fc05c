"""Where a proposal stands after the answers to it: a pure fold over what both sides said.

pending → agreed (the other side confirms) | disputed (the other side, with a reason) | withdrawn
(who proposed it); disputed → agreed (the other side after all), upheld or dismissed (the client's
decision; the objection stays on record) | withdrawn. What ended does not move any more.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

State = Literal["pending", "agreed", "disputed", "upheld", "dismissed", "withdrawn"]
STATE_WORDS: dict[State, str] = {
    "pending": "待对方确认",
    "agreed": "双方已确认",
    "disputed": "有异议",
    "upheld": "甲方裁定成立",
    "dismissed": "甲方裁定不成立",
    "withdrawn": "已撤回",
}
_MOVES: dict[str, dict[State, State]] = {
    "confirm": {"pending": "agreed", "disputed": "agreed"},
    "dispute": {"pending": "disputed"},
    "uphold": {"disputed": "upheld"},
    "dismiss": {"disputed": "dismissed"},
    "withdraw": {"pending": "withdrawn", "disputed": "withdrawn"},
}
DECIDED: tuple[str, ...] = ("entry", "breach")


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer as everyone may read it; dates and ground speak of a cure or an excuse."""

    id: int
    verdict: str
    verdict_label: str
    side: str
    side_label: str
    by_id: int | None
    by: str
    reason: str
    from_date: date | None
    to_date: date | None
    ground: str
    at: datetime
    evidence_id: int


def state_of(answers: Iterable[Answer]) -> State:
    """The state after some answers, in the order in which they were given."""
    state: State = "pending"
    for answer in answers:
        state = _MOVES.get(answer.verdict, {}).get(state, state)
    return state


def is_in_force(state: State) -> bool:
    """Whether it counts: both agreed, or the client decided so."""
    return state in ("agreed", "upheld")


def is_open(state: State) -> bool:
    """Whether somebody still has to say something."""
    return state in ("pending", "disputed")


def allowed(about: str, state: State, *, side: str, proposer: str) -> tuple[str, ...]:
    """The verdicts that a side may give on a proposal in a state.

    The side that did not propose confirms or objects; the proposer withdraws; the client decides
    about an objection to an entry or a breach.
    """
    if not is_open(state):
        return ()
    if side == proposer:
        verdicts = ["withdraw"]
    else:
        verdicts = ["confirm"] if state == "disputed" else ["confirm", "dispute"]
    if about in DECIDED and side == "client" and state == "disputed":
        verdicts += ["uphold", "dismiss"]
    return tuple(verdicts)


def cured_on(answers: Iterable[Answer], *, creditor: str) -> date | None:
    """The day on which a breach was put right, as the side that is owed has recorded it."""
    days = [a.to_date for a in answers if a.verdict == "cured" and a.side == creditor]
    return days[-1] if days else None


def claimed_cure(answers: Iterable[Answer], *, creditor: str) -> date | None:
    """The day that the other side says, while the side that is owed has not recorded one."""
    rows = list(answers)
    if cured_on(rows, creditor=creditor) is not None:
        return None
    days = [a.to_date for a in rows if a.verdict == "cured" and a.side != creditor]
    return days[-1] if days else None


def excused_spans(
    answers: Iterable[Answer], *, creditor: str
) -> tuple[tuple[date, date, str], ...]:
    """Spans of dates, both included, that the side that is owed agreed not to count."""
    return tuple(
        (a.from_date, a.to_date, a.ground)
        for a in answers
        if a.verdict == "excused" and a.side == creditor and a.from_date and a.to_date
    )
