"""Where the parts of a pack stand in its file, for the checks."""

from collections.abc import Iterable
from typing import Any

from steward.contracts.packs.document import Indicator, Pack, Source
from steward.contracts.packs.problems import Path


def indicator_paths(pack: Pack) -> Iterable[tuple[Indicator, Path]]:
    """Every indicator with its path in the file."""
    groups = pack.assessment.groups if pack.assessment else ()
    for g, group in enumerate(groups):
        for i, indicator in enumerate(group.indicators):
            yield indicator, ("assessment", "groups", g, "indicators", i)


def source_paths(pack: Pack) -> Iterable[tuple[Source, str, Path]]:
    """Every source with the weakest grade its owner takes, and its path."""
    for indicator, path in indicator_paths(pack):
        for n, source in enumerate(indicator.sources):
            yield source, indicator.minimum_grade, (*path, "sources", n)
    for n, veto in enumerate(pack.vetoes):
        yield veto.source, veto.minimum_grade, ("vetoes", n, "source")


def texts(value: Any) -> list[str]:
    """A parameter's values as texts; a single value is a list of one, none is empty."""
    if value is None:
        return []
    return [str(item) for item in value] if isinstance(value, list | tuple) else [str(value)]
