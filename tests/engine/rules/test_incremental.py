"""Changed rows only, and the same totals as a full run."""

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from steward.engine.rules import (
    ArrowSource,
    Changes,
    FailuresReader,
    Request,
    build_rules,
    check,
    recheck,
)
from tests.engine.rules.tables import NOW

RULES = build_rules(
    {
        "name": "增量",
        "key": ["n"],
        "rules": [
            {"id": "unique", "kind": "unique", "columns": ["b"]},
            {"id": "blank", "kind": "not_blank", "column": "a"},
            {"id": "born", "kind": "date_parses", "column": "b"},
            {"id": "length", "kind": "length", "column": "a", "max": 2},
            {"id": "rows", "kind": "row_count_between", "min": 1},
        ],
    }
)
SCHEMA = pa.schema({"n": pa.int64(), "a": pa.string(), "b": pa.string()})
WORD = st.sampled_from([None, "", "x", "xyz", "2026-01-01", "2026-02-30"])
TABLE = st.dictionaries(st.integers(1, 12), st.tuples(WORD, WORD), max_size=12)


def source(rows):
    data = [{"n": n, "a": a, "b": b} for n, (a, b) in rows.items()]
    return ArrowSource(pa.Table.from_pylist(data, schema=SCHEMA))


def failing(result):
    rows = FailuresReader(result.failures).page(limit=1000)
    return [(row.key["n"], row.rules) for row in rows]


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(before=TABLE, changed=TABLE, deleted=st.sets(st.integers(1, 12), max_size=4))
def test_an_incremental_run_equals_a_full_one(tmp_path, *, before, changed, deleted):
    after = {n: row for n, row in {**before, **changed}.items() if n not in deleted}
    upserted = {n: row for n, row in changed.items() if n not in deleted}
    first = check(RULES, source(before), now=NOW, failures=tmp_path / "first.parquet")
    keys = ArrowSource(pa.table({"n": pa.array(sorted(deleted), pa.int64())}))
    request = Request(first, Changes(source(upserted), keys), tmp_path / "second.parquet")

    found = recheck(RULES, source(after), request, now=NOW)
    full = check(RULES, source(after), now=NOW, failures=tmp_path / "full.parquet", previous=first)

    assert found.incremental == ("blank", "length")
    assert failing(found) == failing(full)
    assert found.rules == full.rules
    assert (found.rows, found.failing_rows) == (full.rows, full.failing_rows)
    assert found.dimensions == full.dimensions


@pytest.mark.parametrize("changed", [{"max": 3}, {"max": 2, "empty": "fail"}])
def test_a_changed_rule_runs_over_the_whole_table(changed, tmp_path):
    rows = {1: ("xyz", None), 2: ("x", None)}
    first = check(RULES, source(rows), now=NOW, failures=tmp_path / "first.parquet")
    rules = build_rules(
        {
            "name": "增量",
            "key": ["n"],
            "rules": [{"id": "length", "kind": "length", "column": "a", **changed}],
        }
    )
    request = Request(first, Changes(source({})), tmp_path / "second.parquet")

    found = recheck(rules, source(rows), request, now=NOW)

    assert found.incremental == ()
    assert found.rule("length").failing == (0 if changed == {"max": 3} else 1)
