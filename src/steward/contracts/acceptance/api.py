"""Facade of acceptance: ask, act, where it stands, its papers as data."""

from steward.contracts.acceptance.choices import ActKind, Side, Stage
from steward.contracts.acceptance.documents import document as _document
from steward.contracts.acceptance.events import (
    AcceptanceConcluded,
    AcceptanceOverdue,
    AcceptanceRefused,
    AcceptanceRequested,
)
from steward.contracts.acceptance.models import KIND, Acceptance
from steward.contracts.acceptance.queries import (
    CLIENT,
    SUPPLIER,
    VIEW,
    AcceptanceInfo,
    Document,
    NoAcceptanceTermsError,
    Readiness,
    latest_of,
)
from steward.contracts.acceptance.services import (
    AcceptanceInvalidError,
    AcceptanceStateError,
    NewAct,
    add_paper,
    record_act,
    request_acceptance,
    watch,
)
from steward.kernel.errors import NotFoundError


def document(acceptance_id: int, kind: str) -> Document:
    """The paper `request`, `review` or `certificate` of an acceptance, for rendering.

    NotFoundError for an unknown acceptance or kind, and while there is nothing to say in it.
    """
    row = Acceptance.objects.filter(pk=acceptance_id).first()
    if row is None:
        raise NotFoundError("没有这次验收")
    return _document(row, kind)


__all__ = [
    "CLIENT",
    "KIND",
    "SUPPLIER",
    "VIEW",
    "AcceptanceConcluded",
    "AcceptanceInfo",
    "AcceptanceInvalidError",
    "AcceptanceOverdue",
    "AcceptanceRefused",
    "AcceptanceRequested",
    "AcceptanceStateError",
    "ActKind",
    "Document",
    "NewAct",
    "NoAcceptanceTermsError",
    "Readiness",
    "Side",
    "Stage",
    "add_paper",
    "document",
    "latest_of",
    "record_act",
    "request_acceptance",
    "watch",
]
