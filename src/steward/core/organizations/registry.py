"""Guards: what other apps say against cancelling or merging a body, since they still use it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Use:
    """How a body is still used: `有 3 个在用事项`, and the address of the page that lists them."""

    words: str
    url: str = ""


Guard = Callable[[int, datetime], Use | None]

_GUARDS: dict[str, Guard] = {}


def guard(code: str, check: Guard) -> None:
    """State a check `check(organization_id, now) -> Use | None` that can forbid cancelling and merging.

    Checks run inside the transaction of the change and see its rows locked.
    """
    if code in _GUARDS and _GUARDS[code] is not check:
        raise ValueError(f"guard {code!r} is registered twice")
    _GUARDS[code] = check


def uses_of(organization_id: int, *, now: datetime) -> list[Use]:
    """Everything that still uses the body, in the order of the guards' codes."""
    found = (check(organization_id, now) for _, check in sorted(_GUARDS.items()))
    return [use for use in found if use is not None]
