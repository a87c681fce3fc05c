"""Who may read the attachments of a subject: stated by the app that owns the subject's kind."""

from collections.abc import Callable
from typing import Any

MayRead = Callable[[Any, str], bool]

_GUARDS: dict[str, MayRead] = {}


def guard(kind: str, may_read: MayRead) -> None:
    """State `may_read(user, key)` for the attachments of one subject kind.

    A kind without a guard is readable by nobody.
    """
    if kind in _GUARDS:
        raise ValueError(f"attachments of {kind!r} are guarded twice")
    _GUARDS[kind] = may_read


def may_read(user: Any, kind: str, key: str) -> bool:
    check = _GUARDS.get(kind)
    return check is not None and check(user, key)
