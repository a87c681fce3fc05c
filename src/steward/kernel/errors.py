"""The one family of expected errors: a code, an HTTP status, a Chinese sentence and data."""

from typing import ClassVar


class StewardError(Exception):
    """An expected failure that speaks to the person who caused it.

    Subclasses state `code` (stable, dotted) and `status` (HTTP); the message is a Chinese
    sentence that names the place, the value and the way out. Unexpected failures are ordinary
    exceptions and bubble up.
    """

    code: ClassVar[str] = "steward.error"
    status: ClassVar[int] = 400

    def __init__(self, message: str, /, **data: object) -> None:
        super().__init__(message)
        self.message = message
        self.data = data

    def __str__(self) -> str:
        return self.message


class NotFoundError(StewardError):
    """Unknown and forbidden objects answer alike, so that nobody learns what exists."""

    code = "kernel.not_found"
    status = 404


class ConflictError(StewardError):
    """The object is not in a state that allows the action."""

    code = "kernel.conflict"
    status = 409


class InvalidError(StewardError):
    """Input of the right shape that another row or rule forbids."""

    code = "kernel.invalid"
    status = 422
