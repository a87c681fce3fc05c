"""What the desk refuses, in words."""

from steward.kernel.errors import ConflictError, InvalidError


class InvalidPolicyError(InvalidError):
    """A policy definition that cannot be installed."""

    code = "desk.invalid_policy"


class PolicyConflictError(ConflictError):
    """The version is installed already and says something else."""

    code = "desk.policy_conflict"


class WrongStateError(ConflictError):
    """The ticket is not in a state that allows the action."""

    code = "desk.wrong_state"


class StillFailingError(ConflictError):
    """The check that found the problem still fails."""

    code = "desk.still_failing"


class MissingStepError(ConflictError):
    """A step of the kind's course of work must be done first."""

    code = "desk.missing_step"


class InvalidInputError(InvalidError):
    """Input of the right shape that a rule of the desk forbids."""

    code = "desk.invalid_input"


class FourEyesError(ConflictError):
    """The proposer and the confirmer must be two people of the two sides."""

    code = "desk.four_eyes"
