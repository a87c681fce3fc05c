"""Every kind gives the same rows on every engine (issue 3, item 3)."""

from pathlib import Path

import pytest

from steward.engine.rules import FailuresReader, Options, all_kinds, build_rules, check
from tests.engine.rules import tables
from tests.engine.rules.tables import CASES, NOW, Case

by_name = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


def assert_same(case: Case, place, folder: Path):
    source, references = place
    options = Options(tables=references)
    rule_set = build_rules(case.rule_set)

    counted = check(rule_set, source, now=NOW, options=options)
    saved = check(rule_set, source, now=NOW, options=options, failures=folder / "failures.parquet")
    rows = FailuresReader(folder / "failures.parquet").page(limit=1000)

    result = saved.rule("r")
    assert result.error == ""
    assert [row.key["n"] for row in rows] == case.failing
    assert (result.failing or 0, counted.rule("r").failing or 0) == (len(case.failing),) * 2
    assert counted.rows == saved.rows == len(case.main.rows)
    assert result.status.value == (case.expect or ("failed" if case.failing else "passed"))
    assert counted.rule("r").status is result.status


@by_name
def test_duckdb_finds_the_failing_rows(case, tmp_path):
    assert_same(case, tables.in_duckdb(case, tmp_path), tmp_path)


@by_name
def test_postgres_finds_the_same_rows(case, tmp_path, postgres_server):
    assert_same(case, tables.in_postgres(case, postgres_server.create_database()), tmp_path)


@by_name
@pytest.mark.mariadb
def test_mariadb_finds_the_same_rows(case, tmp_path, mariadb_server):
    assert_same(case, tables.in_mysql(case, mariadb_server.create_database()), tmp_path)


@by_name
def test_spark_finds_the_same_rows(case, tmp_path, sail_server):
    assert_same(case, tables.in_spark(case, tmp_path, sail_server), tmp_path)


def test_every_kind_has_a_case():
    tried = {case.rule["kind"] for case in CASES}

    assert tried == {kind.code for kind in all_kinds()}
