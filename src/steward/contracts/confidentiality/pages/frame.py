"""What every page of confidentiality needs: the contract seen, what this person may do."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest

from steward.contracts.confidentiality.queries.grants import VIEW
from steward.contracts.packs import api as packs
from steward.contracts.staffing import api as staffing
from steward.core.access.api import Somebody
from steward.kernel.errors import NotFoundError
from steward.kernel.instants import local_date

REQUEST, USE = "confidentiality.request.submit", "confidentiality.use.record"
REVOKE, MANAGE = "confidentiality.grant.revoke", "confidentiality.agreement.manage"
AGREEMENTS, HANDBACK = "confidentiality.agreement.view", "confidentiality.handback.view"
REGISTER, SETTLE = "confidentiality.handback.register", "confidentiality.handback.settle"
CONFIRM = "confidentiality.handback.confirm"


def contract_of(request: HttpRequest, code: str, permission: str = VIEW) -> packs.ContractInfo:
    """The contract if this person may do that in it; unknown and forbidden alike 404."""
    return packs.contract_for(request.user, code, permission)


def may(user: Somebody, code: str, permission: str) -> bool:
    """Whether somebody may do that in a contract."""
    try:
        packs.contract_for(user, code, permission)
    except NotFoundError:
        return False
    return True


def rights(user: Somebody, code: str) -> dict[str, Any]:
    """What the templates offer to this person."""
    names = {
        "ask": REQUEST,
        "use": USE,
        "revoke": REVOKE,
        "manage": MANAGE,
        "agreements": AGREEMENTS,
        "handback": HANDBACK,
        "register": REGISTER,
        "settle": SETTLE,
        "confirm": CONFIRM,
    }
    return {f"may_{name}": may(user, code, permission) for name, permission in names.items()}


def people_for(user: Somebody, code: str, *, now: datetime) -> list[staffing.MemberInfo]:
    """For whom this person may ask: anybody of the team, or only themselves."""
    if may(user, code, MANAGE):
        return staffing.team_of(code, now)
    return [m for m in staffing.memberships(user.pk or 0, local_date(now)) if m.contract == code]


def instant_in(text: str) -> datetime | None:
    """An instant of an address, or None."""
    try:
        found = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError:
        return None
    return found if found.tzinfo is not None else None
