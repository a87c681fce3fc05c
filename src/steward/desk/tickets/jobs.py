"""Background work of the desk: the clock scanner, findings, calendars, escalation."""

import asyncio

from asgiref.sync import sync_to_async

from steward.core.calendars import api as calendars
from steward.core.findings import api as findings
from steward.core.jobs import api as jobs
from steward.desk.tickets.services.routing import finish_finding, take_finding
from steward.desk.tickets.services.scanner import BATCH, clocks_following, follow_calendar, scan
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


@jobs.service(code="desk.clock_scanner", label="时限扫描")
async def watch_clocks() -> None:
    """Settle clocks as they come due; rests only when nothing is due."""
    settle_due = sync_to_async(_scan_now, thread_sensitive=True)
    while True:
        if await settle_due() < BATCH:
            await asyncio.sleep(PAUSE_SECONDS)


def _scan_now() -> int:
    return scan(now=wall_clock())
