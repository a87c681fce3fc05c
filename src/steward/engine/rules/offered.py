"""Rule packs that the platform's own parts publish, for whoever keeps the rule library.

A part that knows some kind of data offers its rules here while the program starts; the library
takes them in as drafts, so that nothing is in force without a review.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedPack:
    """A rule file under a stable code; `table` and `tables` say where its data usually is.

    `text` gives the file; `tables` maps the file's names of other tables to tables of the lake.
    """

    code: str
    name: str
    text: Callable[[], str]
    table: str = ""
    tables: Mapping[str, str] = field(default_factory=dict)


_PACKS: dict[str, OfferedPack] = {}


def offer_pack(pack: OfferedPack) -> None:
    """Publish a pack; a duplicate code is a programming error."""
    if pack.code in _PACKS:
        raise ValueError(f"rule pack {pack.code!r} is offered twice")
    _PACKS[pack.code] = pack


def offered_packs() -> tuple[OfferedPack, ...]:
    """Every pack that came with the platform, by code."""
    return tuple(_PACKS[code] for code in sorted(_PACKS))


def offered_pack(code: str) -> OfferedPack | None:
    """The pack of that code, if the platform brings one."""
    return _PACKS.get(code)
