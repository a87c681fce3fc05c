from steward.kernel.errors import ConflictError, InvalidError, NotFoundError


class InvalidConfidentialityError(InvalidError):
    """An agreement, request, use or item with something missing or wrong."""

    code = "confidentiality.invalid"


class ConfidentialityStateError(ConflictError):
    """The row is not in a state that allows the action."""

    code = "confidentiality.state"


class NoAgreementError(ConflictError):
    """The person has no agreement that covers the time asked for."""

    code = "confidentiality.no_agreement"


class UnknownGrantError(NotFoundError):
    """No such row, or none that this person needs to know of."""

    code = "confidentiality.unknown"
