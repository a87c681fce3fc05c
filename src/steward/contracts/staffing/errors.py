from steward.kernel.errors import ConflictError, InvalidError, NotFoundError


class InvalidStaffingError(InvalidError):
    """A person, plan, statement or change with something missing or wrong."""

    code = "staffing.invalid"


class StaffingStateError(ConflictError):
    """The row is not in a state that allows the action."""

    code = "staffing.state"


class NotOnTeamError(NotFoundError):
    """No such person in the team, or not on that day."""

    code = "staffing.not_on_team"
