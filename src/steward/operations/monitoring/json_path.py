"""A path into JSON: `$.data.items[0].status`, nothing more."""

import re
from typing import Any

_STEP = re.compile(r"\.?([^.\[\]]+)|\[(\d+)\]")


class MissingPathError(LookupError):
    """The document has nothing at the path; the text is the part that is missing."""


def find(document: Any, path: str) -> Any:
    """The value at the path; MissingPathError names how far it got."""
    rest = path.removeprefix("$")
    position, value = 0, document
    while position < len(rest):
        match = _STEP.match(rest, position)
        if match is None:
            raise MissingPathError(path)
        value = _step(value, match, f"${rest[: match.end()]}")
        position = match.end()
    return value


def _step(value: Any, match: re.Match[str], so_far: str) -> Any:
    name, index = match.groups()
    if name is not None and isinstance(value, dict) and name in value:
        return value[name]
    if index is not None and isinstance(value, list) and int(index) < len(value):
        return value[int(index)]
    raise MissingPathError(so_far)
