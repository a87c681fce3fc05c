"""What can go wrong at a source, in words for the person."""

from steward.kernel.errors import InvalidError, NotFoundError, StewardError


class InvalidLocationError(InvalidError):
    """A source or target is written in a way that cannot be understood."""

    code = "engine.connectors.invalid_location"


class SourceMissingError(NotFoundError):
    """A file, table or sheet does not exist."""

    code = "engine.connectors.missing"


class SourceLostError(StewardError):
    """The source could not be reached, or went away in the middle."""

    code = "engine.connectors.lost"
    status = 502


class BadRowError(InvalidError):
    """A row cannot be read and the caller did not ask to keep the good ones."""

    code = "engine.connectors.bad_row"


class UnsupportedError(InvalidError):
    """This kind of source cannot do what was asked."""

    code = "engine.connectors.unsupported"
