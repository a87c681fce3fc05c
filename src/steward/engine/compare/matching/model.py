# ruff: noqa: S608 - names are our own
"""The model of Fellegi and Sunter (1969), trained and applied by Splink inside DuckDB.

This is the one module that imports Splink; `run` imports it when a matching is asked for.
"""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from math import log2
from typing import Any, Final

import duckdb
from splink import DuckDBAPI, Linker
from splink.internals.exceptions import EMTrainingException

from steward.engine.compare.matching.fields import compiled
from steward.engine.compare.matching.prepare import Prepared, same_keys
from steward.engine.compare.matching.spec import Block, FieldSpec, MatchSpec

SCORED: Final = "match_scored"
_ELSE: Final = "不同"
_RECALL: Final = 0.8
_FEWEST: Final = 50
_LEAST_M: Final = 0.0005
_SAMPLE: Final = 1e6 + 1
_TRAINING: Final = 2e5


@dataclass(frozen=True, kw_only=True)
class Weight:
    """What one level of a field says: `m` and `u` are shares, `weight` is log2(m / u)."""

    label: str
    m: float
    u: float

    @property
    def weight(self) -> float:
        """Positive speaks for one person or place, negative for two; each step doubles."""
        return log2(self.m / self.u)


@dataclass(frozen=True, kw_only=True)
class Model:
    """Weights by field, most alike first, the last for “different”; `prior` is of any two rows."""

    fields: Mapping[str, tuple[Weight, ...]]
    prior: float
    notes: tuple[str, ...] = ()

    @property
    def prior_weight(self) -> float:
        """The weight that every pair starts with."""
        return log2(self.prior / (1 - self.prior))


def train(session: duckdb.DuckDBPyConnection, spec: MatchSpec, prepared: Prepared) -> Model:
    """Learn the model from the two prepared sides.

    `u` comes from random pairs with a fixed seed, less the share of true pairs among them; `m`
    by expectation maximisation over the candidates of the rules that leave the field free. What
    the data do not teach, or teach against all sense (a likeness that speaks against), keeps
    the start values of the kind, with a note.
    """
    prior = _prior(prepared)
    start = {item.name: _start(item) for item in spec.fields}
    with _linker(session, spec, (start, prior, False)) as linker:
        linker.training.estimate_u_using_random_sampling(
            max_pairs=_SAMPLE, seed=spec.seed, min_count_per_level=None, num_chunks=1
        )
        for number in _lessons(spec, prepared):
            try:
                linker.training.estimate_parameters_using_expectation_maximisation(
                    f"l.b{number} = r.b{number} AND {same_keys(spec.blocking[number])}",
                    max_pairs=_TRAINING,
                    record_sample_proportion=1.0,
                )
            except EMTrainingException:
                continue
        learnt = linker.misc.save_model_to_json()
    fields, notes = {}, []
    for index, item in enumerate(spec.fields):
        levels = learnt["comparisons"][index]["comparison_levels"][1:]
        weights = _sensible(start[item.name], levels, prior)
        if weights is None:
            notes.append(f"字段“{item.name}”的数据不足以学习，使用内置的权重")
        fields[item.name] = weights or start[item.name]
    return Model(fields=fields, prior=prior, notes=tuple(notes))


def score(session: duckdb.DuckDBPyConnection, spec: MatchSpec, model: Model) -> None:
    """Make the table `match_scored`: l, r, p, w and for each field its level g_i and weight w_i."""
    columns = []
    for index, item in enumerate(spec.fields):
        frequency = f" + mw_tf_adj_f{index}" if _frequent(item) else ""
        columns.append(f"gamma_f{index} AS g_{index}")
        columns.append(f"round(mw_f{index}{frequency}, 4) AS w_{index}")
    with _linker(session, spec, (model.fields, model.prior, True)) as linker:
        found = linker.inference.predict(threshold_match_probability=spec.possible)
        session.execute(
            f"CREATE OR REPLACE TEMP TABLE {SCORED} AS SELECT unique_id_l AS l, unique_id_r AS r, "
            f"round(match_probability, 6) AS p, round(match_weight, 4) AS w, {', '.join(columns)} "
            f"FROM {found.physical_name}"
        )


