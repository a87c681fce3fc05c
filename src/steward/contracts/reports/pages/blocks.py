"""What reports show on other pages."""

from typing import Any

from django.http import HttpRequest

from steward.contracts.reports.queries import reports_for
from steward.kernel.subjects import Subject

NEWEST = 5


def contract_panel(subject: Subject, request: HttpRequest) -> dict[str, Any] | None:
    """The newest reports of a contract."""
    rows = reports_for(request.user).filter(contract=subject.key, is_latest=True)
    return {"reports": list(rows.order_by("-made_at", "-id")[:NEWEST]), "contract": subject.key}
