"""Facade of confidentiality: agreements, access, uses, hand-back."""

from steward.contracts.confidentiality.choices import (
    AccessKind,
    GrantState,
    ItemKind,
    ItemState,
    RequestState,
    Side,
)
from steward.contracts.confidentiality.errors import (
    ConfidentialityStateError,
    InvalidConfidentialityError,
    NoAgreementError,
    UnknownGrantError,
)
from steward.contracts.confidentiality.events import AccessEnded, AccessGranted, HandbackClosed
from steward.contracts.confidentiality.queries.agreements import (
    AgreementInfo,
    agreements,
    without_agreement,
)
from steward.contracts.confidentiality.queries.grants import (
    GrantInfo,
    UseInfo,
    grants_between,
    outside_between,
    uncovered_between,
)
from steward.contracts.confidentiality.queries.handback import HandbackInfo, ItemInfo, handback
from steward.contracts.confidentiality.services.access import (
    FLOW,
    AccessDraft,
    expire_due,
    request_access,
    revoke,
    revoke_of_member,
)
from steward.contracts.confidentiality.services.agreements import NewAgreement, file_agreement
from steward.contracts.confidentiality.services.checks import check_contract
from steward.contracts.confidentiality.services.endings import end_agreement
from steward.contracts.confidentiality.services.handback import (
    NewItem,
    confirm_item,
    register_item,
    settle_item,
    sign_handback,
)
from steward.contracts.confidentiality.services.uses import UseDraft, record_use, witness_use

__all__ = [
    "FLOW",
    "AccessDraft",
    "AccessEnded",
    "AccessGranted",
    "AccessKind",
    "AgreementInfo",
    "ConfidentialityStateError",
    "GrantInfo",
    "GrantState",
    "HandbackClosed",
    "HandbackInfo",
    "InvalidConfidentialityError",
    "ItemInfo",
    "ItemKind",
    "ItemState",
    "NewAgreement",
    "NewItem",
    "NoAgreementError",
    "RequestState",
    "Side",
    "UnknownGrantError",
    "UseDraft",
    "UseInfo",
    "agreements",
    "check_contract",
    "confirm_item",
    "end_agreement",
    "expire_due",
    "file_agreement",
    "grants_between",
    "handback",
    "outside_between",
    "record_use",
    "register_item",
    "request_access",
    "revoke",
    "revoke_of_member",
    "settle_item",
    "sign_handback",
    "uncovered_between",
    "without_agreement",
    "witness_use",
]
