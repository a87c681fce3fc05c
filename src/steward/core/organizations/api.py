"""Facade of organizations: the tree of bodies, its changes, and the guards against ending one."""

from steward.core.organizations.choices import Kind, Level, Status
from steward.core.organizations.errors import (
    OrganizationClosedError,
    OrganizationInUseError,
    OrganizationInvalidError,
    TreeError,
)
from steward.core.organizations.events import (
    OrganizationCancelled,
    OrganizationChanged,
    OrganizationCreated,
    OrganizationMerged,
    OrganizationMoved,
    OrganizationRenamed,
)
from steward.core.organizations.fields import BodyField
from steward.core.organizations.queries import (
    KIND,
    OrganizationInfo,
    ancestors,
    children,
    find,
    find_named,
    get,
    get_many,
    search,
    subtree_ids,
    subtree_ids_of,
)
from steward.core.organizations.registry import Use, guard
from steward.core.organizations.services import (
    NewOrganization,
    cancel_organization,
    change_organization,
    create_organization,
    merge_organization,
    move_organization,
    rename_organization,
)

create = create_organization

__all__ = [
    "KIND",
    "BodyField",
    "Kind",
    "Level",
    "NewOrganization",
    "OrganizationCancelled",
    "OrganizationChanged",
    "OrganizationClosedError",
    "OrganizationCreated",
    "OrganizationInUseError",
    "OrganizationInfo",
    "OrganizationInvalidError",
    "OrganizationMerged",
    "OrganizationMoved",
    "OrganizationRenamed",
    "Status",
    "TreeError",
    "Use",
    "ancestors",
    "cancel_organization",
    "change_organization",
    "children",
    "create",
    "create_organization",
    "find",
    "find_named",
    "get",
    "get_many",
    "guard",
    "merge_organization",
    "move_organization",
    "rename_organization",
    "search",
    "subtree_ids",
    "subtree_ids_of",
]
