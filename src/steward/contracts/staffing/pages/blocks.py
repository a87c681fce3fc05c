"""What staffing shows on the page 今天, and who may read the files of a person."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest

from steward.contracts.packs import api as packs
from steward.contracts.staffing import api as staffing
from steward.contracts.staffing.models import Attendance, Member
from steward.contracts.staffing.pages.frame import MANAGE, REVIEW, may
from steward.contracts.staffing.queries.days import OpenDispute, open_disputes
from steward.contracts.staffing.queries.team import VIEW
from steward.core.access.api import Somebody
from steward.kernel.instants import local_date, now

WEEK = timedelta(days=8)


def home_block(request: HttpRequest) -> dict[str, Any] | None:
    """Sign in for today, disputes that wait, days ahead that are planned too thin."""
    at = now()
    today = local_date(at)
    mine = [m for m in staffing.memberships(request.user.pk or 0, today) if m.is_on_site]
    done = set(
        Attendance.objects.filter(member__in=[m.id for m in mine], day=today).values_list(
            "member_id", flat=True
        )
    )
    titles = {c.code: c.title for c in packs.contracts_for(request.user, VIEW)}
    check = [
        {"member": m, "title": titles[m.contract], "done": m.id in done}
        for m in mine
        if m.contract in titles
    ]
    disputes = _disputes(request.user)
    thin = _thin(request)
    if not (check or disputes or thin):
        return None
    return {"check": check, "disputes": disputes, "thin": thin, "today": today}


def _disputes(user: Somebody) -> list[OpenDispute]:
    """For the supplier those to answer, for the client those that were answered."""
    answer = [c.code for c in packs.contracts_for(user, MANAGE)]
    decide = [c.code for c in packs.contracts_for(user, REVIEW)]
    found = [d for d in open_disputes(answer) if not d.answer]
    return found + [d for d in open_disputes(decide) if d.answer]


def _thin(request: HttpRequest) -> list[staffing.DayStanding]:
    at = now()
    first = local_date(at) + timedelta(days=1)
    return [
        standing
        for contract in packs.contracts_for(request.user, MANAGE)
        if Member.objects.filter(contract=contract.code, is_on_site=True).exists()
        for standing in staffing.standings(contract.code, first, first + WEEK, known_at=at)
        if standing.planned_gap
    ]


def may_read_member(user: Any, key: str) -> bool:
    """Qualification files are read by whoever sees the team."""
    row = Member.objects.filter(pk=int(key)).first() if key.isdecimal() else None
    return row is not None and may(user, row.contract, VIEW)
