from steward.kernel.errors import ConflictError, InvalidError, NotFoundError


class UnknownOccurrenceError(NotFoundError):
    """No such occurrence, or none that this person may see."""

    code = "obligations.unknown_occurrence"


class UnknownMomentError(NotFoundError):
    """No such moment, or none that this person may see."""

    code = "obligations.unknown_moment"


class NotFulfillableError(ConflictError):
    """The occurrence takes no proof now: not open yet, fulfilled already, waived, retired."""

    code = "obligations.not_fulfillable"


class ProofInvalidError(InvalidError):
    """What was put forward cannot be a proof."""

    code = "obligations.proof_invalid"


class ProofStateError(ConflictError):
    """The proof is not in a state that allows the action."""

    code = "obligations.proof_state"


class TwoSidesError(ConflictError):
    """What needs both sides was to be decided by one, or was decided already."""

    code = "obligations.two_sides"


class MomentInvalidError(InvalidError):
    """A moment that ends before it begins, lies outside the term or has no name."""

    code = "obligations.moment_invalid"
