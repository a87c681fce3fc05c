"""What every page of a team needs: the contract seen, its tabs, dates from addresses."""

from datetime import date, datetime
from typing import Any

from django.http import Http404, HttpRequest

from steward.contracts.packs import api as packs
from steward.contracts.staffing.queries.team import VIEW
from steward.core.access.api import Somebody
from steward.kernel.errors import NotFoundError

MANAGE, CHECK_IN = "staffing.team.manage", "staffing.attendance.check_in"
REVIEW, REQUEST = "staffing.attendance.review", "staffing.change.request"
FILE = "staffing.person.file"


def contract_of(request: HttpRequest, code: str, permission: str = VIEW) -> packs.ContractInfo:
    """The contract if this person may do that with its team; unknown and forbidden alike 404."""
    return packs.contract_for(request.user, code, permission)


def may(user: Somebody, code: str, permission: str) -> bool:
    """Whether somebody may do that with the team of a contract."""
    try:
        packs.contract_for(user, code, permission)
    except NotFoundError:
        return False
    return True


def rights(user: Somebody, code: str) -> dict[str, Any]:
    """What the templates offer to this person."""
    names = {"manage": MANAGE, "review": REVIEW, "ask": REQUEST, "file": FILE}
    return {f"may_{name}": may(user, code, permission) for name, permission in names.items()}


def day_in(text: str) -> date:
    """A date of an address; nonsense answers 404."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Http404(text) from None


def month_in(text: str, *, today: date) -> date:
    """The first of the month `2026-03` of an address, or of this month."""
    if not text:
        return today.replace(day=1)
    return day_in(f"{text}-01")


def instant_in(text: str) -> datetime | None:
    """An instant of an address, or None."""
    try:
        found = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError:
        return None
    return found if found.tzinfo is not None else None
