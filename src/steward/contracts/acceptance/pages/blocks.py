"""What acceptance shows on 今天: the ones that are under way."""

from typing import Any

from django.http import HttpRequest

from steward.contracts.acceptance.queries import acceptances_for

MOST = 5


def home_block(request: HttpRequest) -> dict[str, Any] | None:
    """Open acceptances by due time; None without any."""
    rows = list(acceptances_for(request.user).filter(is_open=True).order_by("due_at", "id")[:MOST])
    return {"rows": rows} if rows else None
