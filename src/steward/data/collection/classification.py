"""How sensitive the columns of lake tables are, by whoever knows: a catalogue, a model, a person.

The data apps do not know each other; each says here what it has declared, and whoever shows rows
asks here. Nothing is kept: a declaration holds from the moment it is made.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

UNKNOWN_LEVEL = 3


@dataclass(frozen=True, slots=True)
class DeclaredLevel:
    """A level 1–4 (DB33/T 2351-2021) of one column, what it holds, and who says so in words.

    `only_raises`: it counts only where it is stricter than what others declare.
    """

    level: int
    content: str
    by: str
    only_raises: bool = False


Provider = Callable[[str], Mapping[str, DeclaredLevel]]
_PROVIDERS: dict[str, tuple[int, Provider]] = {}


def declare_levels(code: str, provider: Provider, *, order: int) -> None:
    """Register who can say something about a lake table (name → column → level); the lowest
    `order` is asked first and its word holds. A duplicate code is a programming error."""
    if code in _PROVIDERS:
        raise ValueError(f"levels are declared twice by {code!r}")
    _PROVIDERS[code] = (order, provider)


def declared_levels(table: str, columns: Iterable[str]) -> dict[str, DeclaredLevel]:
    """What is declared for the columns of a lake table; columns that nobody knows are left out."""
    said = [
        {name.casefold(): level for name, level in provider(table).items()}
        for _, provider in sorted(_PROVIDERS.values(), key=lambda item: item[0])
    ]
    found = {}
    for name in columns:
        words = [part[name.casefold()] for part in said if name.casefold() in part]
        if words:
            found[name] = _joined(words)
    return found


def _joined(words: list[DeclaredLevel]) -> DeclaredLevel:
    """The first word that stands alone, raised by the stricter ones that only raise."""
    first = next((word for word in words if not word.only_raises), words[0])
    strictest = max(words, key=lambda word: word.level if word.only_raises else 0)
    if strictest.only_raises and strictest.level > first.level:
        first = strictest
    content = next((word.content for word in words if word.content), "")
    return replace(first, content=first.content or content)
