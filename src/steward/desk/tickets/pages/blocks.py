"""What the desk shows on other pages: the badge, the block on 今天, the panel of an item."""

from typing import Any

from django.http import HttpRequest

from steward.desk.tickets.pages.queue import rows_of
from steward.desk.tickets.queries.queue import count_due, page_of, tab_filter, tallies
from steward.desk.tickets.queries.scope import Somebody, visible_to
from steward.kernel.instants import now as wall_clock
from steward.kernel.subjects import Subject

MOST = 8


def due_badge(request: HttpRequest) -> str:
    """How many open tickets are one's own; nothing for none."""
    count = count_due(request.user)
    return "" if not count else "99+" if count > 99 else str(count)


def home_block(request: HttpRequest) -> dict[str, Any] | None:
    """该你处理: one's own open tickets by due time, else what the desk has in hand; None without."""
    for tab, title in (("mine", "该你处理"), ("open", "服务台在办")):
        tickets = visible_to(request.user).filter(tab_filter(tab, request.user, ()))
        found = page_of(tickets, tab=tab, size=MOST)
        if found.rows:
            rows = rows_of(found.rows, now=wall_clock())
            return {"rows": rows, "tally": tallies(tickets), "tab": tab, "title": title}
    return None


def item_panel(subject: Subject, request: HttpRequest) -> dict[str, Any] | None:
    """The newest tickets of a configuration item."""
    if not subject.key.isdigit():
        return None
    rows = visible_to(request.user).filter(item_id=int(subject.key))
    found = page_of(rows, tab="all", size=6)
    return {"rows": rows_of(found.rows, now=wall_clock()), "key": subject.key}


def order_panel(subject: Subject, request: HttpRequest) -> dict[str, Any] | None:
    """The newest tickets about a problem order."""
    rows = visible_to(request.user).filter(subject_kind=subject.kind, subject_key=subject.key)
    return {"rows": rows_of(page_of(rows, tab="all", size=6).rows, now=wall_clock())}


def may_read(user: Somebody, key: str) -> bool:
    """Whether somebody may read a ticket's attachments: whoever sees the ticket."""
    return key.isdigit() and visible_to(user).filter(pk=int(key)).exists()
