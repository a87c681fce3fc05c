"""The SQL of every kind on every engine is a file under review.

After a wanted change: STEWARD_WRITE_BASELINES=1 pytest tests/engine/rules/test_baselines.py
"""

import os
from pathlib import Path

import pytest

from steward.engine.rules import all_engines, all_kinds, build_rules
from steward.engine.rules.generate import Described, generate_sql
from tests.engine.rules.tables import CASES, NOW

FOLDER = Path(__file__).parent / "baselines"
WRITE = "STEWARD_WRITE_BASELINES" in os.environ
FIRST = {case.rule["kind"]: case for case in reversed(CASES)}
PAIRS = [(engine.code, kind.code) for engine in all_engines() for kind in all_kinds()]


def generated(engine: str, kind: str) -> str:
    case = FIRST[kind]
    schemas = case.schemas
    described = Described("main", schemas.pop("main"), schemas)
    sql = generate_sql(build_rules(case.rule_set), engine, described, now=NOW)
    assert sql.errors == {}
    texts = [*sql.groups.values(), *(text for table in sql.tables.values() for text in table)]
    if not sql.tables:
        texts.append(sql.failing)
    return ";\n\n".join(texts) + ";\n"


@pytest.mark.parametrize(("engine", "kind"), PAIRS)
def test_the_sql_of_a_kind_is_the_reviewed_one(engine, kind):
    text = generated(engine, kind)
    path = FOLDER / engine / f"{kind}.sql"
    if WRITE:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())

    assert text == path.read_bytes().decode()


@pytest.mark.parametrize("engine", [engine.code for engine in all_engines()])
def test_no_engine_is_sent_what_hive_does_not_know(engine):
    texts = [generated(engine, kind.code) for kind in all_kinds()]

    found = [
        word for word in ("FILTER", "IS DISTINCT", "CREATE FUNCTION") for t in texts if word in t
    ]

    assert found == []


def test_no_baseline_is_stale():
    files = {f"{path.parent.name}/{path.stem}" for path in FOLDER.rglob("*.sql")}

    assert files == {f"{engine}/{kind}" for engine, kind in PAIRS}
