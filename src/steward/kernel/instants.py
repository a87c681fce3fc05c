"""Instants: the one place that reads the wall clock, and Asia/Shanghai for people."""

import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """The present instant in UTC. Only the edge (views, jobs, commands) calls this."""
    return datetime.now(UTC)  # noqa: TID251


def running(since: datetime) -> Callable[[], datetime]:
    """A clock that stands at `since` now and runs from there: when did a long piece of work end?

    It never goes back, whatever happens to the wall clock meanwhile.
    """
    began = time.monotonic()
    return lambda: since + timedelta(seconds=time.monotonic() - began)


def local(instant: datetime) -> datetime:
    """The same instant on the clock of Asia/Shanghai; a naive datetime is a programming error."""
    if instant.tzinfo is None:
        raise ValueError("naive datetime")
    return instant.astimezone(SHANGHAI)


def local_date(instant: datetime) -> date:
    """The calendar date in Asia/Shanghai of an instant."""
    return local(instant).date()


def at_local(day: date, hour: int = 0, minute: int = 0) -> datetime:
    """The UTC instant of a wall-clock time in Asia/Shanghai."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=SHANGHAI).astimezone(UTC)
