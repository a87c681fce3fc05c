import json
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import ProgrammingError, connection

from steward.core.evidence import api as evidence
from steward.core.evidence.models import EvidenceRecord
from steward.kernel.canonical import NotCanonicalError
from steward.kernel.subjects import Subject
from steward.site.cli import run_command
from tests.support import NOW

pytestmark = pytest.mark.django_db
CONTRACT = "huaian-2025"


def fact(number: int, **changes: object) -> evidence.Fact:
    values = {
        "contract": CONTRACT,
        "kind": "monitoring.span",
        "subject": Subject("monitoring.span", str(number), f"停机 {number}"),
        "occurred_at": NOW + timedelta(minutes=number),
        "source": "monitoring",
        "grade": "A",
        "payload": {"seconds": number},
    }
    return evidence.Fact(**(values | changes))  # type: ignore[arg-type]


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """Two seals, of five and three records."""
    for first, last in ((0, 5), (5, 8)):
        evidence.keep_many([fact(n) for n in range(first, last)], now=NOW)
        evidence.seal(CONTRACT, now=NOW + timedelta(hours=last))
    path = tmp_path / "evidence.zip"
    evidence.export_bundle(CONTRACT, path, now=NOW)
    return path


def rewrite(path: Path, name: str, change: Callable[[list[str]], list[str]]) -> None:
    """Change the lines of one file of the bundle and leave the manifest as it is."""
    with zipfile.ZipFile(path) as archive:
        contents = {entry: archive.read(entry) for entry in archive.namelist()}
    lines = contents[name].decode().splitlines()
    contents[name] = ("\n".join(change(lines)) + "\n").encode()
    with zipfile.ZipFile(path, "w") as archive:
        for entry, content in contents.items():
            archive.writestr(entry, content)


def edited(line: str, **changes: object) -> str:
    return json.dumps(json.loads(line) | changes, ensure_ascii=False)


def test_the_same_fact_is_kept_once():
    first = evidence.keep(fact(1), now=NOW)
    again = evidence.keep(fact(1), now=NOW + timedelta(days=1))

    assert first == again
    assert EvidenceRecord.objects.count() == 1


def test_a_float_has_no_place_in_evidence():
    with pytest.raises(NotCanonicalError, match="Decimal"):
        evidence.keep(fact(1, payload={"seconds": 1.5}), now=NOW)


@pytest.mark.parametrize("statement", ["UPDATE evidence_evidencerecord SET grade = 'A'", "DELETE FROM evidence_evidencerecord"])  # fmt: skip
def test_evidence_cannot_be_changed_or_removed(statement):
    evidence.keep(fact(1), now=NOW)

    with (
        pytest.raises(ProgrammingError, match="Cannot update or delete"),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_seals_are_chained():
    evidence.keep(fact(1), now=NOW)
    first = evidence.seal(CONTRACT, now=NOW)
    evidence.keep(fact(2), now=NOW)

    second = evidence.seal(CONTRACT, now=NOW)

    assert (second.sequence, second.previous) == (2, first.seal_hash)


def test_nothing_new_makes_no_seal():
    assert evidence.seal(CONTRACT, now=NOW) is None


def test_what_is_stored_agrees_with_its_seals(bundle):
    assert evidence.verify_stored(CONTRACT) == []


def test_a_row_changed_behind_the_triggers_is_named(bundle):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE evidence_evidencerecord DISABLE TRIGGER USER")
        cursor.execute("UPDATE evidence_evidencerecord SET payload = '{\"seconds\": 99}' WHERE subject_key = '3'")  # fmt: skip
        cursor.execute("ALTER TABLE evidence_evidencerecord ENABLE TRIGGER USER")
    changed = EvidenceRecord.objects.get(subject_key="3")

    problems = evidence.verify_stored(CONTRACT)

    assert problems == [f"证据 {changed.pk} 的内容被改动", "第 1 封与它的 5 条证据不符"]


@pytest.mark.clause("C7")
def test_an_untouched_bundle_is_sound_for_anyone(bundle, capsys):
    assert run_command("verify", [str(bundle)]) == 0
    assert "完好：合同 huaian-2025，8 条证据，2 封" in capsys.readouterr().out


TAMPERED = {
    "changed record": ("evidence.jsonl", lambda rows: [rows[0], edited(rows[1], payload={"seconds": 0}), *rows[2:]], "第 2 行（证据"),
    "removed record": ("evidence.jsonl", lambda rows: rows[:2] + rows[3:], "有证据被移除、增加或调换"),
    "added record": ("evidence.jsonl", lambda rows: [*rows, rows[-1]], "有证据被移除、增加或调换"),
    "reordered records": ("evidence.jsonl", lambda rows: [rows[1], rows[0], *rows[2:]], "有证据被移除、增加或调换"),
    "changed time of recording": ("evidence.jsonl", lambda rows: [edited(rows[0], recorded_at="2026-03-02T02:00:00Z"), *rows[1:]], "默克尔根与证据不符"),
    "removed seal": ("seals.jsonl", lambda rows: rows[1:], "有封被移除、增加或调换"),
    "forged seal": ("seals.jsonl", lambda rows: [rows[0], edited(rows[1], sealed_at="2026-03-01T00:00:00Z")], "封被伪造"),
    "last seal cut off": ("seals.jsonl", lambda rows: rows[:1], "最后封号与封存链不符"),
    "broken line": ("evidence.jsonl", lambda rows: [*rows[:-1], rows[-1][:20]], "第 8 行不是有效的记录"),
}  # fmt: skip


@pytest.mark.clause("C7")
@pytest.mark.parametrize("case", TAMPERED)
def test_tampering_is_named(bundle, capsys, case):
    name, change, expected = TAMPERED[case]
    rewrite(bundle, name, change)

    code = run_command("verify", [str(bundle)])

    said = capsys.readouterr().out
    assert code == 1
    assert expected in said
    assert f"文件 {name} 的内容与清单不符" in said


@pytest.mark.clause("C7")
def test_a_truncated_archive_is_told(bundle, capsys):
    bundle.write_bytes(bundle.read_bytes()[:-200])

    assert run_command("verify", [str(bundle)]) == 1
    assert "被截断" in capsys.readouterr().out


@pytest.mark.clause("C7")
def test_a_bundle_rewritten_as_a_whole_does_not_have_the_printed_head(bundle, capsys):
    assert run_command("verify", [str(bundle), "--head", "00ff00ff"]) == 1
    assert "这不是同一份证据" in capsys.readouterr().out


def test_a_missing_file_is_told(tmp_path, capsys):
    assert run_command("verify", [str(tmp_path / "none.zip")]) == 1
    assert "没有这个文件" in capsys.readouterr().out


@pytest.mark.clause("C7")
def test_the_command_seals_and_exports_what_can_be_verified(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("steward.site.cli.prepare_database", lambda: None)
    evidence.keep(fact(1), now=NOW)
    target = tmp_path / "out.zip"

    run_command("seal", [CONTRACT, "--out", str(target)])

    assert "已导出" in capsys.readouterr().out
    assert run_command("verify", [str(target)]) == 0
