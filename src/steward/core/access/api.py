"""Facade of access: declare permissions, ask what somebody may do and which bodies they see."""

from steward.core.access.registry import (
    Duty,
    Permission,
    declare,
    duty_of,
    is_declared,
    permissions,
    reserve,
)
from steward.core.access.services import (
    EVERYTHING,
    NOTHING,
    Decides,
    Scope,
    Somebody,
    can,
    holders,
    scope_of,
    visible_organizations,
)

__all__ = [
    "EVERYTHING",
    "NOTHING",
    "Decides",
    "Duty",
    "Permission",
    "Scope",
    "Somebody",
    "can",
    "declare",
    "duty_of",
    "holders",
    "is_declared",
    "permissions",
    "reserve",
    "scope_of",
    "visible_organizations",
]
