from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode

from steward.core.files import api as files
from steward.core.findings import api as findings
from steward.core.ui.api import page, panels_for, render_page
from steward.desk.tickets.choices import EntryKind, kind_of
from steward.desk.tickets.models import Adjustment, Clock, Ticket, TicketLink, TimelineEntry
from steward.desk.tickets.pages.actions import ACTIONS, Offer, Scene, offers_for, perform
from steward.desk.tickets.queries.cards import card_of
from steward.desk.tickets.queries.queue import TABS, filtered, neighbours, tab_filter
from steward.desk.tickets.queries.reading import read_clocks
from steward.desk.tickets.queries.scope import teams_of, visible_ticket, visible_to
from steward.desk.tickets.queries.tickets import severity_words, tickets_about
from steward.kernel.errors import NotFoundError, StewardError
from steward.kernel.instants import now as wall_clock
from steward.kernel.subjects import Subject

TALK = (EntryKind.REPLY, EntryKind.NOTE)
SHOWS = {"all": "全部", "talk": "对话", "ops": "操作"}
SAME_SUBJECT_DAYS = 90


@dataclass(frozen=True, slots=True)
class StepLine:
    """A step of the kind's course of work, done or not."""

    label: str
    must: str
    done: Any


@page("desk.ticket.view")
def ticket_page(request: HttpRequest, ticket_id: int) -> HttpResponse:
    """One ticket: what happened, its clocks, the facts, what may be done now."""
    return _show(request, visible_ticket(request.user, ticket_id))


def _show(
    request: HttpRequest, ticket: Ticket, *, wrong: Offer | None = None, status: int = 200
) -> HttpResponse:
    now = wall_clock()
    clocks = list(
        Clock.objects.filter(ticket=ticket)
        .select_related("rule")
        .order_by("-is_open", "due_at", "id")
    )
    statuses = read_clocks(clocks, at=now)
    show = request.GET.get("show", "all")
    context = {
        "ticket": ticket,
        "severity": severity_words(ticket),
        "contract": Subject("packs.contract", ticket.contract, ticket.contract),
        "entries": _entries(ticket, show),
        "shows": SHOWS.items(),
        "show": show,
        "cards": [card_of(clock, statuses[clock.pk], now=now) for clock in clocks],
        "offers": offers_for(Scene(request, ticket, clocks), wrong=wrong),
        "wrong": wrong.code if wrong is not None else "",
        "panels": panels_for(ticket.subject, request),
        "same": _same_subject(ticket, request),
        "findings": _findings(ticket),
        "links": TicketLink.objects.filter(ticket=ticket).select_related("other"),
        "backlinks": TicketLink.objects.filter(other=ticket).select_related("ticket"),
        "files": files.of_subject(ticket.subject),
        "steps": _steps(ticket),
        "adjustments": Adjustment.objects.filter(ticket=ticket).select_related("clock"),
        "place": _place(request, ticket),
    }
    return render_page(request, "desk/ticket.html", context, title=ticket.number, status=status)


def _entries(ticket: Ticket, show: str) -> list[TimelineEntry]:
    rows = TimelineEntry.objects.filter(ticket=ticket).order_by("at", "id")
    if show == "talk":
        rows = rows.filter(kind__in=TALK)
    elif show == "ops":
        rows = rows.exclude(kind__in=TALK)
    return list(rows[:1000])


def _same_subject(ticket: Ticket, request: HttpRequest) -> dict[str, Any]:
    if ticket.about is None:
        return {}
    since = ticket.opened_at - timedelta(days=SAME_SUBJECT_DAYS)
    seen = tickets_about(ticket.about, since=since, limit=50)
    allowed = set(
        visible_to(request.user).filter(pk__in=[t.id for t in seen]).values_list("pk", flat=True)
    )
    others = [t for t in seen if t.id in allowed and t.id != ticket.pk]
    return {"tickets": others[:5], "count": len(others), "all": others}


def _findings(ticket: Ticket) -> list[findings.FindingInfo]:
    ids = list(ticket.findings.values_list("finding_id", flat=True))
    return list(findings.get_many(ids).values())


def _steps(ticket: Ticket) -> list[StepLine]:
    done = {row.code: row for row in ticket.steps.all()}
    words = {"resolve": "解决前必做", "close": "关闭前必做", "": ""}
    return [
        StepLine(step.label, words[step.before], done.get(step.code))
        for step in kind_of(ticket.kind).steps
    ]


def _place(request: HttpRequest, ticket: Ticket) -> dict[str, Any]:
    """Where the ticket stands in the list that the visitor came from, for [ and ]."""
    tab = request.GET.get("tab", "open")
    if tab not in TABS:
        return {}
    chosen = tab_filter(tab, request.user, teams_of(request.user))
    rows = filtered(visible_to(request.user).filter(chosen), request.GET.dict())
    before, after = neighbours(ticket, rows, tab=tab)
    return {"label": TABS[tab], "before": before, "after": after, "query": _list_query(request)}


def _list_query(request: HttpRequest) -> str:
    given = request.GET.dict()
    kept = {name: str(given[name]) for name in given if name not in ("show", "after")}
    return f"?{urlencode(kept)}" if kept else ""


@page("desk.ticket.view")
def act(request: HttpRequest, ticket_id: int, action: str) -> HttpResponse:
    """One action on a ticket; what is wrong is said beside the form."""
    ticket = visible_ticket(request.user, ticket_id)
    known = ACTIONS.get(action)
    if known is None or not known.allows(request, ticket):
        raise NotFoundError("没有这个操作")
    back = reverse("desk:ticket", args=[ticket.pk]) + _list_query(request)
    if request.method != "POST":
        return redirect(back)
    scene = Scene(request, ticket, list(Clock.objects.filter(ticket=ticket)))
    offer = Offer.of(known, scene, bound=True)
    if not offer.form.is_valid():
        return _show(request, ticket, wrong=offer, status=422)
    try:
        said = perform(known, scene, offer.form.cleaned_data, now=wall_clock())
    except StewardError as error:
        offer.form.add_error(None, error.message)
        fresh = visible_ticket(request.user, ticket_id)
        return _show(request, fresh, wrong=offer, status=error.status)
    messages.success(request, said)
    return redirect(_safe(request, back))


def _safe(request: HttpRequest, back: str) -> str:
    wanted = request.POST.get("next", "")
    return wanted if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) else back
