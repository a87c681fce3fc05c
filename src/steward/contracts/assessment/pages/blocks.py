"""What other pages show of the score: the home page, and a ticket's own costs."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import HttpRequest

from steward.contracts.assessment import api as assessment
from steward.contracts.assessment.pages.frame import VIEW
from steward.contracts.assessment.pages.sides import SIDES
from steward.contracts.assessment.pages.standing import standing_of
from steward.contracts.packs import api as packs
from steward.kernel.errors import StewardError
from steward.kernel.instants import now
from steward.kernel.subjects import Subject


def home_standings(request: HttpRequest) -> dict[str, Any] | None:
    """One line per visible contract; nothing when there is none."""
    at = now()
    rows = [
        standing_of(contract, user=request.user, at=at)
        for contract in packs.contracts_for(request.user, VIEW)
    ]
    return {"rows": rows} if rows else None


def home_answers(request: HttpRequest) -> dict[str, Any] | None:
    """What waits for an answer of this person's side; nothing when nothing does."""
    at = now()
    rows = [
        (contract, waiting)
        for side in SIDES
        for contract in packs.contracts_for(request.user, f"assessment.side.{side}")
        if (waiting := assessment.waiting_for(contract.code, side, now=at))
    ]
    return {"rows": rows} if rows else None


@dataclass(frozen=True, slots=True)
class Counted:
    """One place where a ticket counts, and what it costs there."""

    indicator: str
    title: str
    label: str
    points: Decimal
    reason: str


def counted_in(subject: Subject, request: HttpRequest) -> dict[str, Any] | None:
    """The indicators that a ticket counts in; nothing when it counts in none.

    A ticket is known by its subject, and its clocks by the group that its number makes.
    """
    at = now()
    for contract in packs.contracts_for(request.user, VIEW):
        try:
            result = assessment.cached_score(
                contract.code, as_of=at.replace(second=0, microsecond=0), now=at
            )
        except StewardError:
            continue
        rows = _rows(result, subject)
        if rows:
            return {"code": contract.code, "title": contract.title, "rows": rows}
    return None


def _rows(result: assessment.ScoreResult, subject: Subject) -> list[Counted]:
    number = subject.label.split(" ", 1)[0]
    return [
        Counted(node.id, node.title, event.label, event.points, event.reason)
        for node in result.indicators()
        for event in (*node.events, *node.excluded)
        if (event.subject_kind, event.subject_key) == (subject.kind, subject.key)
        or (number and event.group == number)
    ]
