# ruff: noqa: S608 - names are our own
"""Match two relations and compare what belongs together."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from dataclasses import replace as changed
from pathlib import Path
from typing import Any

import duckdb

from steward.engine.compare.matching import model as modelling
from steward.engine.compare.matching import prepare, resolve
from steward.engine.compare.matching.model import Model
from steward.engine.compare.matching.spec import MatchSpec
from steward.engine.compare.result import Comparison
from steward.engine.compare.run import compare
from steward.engine.compare.spec import CompareSpec, Pair
from steward.engine.lake.duck import columns_of, explained, scalar

Progress = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Matched:
    """The comparison of the pairs, and how they were found.

    `pairs` counts `match`, `possible` and `outbid`; `clusters` counts groups with more than one
    row on a side, which are likely duplicates within it.
    """

    comparison: Comparison
    pairs: Mapping[str, int]
    clusters: int
    model: Model
    notes: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """The comparison as plain JSON values with a further member `matching`."""
        found = {
            "pairs": dict(self.pairs),
            "clusters": self.clusters,
            "prior": self.model.prior,
            "notes": list(self.notes),
            "fields": {
                name: [
                    {"level": w.label, "m": w.m, "u": w.u, "weight": round(w.weight, 2)}
                    for w in weights
                ]
                for name, weights in self.model.fields.items()
            },
        }
        return self.comparison.as_json() | {"matching": found}


def _silent(_step: str) -> None:
    """Progress that nobody watches."""


def match(
    session: duckdb.DuckDBPyConnection,
    relations: tuple[str, str],
    spec: MatchSpec,
    *,
    compared: CompareSpec | None = None,
    output: Path | None = None,
    progress: Progress = _silent,
) -> Matched:
    """Find which rows of two relations are one person or place, then compare the pairs.

    `compared` gives columns, normalisers, tolerances and classes of the comparison (its keys are
    not used). `output` receives, beside the files of `compare`, `pairs.parquet` (probability and
    contribution of each field), `clusters.parquet` and `model.json`, all or nothing. The same
    data give the same result, in whatever order the rows come. Errors are StewardError.
    """
    try:
        progress("清洗并找出候选")
        prepared = prepare.prepare(session, relations, spec)
        with explained("配对数据"):
            sides = columns_of(session, relations[0]), columns_of(session, relations[1])
            progress("从数据学习权重")
            model = modelling.train(session, spec, prepared)
            progress(f"计算 {sum(prepared.candidates):,} 对候选的概率")
            modelling.score(session, spec, model)
            progress("一对一配对")
            resolve.decide(session, spec)
            keyed = resolve.key_both_sides(session)
            counts = _counts(session, spec)
            clusters = scalar(session, "SELECT count(DISTINCT cluster) FROM match_clusters")
        comparison = compare(
            session,
            keyed,
            _compared(session, keyed, (spec, compared)),
            output=output,
            progress=progress,
            more={
                "pairs": resolve.pairs(spec, model, sides),
                "clusters": resolve.clusters(),
                "model": resolve.weights(model),
            },
        )
    finally:
        resolve.drop(session)
        prepare.drop(session)
    notes = (*prepared.notes, *model.notes)
    return Matched(comparison=comparison, pairs=counts, clusters=clusters, model=model, notes=notes)


def _counts(session: duckdb.DuckDBPyConnection, spec: MatchSpec) -> dict[str, int]:
    rows = session.execute(
        f"SELECT class, count(*) FROM ({resolve.classed(spec)}) GROUP BY ALL"
    ).fetchall()
    return dict.fromkeys(resolve.CLASS_LABELS, 0) | {str(name): int(n) for name, n in rows}


def _compared(
    session: duckdb.DuckDBPyConnection,
    keyed: tuple[str, str],
    specs: tuple[MatchSpec, CompareSpec | None],
) -> CompareSpec:
    """Columns of one name and the matched fields; a field's usual spellings count as equal."""
    spec, asked = specs
    key = (Pair(left=resolve.KEY, right=resolve.KEY),)
    fields = {
        item.left: Pair(left=item.left, right=item.right, normalise=item.kind.normalise)
        for item in spec.fields
    }
    given = dict(asked.overrides) if asked else {}
    if asked and asked.columns:
        columns = tuple(
            fields.get(item.left, item) if item == Pair(left=item.left, right=item.right) else item
            for item in asked.columns
        )
        return changed(asked, keys=key, columns=columns)
    left, right = (columns_of(session, relation) for relation in keyed)
    names = [name for name in left if name in fields or (name in right and name != resolve.KEY)]
    plain = {name: fields.get(name) or Pair(left=name, right=name) for name in names}
    columns = tuple(given.get(name, item) for name, item in plain.items())
    if asked is None:
        return CompareSpec(keys=key, columns=columns)
    return changed(asked, keys=key, columns=columns, overrides={})
