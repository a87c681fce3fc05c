"""Refusals about roles and grants, each with the one most useful reason."""

from steward.kernel.errors import ConflictError, InvalidError


class SeparatedDutiesError(ConflictError):
    """One person would hold two of the three administrators' duties (三员分立)."""

    code = "roles.separated_duties"


class OwnGrantError(ConflictError):
    """Nobody changes what they themselves may do."""

    code = "roles.own_grant"


class GrantError(ConflictError):
    """The grant exists already, has ended, or its post has."""

    code = "roles.grant"


class RoleInvalidError(InvalidError):
    """A role that cannot be saved like this; `data["field"]` names the field."""

    code = "roles.invalid"
