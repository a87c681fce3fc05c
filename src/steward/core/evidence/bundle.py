"""The evidence bundle: a zip that anyone verifies without a database.

`evidence.jsonl` holds one canonical record a line in the order of seals and positions,
`seals.jsonl` one seal a line, `manifest.json` the length and SHA-256 of every file and the head
of the chain. Whoever rewrites everything consistently changes the head: compare it with the head
that the weekly reports printed.
"""

import hashlib
import json
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from steward.core.evidence.records import entry, hash_of
from steward.kernel.canonical import canonical_json, instant_text
from steward.kernel.merkle import merkle_root, seal_hash

FORMAT = "steward-evidence-1"
EVIDENCE, SEALS, MANIFEST = "evidence.jsonl", "seals.jsonl", "manifest.json"


@dataclass(slots=True)
class Verdict:
    """What a verification found; no problems means that nothing was changed."""

    contract: str = ""
    head: str = ""
    records: int = 0
    seals: int = 0
    problems: list[str] = field(default_factory=list)

    @property
    def is_sound(self) -> bool:
        return not self.problems


def write_bundle(
    target: Path,
    *,
    contract: str,
    seals: Iterable[Mapping[str, Any]],
    records: Iterable[Mapping[str, Any]],
    now: datetime,
) -> str:
    """Write the zip (temporary name, then renamed) and return the head of the chain.

    `records` carry `seal` and `position` beside the written columns.
    """
    seal_rows = list(seals)
    head = str(seal_rows[-1]["seal_hash"]) if seal_rows else ""
    files = {
        EVIDENCE: b"".join(canonical_json(record) + b"\n" for record in records),
        SEALS: b"".join(canonical_json(row) + b"\n" for row in seal_rows),
    }
    manifest = {
        "format": FORMAT,
        "contract": contract,
        "exported_at": now,
        "head": head,
        "files": {
            name: {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
            for name, content in files.items()
        },
    }
    partial = target.with_name(target.name + ".part")
    with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
        archive.writestr(MANIFEST, canonical_json(manifest))
    partial.replace(target)
    return head


def verify_bundle(source: Path, *, expected_head: str = "") -> Verdict:
    """Check every byte: the archive, the manifest, each record, each seal, the chain.

    Every change is a Chinese sentence that names the file and the line.
    """
    verdict = Verdict()
    try:
        with zipfile.ZipFile(source) as archive:
            contents = {name: archive.read(name) for name in archive.namelist()}
    except FileNotFoundError:
        verdict.problems.append(f"没有这个文件：{source}")
        return verdict
    except (zipfile.BadZipFile, OSError, EOFError, ValueError) as error:
        verdict.problems.append(f"压缩包已损坏或被截断：{error}")
        return verdict
    manifest = _manifest(contents, verdict)
    if manifest is not None:
        _check_files(manifest, contents, verdict)
        records = _lines(EVIDENCE, contents, verdict)
        seals = _lines(SEALS, contents, verdict)
        verdict.records, verdict.seals = len(records), len(seals)
        _check_records(records, verdict)
        _check_seals(seals, records, verdict)
        _check_head(manifest, seals, verdict, expected=expected_head)
    return verdict


def _manifest(contents: Mapping[str, bytes], verdict: Verdict) -> dict[str, Any] | None:
    try:
        manifest: dict[str, Any] = json.loads(contents[MANIFEST])
        verdict.contract, verdict.head = str(manifest["contract"]), str(manifest["head"])
    except KeyError as missing:
        verdict.problems.append(f"清单 {MANIFEST} 缺失或缺少 {missing}")
    except (ValueError, TypeError):
        verdict.problems.append(f"清单 {MANIFEST} 读不出来")
    else:
        if manifest.get("format") == FORMAT and isinstance(manifest.get("files"), dict):
            return manifest
        verdict.problems.append(f"清单 {MANIFEST} 不是 {FORMAT} 格式")
    return None


def _check_files(
    manifest: Mapping[str, Any], contents: Mapping[str, bytes], verdict: Verdict
) -> None:
    listed = manifest["files"]
    for name in sorted(listed.keys() | (contents.keys() - {MANIFEST})):
        if name not in contents:
            verdict.problems.append(f"缺少文件 {name}")
        elif name not in listed:
            verdict.problems.append(f"多出文件 {name}")
        elif hashlib.sha256(contents[name]).hexdigest() != listed[name].get("sha256"):
            verdict.problems.append(f"文件 {name} 的内容与清单不符")


def _lines(name: str, contents: Mapping[str, bytes], verdict: Verdict) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for number, line in enumerate(contents.get(name, b"").splitlines(), start=1):
        try:
            found.append(dict(json.loads(line)) | {"_line": number})
        except (ValueError, TypeError):
            verdict.problems.append(f"{name} 第 {number} 行不是有效的记录")
    return found


def _check_records(records: list[dict[str, Any]], verdict: Verdict) -> None:
    for record in records:
        place = f"{EVIDENCE} 第 {record['_line']} 行（证据 {record.get('id')}）"
        try:
            if hash_of(record) != record["content_hash"]:
                verdict.problems.append(f"{place}的内容被改动")
        except KeyError as missing:
            verdict.problems.append(f"{place}缺少字段 {missing}")


def _check_seals(
    seals: list[dict[str, Any]], records: list[dict[str, Any]], verdict: Verdict
) -> None:
    by_seal: dict[Any, list[dict[str, Any]]] = {}
    for record in records:
        by_seal.setdefault(record.get("seal"), []).append(record)
    previous = ""
    for number, seal in enumerate(seals, start=1):
        place = f"第 {seal.get('sequence')} 封"
        rows = by_seal.pop(seal.get("sequence"), [])
        problem = _seal_problem(seal, rows, number=number, previous=previous)
        if problem:
            verdict.problems.append(f"{place}{problem}")
        previous = str(seal.get("seal_hash", ""))
    for sequence, rows in by_seal.items():
        lines = "、".join(str(row["_line"]) for row in rows[:5])
        verdict.problems.append(f"{EVIDENCE} 第 {lines} 行属于不存在的第 {sequence} 封")


def _seal_problem(
    seal: Mapping[str, Any], rows: list[dict[str, Any]], *, number: int, previous: str
) -> str:
    if seal.get("sequence") != number:
        return f"的序号应为 {number}：有封被移除、增加或调换"
    if seal.get("previous") != previous:
        return "没有接在上一封之后：封存链断开"
    positions = [row.get("position") for row in rows]
    if positions != list(range(len(rows))) or len(rows) != seal.get("count"):
        return f"应有 {seal.get('count')} 条证据，实际顺序为 {_brief(positions)}：有证据被移除、增加或调换"
    try:
        root = merkle_root([entry(row) for row in rows])
        moment = datetime.fromisoformat(str(seal["sealed_at"]))
        head = seal_hash(previous, root=root, count=len(rows), sealed_at=moment)
    except (KeyError, ValueError) as error:
        return f"的记录不完整：{error}"
    if root.hex() != seal.get("root"):
        return "的默克尔根与证据不符"
    return "" if head == seal.get("seal_hash") else "的封号不符：封被伪造"


def _brief(positions: list[Any]) -> str:
    shown = "、".join(str(p) for p in positions[:8])
    return f"{shown}…共 {len(positions)} 条" if len(positions) > 8 else f"{shown or '空'}"


def _check_head(
    manifest: Mapping[str, Any], seals: list[dict[str, Any]], verdict: Verdict, *, expected: str
) -> None:
    head = str(seals[-1].get("seal_hash", "")) if seals else ""
    if manifest["head"] != head:
        verdict.problems.append("清单中的最后封号与封存链不符：最后的封被移除或增加")
    if expected and not head.startswith(expected.lower()):
        verdict.problems.append(
            f"最后封号是 {head[:16]}…，与您手中的 {expected[:16]}… 不同：这不是同一份证据"
        )


def row_of_seal(seal: Any) -> dict[str, Any]:
    """A stored seal as a line of `seals.jsonl`."""
    names = ("contract", "sequence", "count", "root", "previous", "seal_hash")
    return {name: getattr(seal, name) for name in names} | {
        "sealed_at": instant_text(seal.sealed_at)
    }
