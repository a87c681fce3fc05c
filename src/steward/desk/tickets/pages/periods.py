from collections.abc import Mapping
from datetime import datetime

from django.utils.dateparse import parse_datetime

from steward.desk.tickets.queries.judged import Which, names_in
from steward.kernel.errors import InvalidError
from steward.kernel.instants import SHANGHAI, at_local, local_date
from steward.kernel.instants import now as wall_clock


class InvalidPeriodError(InvalidError):
    """A period in an address that cannot be read."""

    code = "desk.invalid_period"


def which_of(given: Mapping[str, str]) -> Which:
    """The clocks or tickets that an address means; without a period, this year's."""
    now = wall_clock()
    year = local_date(now).replace(month=1, day=1)
    return Which(
        contract=given.get("contract", ""),
        start=_instant(given.get("start", ""), at_local(year)),
        end=_instant(given.get("end", ""), at_local(year.replace(year=year.year + 1))),
        as_of=_instant(given.get("as_of", ""), now),
        ticket_kinds=names_in(given, "ticket_kinds"),
        severities=names_in(given, "severities"),
        clock_kinds=names_in(given, "clock_kinds"),
    )


def _instant(text: str, default: datetime) -> datetime:
    if not text:
        return default
    try:
        found = parse_datetime(text.replace(" ", "+"))
    except ValueError:
        found = None
    if found is None:
        raise InvalidPeriodError(f"时间“{text}”无法识别，请写成 2026-01-01T00:00:00+08:00")
    return found if found.tzinfo is not None else found.replace(tzinfo=SHANGHAI)
