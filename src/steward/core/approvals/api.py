"""Facade of approvals: declare what can be approved, define flows, start, decide, delegate."""

from steward.core.approvals.definition import InvalidFlowError
from steward.core.approvals.events import ApprovalPassed, ApprovalRejected, ApprovalWithdrawn
from steward.core.approvals.queries import ApprovalInfo, UnknownFlowError, get, of_subject
from steward.core.approvals.registry import FactField, declare_purpose
from steward.core.approvals.routing import NoApproverError
from steward.core.approvals.services import (
    ApprovalFinishedError,
    CommentRequiredError,
    InvalidDelegationError,
    NotApproverError,
    PendingApprovalError,
    decide,
    define_flow,
    delegate,
    end_delegation,
    seed_flow,
    start,
    withdraw,
)

__all__ = [
    "ApprovalFinishedError",
    "ApprovalInfo",
    "ApprovalPassed",
    "ApprovalRejected",
    "ApprovalWithdrawn",
    "CommentRequiredError",
    "FactField",
    "InvalidDelegationError",
    "InvalidFlowError",
    "NoApproverError",
    "NotApproverError",
    "PendingApprovalError",
    "UnknownFlowError",
    "decide",
    "declare_purpose",
    "define_flow",
    "delegate",
    "end_delegation",
    "get",
    "of_subject",
    "seed_flow",
    "start",
    "withdraw",
]
