"""Facade of changes: file, execute, record; organisation and permission changes."""

from steward.desk.changes.choices import AccessAction, AccessState, Category, ChangeState, Risk
from steward.desk.changes.queries import AccessChangeInfo, ChangeInfo, executed_between
from steward.desk.changes.services import (
    ACCESS_FLOW,
    CHANGE_FLOW,
    AccessDraft,
    ChangeDraft,
    ChangeStateError,
    InvalidChangeError,
    finish_change,
    open_window,
    register_executed,
    request_access,
    roll_back,
    start_change,
    submit_change,
    take_access_decision,
    take_decision,
)

__all__ = [
    "ACCESS_FLOW",
    "CHANGE_FLOW",
    "AccessAction",
    "AccessChangeInfo",
    "AccessDraft",
    "AccessState",
    "Category",
    "ChangeDraft",
    "ChangeInfo",
    "ChangeState",
    "ChangeStateError",
    "InvalidChangeError",
    "Risk",
    "executed_between",
    "finish_change",
    "open_window",
    "register_executed",
    "request_access",
    "roll_back",
    "start_change",
    "submit_change",
    "take_access_decision",
    "take_decision",
]
