"""What every identifier shares: the error, and the refusals that name the place."""

from typing import NoReturn

from steward.kernel.errors import InvalidError
from steward.kernel.text import normalise


class InvalidIdentifierError(InvalidError):
    """A value that is not an identifier of its kind; the sentence says which character and why."""

    code = "kernel.invalid_identifier"


def refuse(label: str, value: str, problem: str) -> NoReturn:
    """Raise the one sentence of a refusal."""
    raise InvalidIdentifierError(f"{label}“{value}”{problem}", label=label, value=value)


def read_identifier(label: str, value: str) -> str:
    """The normalised text; an empty one is refused."""
    text = normalise(value)
    if not text:
        raise InvalidIdentifierError(f"{label}为空", label=label, value=value)
    return text


def demand_length(label: str, text: str, *lengths: int) -> None:
    """Refuse a length that is none of `lengths`."""
    if len(text) not in lengths:
        wanted = " 或 ".join(map(str, lengths))
        refuse(label, text, f"长度应为 {wanted} 位，实为 {len(text)} 位")


def demand_characters(label: str, text: str, *, allowed: str, start: int = 1) -> None:
    """Refuse the first character not in `allowed`; `start` is the position of the first one."""
    for position, character in enumerate(text, start=start):
        if character not in allowed:
            refuse(label, text, f"第 {position} 位“{character}”不是允许的字符")


def demand_check(label: str, text: str, *, expected: str, position: int) -> None:
    """Refuse a check character that is not the expected one; `position` counts from 1."""
    found = text[position - 1]
    if found != expected:
        refuse(label, text, f"校验位（第 {position} 位）应为 {expected}，实为 {found}")
