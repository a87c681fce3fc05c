from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse

from steward.contracts.assessment import api as assessment
from steward.contracts.assessment.pages.charts import (
    days_chart,
    losses_chart,
    portfolio_chart,
)
from steward.contracts.assessment.pages.frame import VIEW, Asked, asked, indicator_of
from steward.contracts.assessment.pages.sides import entries_with_offers, sides_of
from steward.contracts.assessment.pages.standing import availability_card, standing_of
from steward.contracts.packs import api as packs
from steward.core.evidence import api as evidence
from steward.core.ui.api import page, panels_for, render_page
from steward.kernel.instants import now
from steward.kernel.subjects import Subject

_PAGE = 50


@page(VIEW)
def portfolio(request: HttpRequest) -> HttpResponse:
    """Every contract that this person may see: progress, score, payable, money at risk."""
    at = now()
    contracts = packs.contracts_for(request.user, VIEW)
    rows = [standing_of(contract, user=request.user, at=at) for contract in contracts]
    context = {"rows": rows, "chart": portfolio_chart([row.contract for row in rows])}
    return render_page(request, "assessment/portfolio.html", context, title="合同与考核")


@page(VIEW)
def scoreboard(request: HttpRequest, code: str) -> HttpResponse:
    """The score of a contract: now, at the end of the period, or as settled."""
    tab = request.GET.get("tab", "current")
    if tab == "settled":
        return _settled(request, code)
    known = asked(request, code, kind="projected" if tab == "outlook" else "live")
    if not known.result.has_table:
        return _untabled(request, known)
    chosen = request.GET.get("indicator", "") or _worst(known.result)
    context = known.context() | {
        "tab": tab if tab == "outlook" else "current",
        "chosen": known.result.indicator(chosen) or known.result.indicators()[0],
        "availability": availability_card(known.result),
        "seal": evidence.latest_seal(code),
        "only_open": request.GET.get("show") == "unscored",
        "days": days_chart(code, known.result),
        "losses": losses_chart(known.result),
        "panels": _panels(request, known),
    }
    return render_page(request, "assessment/scoreboard.html", context, title=known.contract.title)


def _panels(request: HttpRequest, known: Asked) -> list[Any]:
    contract = known.contract
    return panels_for(Subject(packs.SUBJECT_KIND, contract.code, contract.title), request)


def _untabled(request: HttpRequest, known: Asked) -> HttpResponse:
    """The page of a contract that counts no points: its promises, its money, its term."""
    context = known.context() | {
        "tab": "current",
        "standing": standing_of(known.contract, user=request.user, at=now()),
        "sheet": assessment.sheet_for(known.result),
        "seal": evidence.latest_seal(known.contract.code),
        "panels": _panels(request, known),
    }
    return render_page(request, "assessment/untabled.html", context, title=known.contract.title)


def _settled(request: HttpRequest, code: str) -> HttpResponse:
    contract = packs.contract_for(request.user, code, VIEW)
    context = {
        "contract": contract,
        "tab": "settled",
        "settlements": assessment.settlements(code),
        "ended": now() >= contract.end,
    }
    return render_page(request, "assessment/settlements.html", context, title=contract.title)


def _worst(result: assessment.ScoreResult) -> str:
    """The indicator to look at first: the one that lost most, else the first that is open."""
    nodes = result.indicators()
    lost = [node for node in nodes if node.status == "scored" and node.lost > 0]
    if lost:
        return max(lost, key=lambda node: node.lost).id
    return result.unscored[0].id if result.unscored else nodes[0].id


@page(VIEW)
def why(request: HttpRequest, code: str, indicator_id: str) -> HttpResponse:
    """The right side of the board for one indicator, for HTMX."""
    tab = "outlook" if request.GET.get("tab") == "outlook" else "current"
    known = asked(request, code, kind="projected" if tab == "outlook" else "live")
    context = known.context() | {
        "tab": tab,
        "chosen": indicator_of(known.result, indicator_id),
        "seal": evidence.latest_seal(code),
    }
    return render_page(request, "assessment/why.html", context, title=known.contract.title)


@page(VIEW)
def indicator(request: HttpRequest, code: str, indicator_id: str) -> HttpResponse:
    """One indicator in full: clause, sources, every event in pages, every entry."""
    known = asked(request, code)
    node = indicator_of(known.result, indicator_id)
    context = known.context() | _leaves(request, known, node)
    return render_page(request, "assessment/indicator.html", context, title=node.title)


def _leaves(request: HttpRequest, known: Asked, node: assessment.IndicatorNode) -> dict[str, Any]:
    number = request.GET.get("page", "1")
    return {
        "node": node,
        "page": Paginator(node.events, _PAGE).get_page(number),
        "excluded": node.excluded[:_PAGE],
        "more_excluded": max(0, len(node.excluded) - _PAGE),
        "entries": entries_with_offers(request, known, node.id),
        "sides": sides_of(request, known.contract.code),
        "proposed": assessment.exclusions(
            known.contract.code, as_of=known.as_of, owner=node.id, period=known.result.period
        ),
        "previous_next": _neighbours(known.result, node.id),
    }


def _neighbours(
    result: assessment.ScoreResult, indicator_id: str
) -> tuple[assessment.IndicatorNode, assessment.IndicatorNode]:
    nodes = result.indicators()
    here = [node.id for node in nodes].index(indicator_id)
    return nodes[here - 1], nodes[(here + 1) % len(nodes)]
