"""Which side a person speaks for, and what it may answer."""

from dataclasses import dataclass

from django.http import HttpRequest

from steward.contracts.assessment import api as assessment
from steward.contracts.assessment.pages.frame import Asked
from steward.contracts.packs import api as packs
from steward.kernel.errors import NotFoundError

SIDES = {"client": "甲方", "supplier": "乙方"}
_WORDS = {
    "confirm": "确认",
    "dispute": "提出异议",
    "uphold": "裁定成立",
    "dismiss": "裁定不成立",
    "withdraw": "撤回",
}


class NoSideError(NotFoundError):
    """This person speaks for neither side."""

    code = "assessment.no_side"


@dataclass(frozen=True, slots=True)
class Offer:
    """What one side may answer: verdicts with their words."""

    side: str
    side_label: str
    verdicts: tuple[tuple[str, str], ...]


def sides_of(request: HttpRequest, code: str) -> list[str]:
    """The sides that this person may speak for in a contract, by permission and data scope."""
    found = []
    for side in SIDES:
        permission = f"assessment.side.{side}"
        if any(row.code == code for row in packs.contracts_for(request.user, permission)):
            found.append(side)
    return found


def side_of(request: HttpRequest, code: str) -> str:
    """The side this request speaks for: the one it names, else the person's first.

    NoSideError when the person may not speak for it.
    """
    sides = sides_of(request, code)
    asked = request.POST.get("side") or request.GET.get("side") or (sides[0] if sides else "")
    if asked not in sides:
        raise NoSideError("没有这个页面，或您不能代表合同的一方办理")
    return asked


def offers_for(
    request: HttpRequest, about: str, proposal: assessment.Proposal, *, sides: list[str]
) -> list[Offer]:
    """What this person may answer to a proposal, for each of the sides it speaks for.

    Who proposed it cannot confirm it, even when speaking for both sides.
    """
    found = []
    for side in sides:
        verdicts = assessment.allowed(about, proposal.state, side=side, proposer=proposal.side)
        if proposal.by_id == request.user.pk:
            verdicts = tuple(verdict for verdict in verdicts if verdict != "confirm")
        if verdicts:
            words = tuple((verdict, _WORDS[verdict]) for verdict in verdicts)
            found.append(Offer(side, SIDES[side], words))
    return found


def entries_with_offers(
    request: HttpRequest, known: Asked, owner: str
) -> list[tuple[assessment.EntryInfo, list[Offer]]]:
    """The entries about an indicator, each with what this person may answer."""
    code = known.contract.code
    sides = sides_of(request, code)
    return [
        (row, offers_for(request, "entry", row.proposal, sides=sides))
        for row in assessment.entries_of(code, known.result.period, owner)
    ]
