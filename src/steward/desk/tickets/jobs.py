"""Background work of the desk: the clock scanner, findings, calendars, escalation."""

import asyncio
from collections.abc import Sequence

from asgiref.sync import sync_to_async

from steward.core.accounts import api as accounts
from steward.core.calendars import api as calendars
from steward.core.findings import api as findings
from steward.core.jobs import api as jobs
from steward.desk.tickets.events import ClockBreached, ClockWarned, TicketAssigned, TicketReplied
from steward.desk.tickets.services.bulk import BulkOrder, do_in_bulk
from steward.desk.tickets.services.escalation import (
    tell_assignment,
    tell_breach,
    tell_reply,
    tell_warning,
)
from steward.desk.tickets.services.routing import finish_finding, take_finding
from steward.desk.tickets.services.scanner import BATCH, clocks_following, follow_calendar, scan
from steward.kernel.actors import Actor
from steward.kernel.instants import now as wall_clock

PAUSE_SECONDS = 1.0


@jobs.handles(findings.FindingOpened, code="desk.open_ticket")
def open_for_finding(event: findings.FindingOpened) -> None:
    take_finding(event.finding_id, episode=event.episode, now=wall_clock())


@jobs.handles(findings.FindingClosed, code="desk.finish_finding")
def finish_for_finding(event: findings.FindingClosed) -> None:
    finish_finding(event.finding_id, by_check=event.by_check, now=wall_clock())


@jobs.handles(calendars.CalendarChanged, code="desk.follow_calendar")
def follow(event: calendars.CalendarChanged) -> None:
    """A new notice counts for open clocks only (clock rule 6)."""
    for ticket_id in clocks_following(event.calendar):
        follow_calendar(ticket_id, calendar=event.calendar, now=wall_clock())


@jobs.handles(ClockWarned, code="desk.tell_warning")
def on_warning(event: ClockWarned) -> None:
    tell_warning(event.clock_id, warning=event.warning, now=wall_clock())


@jobs.handles(ClockBreached, code="desk.tell_breach")
def on_breach(event: ClockBreached) -> None:
    tell_breach(event.clock_id, now=wall_clock())


@jobs.handles(TicketAssigned, code="desk.tell_assignment")
def on_assignment(event: TicketAssigned) -> None:
    tell_assignment(event.ticket_id, assignee_id=event.assignee_id, now=wall_clock())


@jobs.handles(TicketReplied, code="desk.tell_reply")
def on_reply(event: TicketReplied) -> None:
    tell_reply(event.ticket_id, event.entry_id, to_requester=event.to_requester, now=wall_clock())


@jobs.job(code="desk.bulk", label="工单批量操作")
def bulk(
    run: jobs.RunHandle,
    *,
    action: str,
    value: str,
    reason: str,
    tickets: Sequence[int],
    user_id: int,
) -> None:
    """One action on many tickets as the person who asked for it."""
    person = accounts.get_user(user_id)
    by = Actor(user_id, person.name if person is not None else "已停用账号")
    done = do_in_bulk(
        BulkOrder(action, value, reason), tickets, run_id=run.run_id, by=by, now=wall_clock()
    )
    run.progress(len(tickets), len(tickets), f"成功 {done} 张，未成功 {len(tickets) - done} 张")


@jobs.service(code="desk.clock_scanner", label="时限扫描")
async def watch_clocks() -> None:
    """Settle clocks as they come due; rests only when nothing is due."""
    settle_due = sync_to_async(_scan_now, thread_sensitive=True)
    while True:
        if await settle_due() < BATCH:
            await asyncio.sleep(PAUSE_SECONDS)


def _scan_now() -> int:
    return scan(now=wall_clock())
