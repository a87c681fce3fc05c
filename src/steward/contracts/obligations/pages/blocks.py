"""What other pages show of duties: the home page, the side bar, a contract's page."""

from typing import Any

from django.http import HttpRequest

from steward.contracts.obligations import api as obligations
from steward.contracts.obligations.choices import Standing
from steward.contracts.obligations.pages.frame import CONFIRM
from steward.contracts.obligations.queries.occurrences import (
    VIEW,
    standing_filter,
    visible_to,
)
from steward.contracts.packs import api as packs
from steward.kernel.instants import now
from steward.kernel.subjects import Subject

MOMENT_KIND = "obligations.moment"
_MOST = 99
_SHOWN = 6


def home_duties(request: HttpRequest) -> dict[str, Any] | None:
    """近期义务: what is overdue or comes next, and for the client what waits for a confirmation."""
    at = now()
    rows = visible_to(request.user)
    overdue = rows.filter(standing_filter(Standing.OVERDUE, at)).exclude(rhythm="daily").count()
    awaiting = rows.filter(awaits_client=True).count() if request.user.has_perm(CONFIRM) else 0
    duties = obligations.next_duties(request.user, n=_SHOWN, now=at)
    if not duties and not awaiting:
        return None
    return {"duties": duties, "overdue": overdue, "awaiting": awaiting}


def overdue_badge(request: HttpRequest) -> str:
    """How many occurrences are overdue, daily ones left out as on the list that it opens."""
    rows = visible_to(request.user).filter(standing_filter(Standing.OVERDUE, now()))
    count = rows.exclude(rhythm="daily").order_by()[: _MOST + 1].count()
    return f"{_MOST}+" if count > _MOST else str(count or "")


def contract_panel(subject: Subject, request: HttpRequest) -> dict[str, Any] | None:
    """How a contract's duties stand, and its next ones."""
    at = now()
    if not packs.contracts_for(request.user, VIEW):
        return None
    found = obligations.summary(subject.key, now=at)
    if not found.counts or not sum(found.counts.values()):
        return None
    shown = (Standing.OVERDUE, Standing.DUE, Standing.UPCOMING, Standing.DONE, Standing.LATE,
             Standing.WAIVED)  # fmt: skip
    return {
        "code": subject.key,
        "counts": [(s.label, found.of(s), found.url_of(s)) for s in shown],
        "weak": found.weak,
        "awaits": found.awaits,
        "duties": obligations.next_duties(request.user, subject.key, 4, now=at),
    }


def may_read(user: Any, key: str) -> bool:
    """Whether a person may read the files of an occurrence: whoever sees it."""
    return key.isdecimal() and visible_to(user).filter(pk=int(key)).exists()
