"""What every page of duties needs: the filters of the address, the sides a person speaks for."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.http import Http404, HttpRequest

from steward.contracts.obligations.choices import AREAS, Side, Standing
from steward.contracts.obligations.models import Duty, Occurrence
from steward.contracts.obligations.queries.occurrences import (
    VIEW,
    Filters,
    standing_filter,
    visible_to,
)
from steward.contracts.packs import api as packs
from steward.core.ui.api import Tab, count_words

SUBMIT, CONFIRM = "obligations.proof.submit", "obligations.proof.confirm_client"
TODO, ALL = "", "all"
TABS = [
    (TODO, "待办"),
    (Standing.OVERDUE.value, "已逾期"),
    (Standing.DUE.value, "待履行"),
    (Standing.UPCOMING.value, "未到期"),
    (Standing.DONE.value, "按时履行"),
    (Standing.LATE.value, "逾期履行"),
    (Standing.WAIVED.value, "已豁免"),
    (ALL, "全部"),
]


def sides_of(request: HttpRequest, about: str) -> list[Side]:
    """The sides that a person may speak for about `waiver` or `moment`."""
    return [side for side in Side if request.user.has_perm(f"obligations.{about}.{side.value}")]


def require_side(request: HttpRequest, about: str, given: str = "") -> Side:
    """The one side, or the one given; 404 for whoever speaks for none."""
    held = sides_of(request, about)
    if given:
        held = [side for side in held if side.value == given]
    if not held:
        raise Http404
    return held[0]


def _instant(text: str) -> datetime | None:
    if not text:
        return None
    try:
        given = datetime.fromisoformat(text)
    except ValueError:
        raise Http404("time") from None
    if given.tzinfo is None:
        raise Http404("time")
    return given


def _several(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split(",") if part)


def filters_of(request: HttpRequest) -> Filters:
    """`?contract=&area=&duty=&side=&daily=1&proof=`, lists separated by commas; `since` and `until`
    bound the due time, `from` and `to` the end of the stretch, `shown_from` and `shown_to` the
    place on the calendar."""
    given = request.GET
    return Filters(
        contract=given.get("contract", ""),
        areas=_several(given.get("area", "")),
        duties=_several(given.get("duty", "")),
        side=given.get("side", ""),
        daily=given.get("daily", "") == "1",
        proof=given.get("proof", ""),
        since=_instant(given.get("since", "")),
        until=_instant(given.get("until", "")),
        after=_instant(given.get("from", "")),
        upto=_instant(given.get("to", "")),
        shown_from=_instant(given.get("shown_from", "")),
        shown_to=_instant(given.get("shown_to", "")),
    )


def narrowed(request: HttpRequest) -> QuerySet[Occurrence]:
    """The visible occurrences that the address asks for, whatever they stand."""
    return filters_of(request).apply(visible_to(request.user))


def standing_rows(rows: QuerySet[Occurrence], standing: str, now: datetime) -> QuerySet[Occurrence]:
    """One tab's rows."""
    if standing == ALL:
        return rows.filter(retired_at__isnull=True)
    if standing == TODO:
        either = standing_filter(Standing.DUE, now) | standing_filter(Standing.OVERDUE, now)
        return rows.filter(either)
    if standing not in Standing.values:
        raise Http404(standing)
    return rows.filter(standing_filter(standing, now))


def tabs(request: HttpRequest, rows: QuerySet[Occurrence], now: datetime) -> list[Tab]:
    """The tabs over the list, each with the number of rows that it opens."""
    chosen = request.GET.get("standing", TODO)
    found = []
    for value, label in TABS:
        query = request.GET.copy()
        for name in ("page", "standing"):
            query.pop(name, None)
        if value:
            query["standing"] = value
        count = count_words(standing_rows(rows, value, now))
        found.append(Tab(label, count, f"?{query.urlencode()}", value == chosen))
    return found


@dataclass(frozen=True, slots=True)
class Chooser:
    """What the filters above a list or calendar offer."""

    contracts: list[packs.ContractInfo]
    areas: list[tuple[str, str]]
    duties: list[tuple[str, str]]
    contract: str
    area: str
    duty: str
    daily: bool


def chooser(request: HttpRequest) -> Chooser:
    """The contracts that a person sees, the areas, and the duties of the chosen contract."""
    contracts = packs.contracts_for(request.user, VIEW)
    chosen = request.GET.get("contract", "")
    known = Duty.objects.filter(contract=chosen) if chosen in {c.code for c in contracts} else None
    duties: dict[str, str] = {}
    if known is not None:
        duties = dict(known.order_by("version", "id").values_list("code", "title"))
    return Chooser(
        contracts=contracts,
        areas=list(AREAS.items()),
        duties=list(duties.items()),
        contract=chosen,
        area=request.GET.get("area", ""),
        duty=request.GET.get("duty", ""),
        daily=request.GET.get("daily", "") == "1",
    )


def may_submit(request: HttpRequest, row: Occurrence) -> Side | None:
    """The side for which a person may put proof forward, None when they may not.

    What the client owes only the client proves; of what the supplier owes the client may add a
    proof too, which counts as confirmed.
    """
    user = request.user
    if user.has_perm(CONFIRM):
        return Side.CLIENT
    if user.has_perm(SUBMIT) and row.duty.side == Side.SUPPLIER:
        return Side.SUPPLIER
    return None


def titles(request: HttpRequest) -> dict[str, str]:
    """Code → title of the contracts that a person sees."""
    return {c.code: c.title for c in packs.contracts_for(request.user, VIEW)}
