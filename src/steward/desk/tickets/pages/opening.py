from typing import Any

from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from steward.assets.cmdb import api as cmdb
from steward.core.access import api as access
from steward.core.accounts.api import actor_of
from steward.core.organizations import api as organizations
from steward.core.ui.api import page, render_page
from steward.desk.tickets.models import PolicyVersion
from steward.desk.tickets.pages.forms import NewTicketForm, people_choices, team_choices
from steward.desk.tickets.services.opening import NewTicket, open_ticket
from steward.kernel.errors import StewardError
from steward.kernel.instants import now as wall_clock

CREATE = "desk.ticket.create"


def _choices(request: HttpRequest) -> dict[str, list[tuple[Any, str]]]:
    contracts = PolicyVersion.objects.order_by("contract", F("effective_from").desc())
    labels: dict[str, str] = {}
    for row in contracts:
        labels.setdefault(row.contract, row.label)
    bodies = access.visible_organizations(request.user, CREATE)
    seen = organizations.search("", limit=500) if bodies is None else _named(bodies)
    items = [item for contract in labels for item in cmdb.of_contract(contract)]
    return {
        "contract": [("", "不属于合同"), *labels.items()],
        "organization": [("", "—"), *((body.id, body.name) for body in seen)],
        "item": [("", "—"), *((item.id, f"{item.name}（{item.kind_label}）") for item in items)],
        "team": team_choices(),
        "assignee": people_choices(),
    }


def _named(bodies: frozenset[int]) -> list[organizations.OrganizationInfo]:
    return list(organizations.get_many(sorted(bodies)).values())


@page(CREATE)
def new_ticket(request: HttpRequest) -> HttpResponse:
    """登记工单: what somebody reports by telephone, on site or on the page."""
    form = NewTicketForm(
        request.POST or None, choices=_choices(request), initial=request.GET.dict()
    )
    if request.method == "POST" and form.is_valid():
        try:
            info = open_ticket(
                _wanted(request, form.cleaned_data), by=actor_of(request.user), now=wall_clock()
            )
        except StewardError as error:
            form.add_error(None, error.message)
        else:
            return redirect("desk:ticket", info.id)
    return render_page(request, "desk/new.html", {"form": form}, title="登记工单")


def _wanted(request: HttpRequest, data: dict[str, Any]) -> NewTicket:
    item = None if data["item"] is None else cmdb.get(data["item"])
    own = data["channel"] == "web" and not data["requester_name"]
    return NewTicket(
        kind=data["kind"],
        severity=data["severity"],
        title=data["title"],
        description=data["description"],
        channel=data["channel"],
        contract=data["contract"] or (item.contract if item is not None else ""),
        organization_id=data["organization"]
        or (item.organization_id if item is not None else None),
        requester_id=request.user.pk if own else None,
        requester_name=data["requester_name"],
        team_id=data["team"],
        assignee_id=data["assignee"],
        item_id=data["item"],
        about=None if item is None else item.subject,
        occurred_at=data["occurred_at"],
        tags=tuple(data["tags"].split()),
    )
