from steward.kernel.errors import ConflictError, InvalidError, NotFoundError


class UnknownCatalogueError(NotFoundError):
    """No such system, catalogue, demand or item, or not for this person."""

    code = "catalog.unknown"


class InvalidCatalogueError(InvalidError):
    """A system, catalogue, item or demand with something missing or wrong."""

    code = "catalog.invalid"


class CatalogueStateError(ConflictError):
    """The catalogue is not in a state that allows the action."""

    code = "catalog.state"


class NotCompliantError(InvalidError):
    """A catalogue that breaks serious rules of the standard cannot be sent for review."""

    code = "catalog.not_compliant"


class InvalidStandardError(InvalidError):
    """A text of the standard that is not right; data `problems`: each with line, column, path."""

    code = "catalog.invalid_standard"


class StandardStateError(ConflictError):
    """The version of the standard is not in a state that allows the action."""

    code = "catalog.standard_state"
