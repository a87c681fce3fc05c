from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from steward.core.ui.api import page, render_page
from steward.desk.tickets.choices import KINDS, SEVERITIES, TicketState
from steward.desk.tickets.models import Clock, Team, Ticket
from steward.desk.tickets.pages.forms import BulkForm, people_choices
from steward.desk.tickets.pages.periods import which_of
from steward.desk.tickets.queries.cards import left_words, target_words, tone_of
from steward.desk.tickets.queries.judged import tickets_which
from steward.desk.tickets.queries.queue import TABS, filtered, page_of, tab_filter, tabs_for
from steward.desk.tickets.queries.reading import read_clocks
from steward.desk.tickets.queries.scope import teams_of, visible_to
from steward.desk.tickets.queries.tickets import severity_words
from steward.kernel.instants import now as wall_clock

SEVERITY_TONES = {"critical": "r", "major": "r", "high": "r", "medium": "o"}


@dataclass(frozen=True, slots=True)
class Row:
    """One ticket of the queue with its next clock."""

    ticket: Ticket
    severity: str
    severity_tone: str
    clock: str
    left: str
    tone: str


def rows_of(tickets: list[Ticket], *, now: datetime) -> list[Row]:
    """The tickets with what their next clock says, in two more queries."""
    clocks = list(Clock.objects.filter(ticket__in=tickets, is_open=True).order_by("due_at", "id"))
    statuses = read_clocks(clocks, at=now)
    first: dict[int, Clock] = {}
    for clock in clocks:
        if clock.due_at is not None:
            first.setdefault(clock.ticket_id, clock)
    rows = []
    for ticket in tickets:
        words, left, tone = "", "", ""
        following = first.get(ticket.pk)
        if following is not None:
            status = statuses[following.pk]
            words = f"{following.label} {target_words(status.target, status.unit.value)}"
            left = ("暂停 · " if status.is_paused else "") + left_words(status)
            tone = tone_of(status)
        severity_tone = SEVERITY_TONES.get(ticket.severity, "")
        rows.append(Row(ticket, severity_words(ticket), severity_tone, words, left, tone))
    return rows


@page("desk.ticket.view")
def queue(request: HttpRequest) -> HttpResponse:
    """工单: what is open by due time, with exact counts, filters and bulk actions."""
    tab = request.GET.get("tab", "open")
    tab = tab if tab in TABS else "open"
    chosen = tab_filter(tab, request.user, teams_of(request.user))
    visible = filtered(visible_to(request.user).filter(chosen), request.GET.dict())
    found = page_of(visible, tab=tab, after=request.GET.get("after", ""))
    context: dict[str, Any] = {
        "tabs": tabs_for(request.user),
        "tab": tab,
        "rows": rows_of(found.rows, now=wall_clock()),
        "after": found.after,
        "kinds": KINDS.values(),
        "severities": SEVERITIES.items(),
        "states": TicketState.choices,
        "teams": Team.objects.filter(is_active=True),
        "given": request.GET,
        "bulk": BulkForm(people=people_choices()),
    }
    return render_page(request, "desk/queue.html", context, title="工单")


@page("desk.ticket.view")
def mine(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """The short way to one's own tickets."""
    return redirect("/desk/?tab=mine")


@page("desk.ticket.view")
def listing(request: HttpRequest) -> HttpResponse:
    """The tickets behind a figure: exactly those that the metric looked at."""
    which = which_of(request.GET.dict())
    mine = tickets_which(which).filter(pk__in=visible_to(request.user).values("pk"))
    found = page_of(mine, tab="all", after=request.GET.get("after", ""))
    context = {
        "rows": rows_of(found.rows, now=wall_clock()),
        "after": found.after,
        "which": which,
        "count": mine.count(),
    }
    return render_page(request, "desk/listing.html", context, title="工单清单")