@contextmanager
def _linker(
    session: duckdb.DuckDBPyConnection,
    spec: MatchSpec,
    parameters: tuple[Mapping[str, tuple[Weight, ...]], float, bool],
) -> Iterator[Linker]:
    """A linker over the prepared tables that leaves nothing behind; `fixed`: weights are given."""
    weights, prior, fixed = parameters
    logging.getLogger("splink").setLevel(logging.CRITICAL)
    backend = DuckDBAPI(session)
    sides = [
        backend.register(f"match_{side}", dataset_display_name=f"{number}_{side}")
        for number, side in enumerate(("left", "right"))
    ]
    settings: dict[str, Any] = {
        "link_type": "link_only",
        "probability_two_random_records_match": prior,
        "comparisons": [
            _comparison(index, item, weights[item.name] if fixed else ())
            for index, item in enumerate(spec.fields)
        ],
        "blocking_rules_to_generate_predictions": [
            {"blocking_rule": f"l.b{number} = r.b{number}"} for number in range(len(spec.blocking))
        ],
        "retain_matching_columns": True,
        "retain_intermediate_calculation_columns": True,
        "linker_uid": "steward",
    }
    linker = Linker(sides, settings, log_level=None)
    try:
        yield linker
    finally:
        backend.delete_tables_created_by_splink_from_db()  # type: ignore[no-untyped-call]


def _comparison(index: int, item: FieldSpec, weights: tuple[Weight, ...]) -> dict[str, Any]:
    column = f"f{index}"
    missing = f'"{column}_l" IS NULL OR "{column}_r" IS NULL'
    levels: list[dict[str, Any]] = [
        {"sql_condition": missing, "label_for_charts": "缺值", "is_null_level": True}
    ]
    for level in item.kind.levels:
        entry: dict[str, Any] = {
            "sql_condition": compiled(level.condition, column),
            "label_for_charts": level.label,
        }
        if level.by_frequency:
            entry["tf_adjustment_column"] = column
        levels.append(entry)
    levels.append({"sql_condition": "ELSE", "label_for_charts": _ELSE})
    for known, weight in zip(levels[1:], weights, strict=False):
        known |= {"m_probability": weight.m, "u_probability": weight.u}
    return {"output_column_name": column, "comparison_levels": levels}


def _frequent(item: FieldSpec) -> bool:
    return any(level.by_frequency for level in item.kind.levels)


def _prior(prepared: Prepared) -> float:
    """The chance of two random rows: the certain pairs and those that they stand for."""
    left, right = prepared.rows
    most = min(left, right)
    expected = min(max(prepared.certain / _RECALL, 0.02 * most, 1.0), 0.98 * most + 0.02)
    return min(float(f"{expected / (left * right):.6g}"), 0.5)


def _start(item: FieldSpec) -> tuple[Weight, ...]:
    levels = [Weight(label=lvl.label, m=lvl.m, u=lvl.u) for lvl in item.kind.levels]
    rest = Weight(label=_ELSE, m=1 - sum(w.m for w in levels), u=1 - sum(w.u for w in levels))
    return (*levels, rest)


def _lessons(spec: MatchSpec, prepared: Prepared) -> list[int]:
    """Rules to train with: in their order, those that leave a field free that none left before."""
    chosen, open_fields = [], set(range(len(spec.fields)))
    for number, block in enumerate(spec.blocking):
        free = set(range(len(spec.fields))) - _used(block)
        if prepared.candidates[number] >= _FEWEST and free & open_fields:
            chosen.append(number)
            open_fields -= free
    return chosen


def _used(block: Block) -> set[int]:
    return {key.field for key in block}


def _sensible(
    start: tuple[Weight, ...], levels: list[dict[str, Any]], prior: float
) -> tuple[Weight, ...] | None:
    """Learnt weights with gaps filled; None where they cannot be true."""
    if all("m_probability" not in level for level in levels):
        return None
    found = []
    for first, level in zip(start, levels, strict=True):
        m = max(level.get("m_probability", first.m), _LEAST_M)
        seen = level.get("u_probability")
        u = first.u if seen is None else max(seen - prior * m, min(first.u, seen))
        found.append((first.label, m, max(u, 1e-9)))
    whole_m, whole_u = sum(m for _, m, _ in found), sum(u for _, _, u in found)
    weights = tuple(
        Weight(label=label, m=float(f"{m / whole_m:.6g}"), u=float(f"{u / whole_u:.6g}"))
        for label, m, u in found
    )
    sensible = weights[0].weight > 0 and weights[-1].weight < weights[0].weight
    return weights if sensible else None
