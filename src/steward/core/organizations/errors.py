"""What can go wrong with a body, in words for the person who tried."""

from steward.kernel.errors import ConflictError, InvalidError


class OrganizationInUseError(ConflictError):
    """Other objects still need the body; `data["uses"]` lists them."""

    code = "organizations.in_use"


class OrganizationClosedError(ConflictError):
    """The body is merged or cancelled already."""

    code = "organizations.closed"


class TreeError(InvalidError):
    """The wanted place in the tree is impossible."""

    code = "organizations.tree"


class OrganizationInvalidError(InvalidError):
    """A value that a rule or another row forbids; `data["field"]` names the field."""

    code = "organizations.invalid"
