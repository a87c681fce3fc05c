"""An acceptance bundle, and every way of tampering with it (C7)."""

import json
import shutil
import subprocess
import sys
import zipfile
from datetime import timedelta
from io import BytesIO

import pytest

from steward.contracts.assessment import api as assessment
from steward.contracts.bundle import api as bundles
from steward.contracts.bundle.models import AcceptanceBundle
from steward.contracts.bundle.services import path_of
from steward.core.evidence import api as evidence
from steward.core.files import api as files
from steward.kernel.subjects import Subject
from steward.site.cli import run_command
from tests.contracts.support import AFTER, CODE, START, Year, load_huaian, year
from tests.support import SYSTEM

pytestmark = pytest.mark.django_db
LATER = AFTER + timedelta(days=1)


@pytest.fixture
def built(tmp_path):
    """A settled contract with sealed evidence and one attachment; a copy of its bundle."""
    load_huaian()
    paper = files.store(BytesIO(b"%PDF-1.4 paper"), "会议纪要.pdf", by=SYSTEM, now=START)
    for number in range(6):
        evidence.keep(
            evidence.Fact(
                contract=CODE,
                kind="test.paper",
                subject=Subject("test.paper", str(number), f"材料 {number}"),
                occurred_at=START + timedelta(days=number),
                source="test",
                grade="C",
                payload={"number": number},
                blob_sha256=paper.sha256 if number == 3 else "",
            ),
            now=START + timedelta(days=number),
        )
        if number == 3:
            evidence.seal(CODE, now=START + timedelta(days=4))
    with year(Year()):
        assessment.settle_period(CODE, by=SYSTEM, now=AFTER)
        bundles.build_bundle(CODE, by=SYSTEM, now=LATER)
    row = AcceptanceBundle.objects.get()
    target = tmp_path / "bundle.zip"
    shutil.copyfile(path_of(row), target)
    return target


def repacked(path, change):
    """The archive again with its files changed by `change(contents)`."""
    with zipfile.ZipFile(path) as archive:
        contents = {name: archive.read(name) for name in archive.namelist()}
    change(contents)
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in contents.items():
            archive.writestr(name, content)


def lines(contents, name="evidence.jsonl"):
    return contents[name].decode().splitlines()


def written(contents, rows, name="evidence.jsonl"):
    contents[name] = ("\n".join(rows) + "\n").encode()


@pytest.mark.clause("C7")
def test_a_bundle_holds_everything_and_verifies_with_one_command(built, capsys):
    code = run_command("verify", [str(built), "--key", evidence.public_key()])

    with zipfile.ZipFile(built) as archive:
        names = archive.namelist()
    told = capsys.readouterr().out
    assert code == 0
    assert "签名有效" in told
    assert f"packs/{CODE}-v1.yaml" in names
    assert any(name.startswith("scores/settled-1-") for name in names)
    assert any(name.startswith("attachments/") for name in names)
    assert {"verify.py", "说明.txt", "ledgers/team.jsonl"} <= set(names)


def test_the_program_inside_the_bundle_checks_it_with_python_alone(built, tmp_path):
    with zipfile.ZipFile(built) as archive:
        archive.extract("verify.py", tmp_path)

    done = subprocess.run(
        [sys.executable, "-I", "-S", str(tmp_path / "verify.py"), str(built)],
        capture_output=True,
        check=False,
    )

    assert done.returncode == 0


def _changed_byte(contents):
    name = next(name for name in contents if name.startswith("attachments/"))
    contents[name] = contents[name][:-1] + b"X"


def _removed_row(contents):
    written(contents, lines(contents)[1:])


def _added_row(contents):
    rows = lines(contents)
    written(contents, [*rows, rows[-1]])


def _reordered(contents):
    rows = lines(contents)
    written(contents, [rows[1], rows[0], *rows[2:]])


def _edited_row(contents):
    rows = lines(contents)
    row = json.loads(rows[2])
    row["payload"]["number"] = 99
    written(contents, [*rows[:2], json.dumps(row, ensure_ascii=False), *rows[3:]])


def _replaced_score(contents):
    name = next(name for name in contents if name.startswith("scores/settled"))
    contents[name] = contents[name].replace(b'"points":"', b'"points":"1', 1)


def _added_file(contents):
    contents["ledgers/extra.jsonl"] = b"{}\n"


def _removed_file(contents):
    del contents["ledgers/payments.jsonl"]


def _forged_seal(contents):
    rows = [json.loads(row) for row in lines(contents, "seals.jsonl")]
    rows[0]["sealed_at"] = "2026-01-01T00:00:00Z"
    written(contents, [json.dumps(row) for row in rows], "seals.jsonl")


def _forged_manifest(contents):
    manifest = json.loads(contents["manifest.json"])
    manifest["title"] = "另一份合同"
    contents["manifest.json"] = json.dumps(manifest, ensure_ascii=False).encode()


def _unsigned(contents):
    del contents["signature.json"]


CASES = [
    (_changed_byte, "文件 attachments/"),
    (_removed_row, "有证据被移除、增加或调换"),
    (_added_row, "有证据被移除、增加或调换"),
    (_reordered, "有证据被移除、增加或调换"),
    (_edited_row, "第 3 行（证据"),
    (_replaced_score, "文件 scores/settled-1-"),
    (_added_file, "多出文件 ledgers/extra.jsonl"),
    (_removed_file, "缺少文件 ledgers/payments.jsonl"),
    (_forged_seal, "的封号不符：封被伪造"),
    (_forged_manifest, "清单的签名不对"),
    (_unsigned, "没有签名文件"),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0].__name__)
def test_tampering_is_named(built, capsys, case):
    change, words = case
    repacked(built, change)

    code = run_command("verify", [str(built)])

    assert code == 1
    assert words in capsys.readouterr().out


def test_the_place_of_a_changed_byte_is_told(built, capsys):
    def change(contents):
        guide = bytearray(contents["verify.py"])
        guide[9000] ^= 1
        contents["verify.py"] = bytes(guide)

    repacked(built, change)

    run_command("verify", [str(built)])

    assert "文件 verify.py 的内容与清单不符，从第 8193 字节起的一段不同" in capsys.readouterr().out


def test_a_truncated_archive_is_told(built, capsys):
    built.write_bytes(built.read_bytes()[:-300])

    code = run_command("verify", [str(built)])

    assert (code, "截断" in capsys.readouterr().out) == (1, True)


def test_a_bundle_made_anew_with_another_key_is_told(built, capsys):
    code = run_command("verify", [str(built), "--key", "00" * 32])

    assert code == 1
    assert "不是同一个平台签的" in capsys.readouterr().out


def test_an_attachment_that_is_lost_is_said_to_be_absent(built):
    digest = evidence.blobs_of(CODE)[0]
    files.blob_path(digest).unlink()

    with year(Year()):
        bundles.build_bundle(CODE, by=SYSTEM, now=LATER + timedelta(hours=1))

    row = AcceptanceBundle.objects.first()
    assert row.absent == [digest]
    assert evidence.verify(path_of(row)).is_sound
