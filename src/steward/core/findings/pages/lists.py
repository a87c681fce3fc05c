"""The list of findings behind the page: what a person may see, narrowed by filters."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest

from steward.core.access import api as access
from steward.core.findings.models import Finding, FindingState, Severity

VIEW = "findings.finding.view"
OPEN = Q(state__in=(FindingState.OPEN, FindingState.REGRESSED))


def visible_to(user: Any) -> QuerySet[Finding]:
    """Findings of the bodies that the person's permission reaches.

    Findings that no body answers for are seen by whoever sees every body.
    """
    bodies = access.visible_organizations(user, VIEW)
    if bodies is None:
        return Finding.objects.all()
    return Finding.objects.filter(organization_id__in=bodies)


def filtered(request: HttpRequest) -> QuerySet[Finding]:
    """Narrowed by `?severity=`, `?contract=`, `?source=`, `?organization=` (an id, or `none`) and
    words or a number in `?q=`.
    """
    rows = visible_to(request.user)
    for name in ("severity", "contract", "source"):
        value = request.GET.get(name, "")
        if value:
            rows = rows.filter(**{name: value})
    body = request.GET.get("organization", "")
    if body.isdecimal() and len(body) < 18:
        rows = rows.filter(organization_id=int(body))
    elif body == "none":
        rows = rows.filter(organization_id__isnull=True)
    return rows.filter(_words(request.GET.get("q", "").strip()))


def _words(text: str) -> Q:
    number = text.upper().removeprefix("F-")
    found = Q(title__icontains=text) | Q(subject_label__icontains=text)
    if not text:
        return Q()
    return found | Q(pk=int(number)) if number.isdecimal() and len(number) < 18 else found


def in_state(rows: QuerySet[Finding], state: str) -> QuerySet[Finding]:
    """One state; without a known one, everything that is open."""
    return rows.filter(state=state) if state in FindingState.values else rows.filter(OPEN)


def state_choices(rows: QuerySet[Finding]) -> list[tuple[str, str, QuerySet[Finding]]]:
    """The tabs: all that is open, then each state."""
    choices = [("", "待解决", rows.filter(OPEN))]
    return choices + [
        (value, label, rows.filter(state=value)) for value, label in FindingState.choices
    ]


def filters(rows: QuerySet[Finding]) -> dict[str, Any]:
    """What may be chosen in the filters."""
    return {
        "severities": Severity.choices,
        "contracts": _distinct(rows, "contract"),
        "sources": _distinct(rows, "source"),
    }


def _distinct(rows: QuerySet[Finding], name: str) -> list[str]:
    found = rows.order_by(name).values_list(name, flat=True).distinct()[:100]
    return [value for value in found if value]
