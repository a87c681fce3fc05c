"""The reports of the demonstration's year: the last months and weeks, an emergency, a new version."""

from datetime import datetime, timedelta

from steward.contracts.packs import api as packs
from steward.contracts.reports import api as reports
from steward.desk.tickets import api as desk
from steward.site.demo.people import DEMO

MORNING = timedelta(hours=8)
NEWEST = (("weekly", 2), ("monthly", 3), ("emergency", 1), ("incident", 1), ("vulnerability", 1))


def load_reports(code: str, *, now: datetime) -> None:
    """Make the newest reports as they would have been made, on the morning after."""
    contract = packs.get(code)
    for kind, count in NEWEST:
        known = reports.KINDS.get(kind)
        periodic = known.rhythm is not None
        choices = known.choices(contract, now=now)
        over = [c for c in choices if _is_over(c.key, c.end, periodic=periodic, now=now)]
        for choice in over[:count]:
            at = choice.end + MORNING if periodic else now
            reports.make_report(reports.Wanted(code, kind, choice.key), by=DEMO, now=at)
    _again(code, now=now)


def _is_over(key: str, end: datetime, *, periodic: bool, now: datetime) -> bool:
    if periodic:
        return end + MORNING <= now
    return desk.get_ticket(int(key)).resolved_at is not None


def _again(code: str, *, now: datetime) -> None:
    """The newest monthly report is made again: tickets were entered late."""
    found = reports.reports_of(code, kind="monthly")
    if found:
        wanted = reports.Wanted(code, "monthly", found[-1].key, "补登两张电话报修工单后重新统计")
        reports.make_report(wanted, by=DEMO, now=now)
