"""What every page of a contract's score needs: the contract, the cut-off and the result."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from django.http import Http404, HttpRequest

from steward.contracts.assessment import api as assessment
from steward.contracts.packs import api as packs
from steward.kernel.instants import now

VIEW = "assessment.score.view"
ENTER = "assessment.entry.record"
Kind = Literal["live", "projected"]


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: the visible contract, the cut-off and the score as of then."""

    contract: packs.ContractInfo
    as_of: datetime
    result: assessment.ScoreResult
    may_enter: bool = False

    @property
    def cut(self) -> str:
        """The cut-off for links, so that the next page shows the same figures."""
        return self.as_of.isoformat().replace("+00:00", "Z")

    def context(self) -> dict[str, Any]:
        passed = min(self.as_of, self.contract.end) - self.contract.start
        term = self.contract.end - self.contract.start
        return {
            "contract": self.contract,
            "result": self.result,
            "as_of": self.as_of,
            "cut": self.cut,
            "progress": max(0, passed * 100 // term),
            "may_enter": self.may_enter,
        }


def cut_off(request: HttpRequest) -> datetime:
    """The `as_of` of the address, or now; nonsense and the future answer 404."""
    text, present = request.GET.get("as_of", ""), now()
    if not text:
        return present
    try:
        given = datetime.fromisoformat(text)
    except ValueError:
        raise Http404("as_of") from None
    if given.tzinfo is None or given > present:
        raise Http404("as_of")
    return given


def asked(request: HttpRequest, code: str, *, kind: Kind = "live") -> Asked:
    """The contract if this person may see its score, and that score."""
    contract = packs.contract_for(request.user, code, VIEW)
    as_of = cut_off(request)
    result = assessment.cached_score(code, as_of=as_of, now=now(), kind=kind)
    return Asked(contract, as_of, result, request.user.has_perm(ENTER))


def indicator_of(result: assessment.ScoreResult, indicator_id: str) -> assessment.IndicatorNode:
    """One indicator of the result, or 404."""
    node = result.indicator(indicator_id)
    if node is None:
        raise Http404(indicator_id)
    return node
