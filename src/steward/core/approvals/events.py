from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from steward.kernel.events import Event


@dataclass(frozen=True, slots=True)
class ApprovalPassed(Event):
    """Every step that applied was approved; the app that started it now does what was asked."""

    name: ClassVar[str] = "approvals.passed"
    approval_id: int
    flow: str
    subject_kind: str
    subject_key: str
    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class ApprovalRejected(Event):
    """An approver refused, or time ran out on a step that rejects by itself."""

    name: ClassVar[str] = "approvals.rejected"
    approval_id: int
    flow: str
    subject_kind: str
    subject_key: str
    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class ApprovalWithdrawn(Event):
    """The requester took the request back before it was decided."""

    name: ClassVar[str] = "approvals.withdrawn"
    approval_id: int
    flow: str
    subject_kind: str
    subject_key: str
    occurred_at: datetime
