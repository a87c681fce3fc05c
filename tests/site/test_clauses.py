import json

from steward.site.cli import run_command
from steward.site.commands.clauses import expand, read_clauses

DOCUMENT = "| id | requirement |\n|---|---|\n| K1–K3 | Service desk kinds. |\n| C7 | Evidence. |\n"


def test_a_range_of_ids_is_one_requirement_each():
    assert expand("K15.5–6") == ["K15.5", "K15.6"]
    assert expand("K1–K3") == ["K1", "K2", "K3"]
    assert expand("HA") == ["HA"]


def test_a_clause_is_passing_only_when_all_its_tests_passed():
    report = {"C7": {"a": "passed", "b": "failed"}, "K1": {"c": "passed"}}

    passing = {clause.id: clause.passing for clause in read_clauses(DOCUMENT, report)}

    assert passing == {"K1": True, "K2": False, "K3": False, "C7": False}


def test_the_json_lists_every_requirement_with_its_tests(tmp_path, capsys):
    report = tmp_path / "clauses.json"
    report.write_text(json.dumps({"C7": {"tests/x.py::test_a": "passed"}}))

    run_command("clauses", ["--json", "--report", str(report)])

    clauses = {clause["id"]: clause for clause in json.loads(capsys.readouterr().out)}
    assert len(clauses) > 100
    assert clauses["C7"]["tests"] == ["tests/x.py::test_a"]
    assert clauses["C7"]["passing"]
    assert not clauses["B1.1"]["passing"]


def test_without_a_report_nothing_passes(tmp_path, capsys):
    run_command("clauses", ["--report", str(tmp_path / "none.json")])

    assert capsys.readouterr().out.splitlines()[-1].startswith("0 /")
