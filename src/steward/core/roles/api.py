"""Facade of roles: grant and revoke roles on posts, keep roles, read who holds what."""

from steward.core.roles.choices import DutyChoice, Reach
from steward.core.roles.errors import (
    GrantError,
    OwnGrantError,
    RoleInvalidError,
    SeparatedDutiesError,
)
from steward.core.roles.events import GrantChanged, RoleChanged
from steward.core.roles.queries import (
    GRANT_KIND,
    ROLE_KIND,
    GrantInfo,
    RoleInfo,
    builtin_role,
    get_grant,
    get_role,
    grants_of,
    roles,
)
from steward.core.roles.services import (
    NewGrant,
    RoleDraft,
    change_role,
    confirm_grants,
    create_role,
    grant_role,
    install_builtin_roles,
    revoke_role,
    switch_role,
)

__all__ = [
    "GRANT_KIND",
    "ROLE_KIND",
    "DutyChoice",
    "GrantChanged",
    "GrantError",
    "GrantInfo",
    "NewGrant",
    "OwnGrantError",
    "Reach",
    "RoleChanged",
    "RoleDraft",
    "RoleInfo",
    "RoleInvalidError",
    "SeparatedDutiesError",
    "builtin_role",
    "change_role",
    "confirm_grants",
    "create_role",
    "get_grant",
    "get_role",
    "grant_role",
    "grants_of",
    "install_builtin_roles",
    "revoke_role",
    "roles",
    "switch_role",
]
