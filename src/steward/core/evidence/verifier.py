#!/usr/bin/env python3
"""Check an evidence or acceptance bundle: python3 verify.py FILE.zip [--head H] [--key K].

One file, only Python's standard library (3.9 or later), no network, no database: whoever receives
a bundle reads this program, then runs it. It names every changed, missing or added file (with the
range of bytes), record and seal, and checks the signature over the list. 验收材料包校验程序。
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

FORMATS = ("steward-evidence-1", "steward-acceptance-1")
EVIDENCE, SEALS, MANIFEST, SIGNATURE = (
    "evidence.jsonl",
    "seals.jsonl",
    "manifest.json",
    "signature.json",
)
BLOCK = 4096
HASHED = (
    "contract",
    "kind",
    "subject_kind",
    "subject_key",
    "occurred_at",
    "source",
    "source_version",
    "grade",
    "payload",
    "blob_sha256",
)
WRITTEN = ("id", *HASHED, "subject_label", "recorded_at", "content_hash")
ATTACHMENT = "attachments/"
Record = dict[str, Any]  # of text to anything: one line of the evidence, one seal
Files = dict[str, bytes]  # of a name in the archive to its bytes


class Verdict:
    """What was found; no problems means that nothing was changed."""

    def __init__(self) -> None:
        self.contract = ""
        self.head = ""
        self.format = ""
        self.key = ""
        self.signed = False
        self.records = 0
        self.seals = 0
        self.files = 0
        self.problems: list[str] = []

    @property
    def is_sound(self) -> bool:
        return not self.problems


def canonical(value: object) -> bytes:
    """The one form of a value that is hashed: sorted keys, no spaces, UTF-8."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return text.encode("utf-8", "surrogatepass")


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def merkle_root(entries: list[bytes]) -> bytes:
    """The root of RFC 6962 over the entries in their order."""
    if not entries:
        return hashlib.sha256().digest()
    level = [hashlib.sha256(b"\x00" + entry).digest() for entry in entries]
    while len(level) > 1:
        pairs = zip(level[::2], level[1::2])  # noqa: B905 - an odd last one is raised alone
        raised = [hashlib.sha256(b"\x01" + left + right).digest() for left, right in pairs]
        if len(level) % 2:
            raised.append(level[-1])
        level = raised
    return level[0]


def seal_hash(previous: str, root: str, *, count: int, sealed_at: str) -> str:
    """The head of the chain after one more seal."""
    body = {"kind": "steward-seal-1", "previous": previous, "root": root, "count": count}
    return sha256(canonical({**body, "sealed_at": sealed_at}))


# Ed25519 of RFC 8032, section 5.1.7: only what verifying needs.
Point = tuple[int, int, int, int]  # extended coordinates
_P = 2**255 - 19
_L = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, _P - 2, _P) % _P
_I = pow(2, (_P - 1) // 4, _P)


def _add(p: Point, q: Point) -> Point:
    a = (p[1] - p[0]) * (q[1] - q[0]) % _P
    b = (p[1] + p[0]) * (q[1] + q[0]) % _P
    c = 2 * p[3] * q[3] * _D % _P
    d = 2 * p[2] * q[2] % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % _P, g * h % _P, f * g % _P, e * h % _P)


def _times(scalar: int, point: Point) -> Point:
    result = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            result = _add(result, point)
        point = _add(point, point)
        scalar >>= 1
    return result


def _same(p: Point, q: Point) -> bool:
    return (p[0] * q[2] - q[0] * p[2]) % _P == 0 and (p[1] * q[2] - q[1] * p[2]) % _P == 0


def _point(encoded: bytes) -> Point | None:
    y = int.from_bytes(encoded, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    if y >= _P:
        return None
    square = (y * y - 1) * pow(_D * y * y + 1, _P - 2, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * _I % _P
    if (x * x - square) % _P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = _P - x
    return (x, y, 1, x * y % _P)


_BASE = _point((4 * pow(5, _P - 2, _P) % _P).to_bytes(32, "little")) or (0, 1, 1, 0)


def ed25519_verify(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether `signature` (64 bytes) of `message` was made by the key `public` (32 bytes)."""
    if len(public) != 32 or len(signature) != 64:
        return False
    key, r = _point(public), _point(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if key is None or r is None or s >= _L:
        return False
    digest = hashlib.sha512(signature[:32] + public + message).digest()
    h = int.from_bytes(digest, "little") % _L
    return _same(_times(s, _BASE), _add(r, _times(h, key)))


def verify(source: Path | str, *, expected_head: str = "", expected_key: str = "") -> Verdict:
    """Check every byte of a bundle; every difference is one Chinese sentence."""
    verdict = Verdict()
    contents = _read(Path(source), verdict)
    if contents is None:
        return verdict
    manifest = _manifest(contents, verdict)
    if manifest is None:
        return verdict
    _check_signature(contents, verdict, expected_key)
    _check_files(manifest, contents, verdict)
    records = _lines(EVIDENCE, contents, verdict)
    seals = _lines(SEALS, contents, verdict)
    verdict.records, verdict.seals, verdict.files = len(records), len(seals), len(contents)
    _check_records(records, verdict)
    _check_seals(seals, records, verdict)
    _check_head(manifest, seals, verdict, expected=expected_head)
    if verdict.format == FORMATS[1]:
        _check_attachments(manifest, contents, records, verdict=verdict)
        _check_scores(manifest, contents, verdict)
    return verdict


def _read(source: Path, verdict: Verdict) -> Files | None:
    try:
        with zipfile.ZipFile(source) as archive:
            names = archive.namelist()
            for name in sorted({name for name in names if names.count(name) > 1}):
                verdict.problems.append(f"压缩包里有两个同名文件 {name}")
            contents: Files = {}
            for name in names:
                try:
                    contents[name] = archive.read(name)
                except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
                    verdict.problems.append(f"文件 {name} 已损坏，读不出来：{error}")
            return contents
    except FileNotFoundError:
        verdict.problems.append(f"没有这个文件：{source}")
    except (zipfile.BadZipFile, OSError, EOFError, ValueError):
        verdict.problems.append("不是完整的压缩包：文件被截断、损坏，或不是验收材料包")
    return None


def _manifest(contents: Files, verdict: Verdict) -> Record | None:
    try:
        manifest: Record = json.loads(contents[MANIFEST].decode("utf-8"))
        verdict.contract, verdict.head = str(manifest["contract"]), str(manifest["head"])
        verdict.format = str(manifest["format"])
    except KeyError as missing:
        verdict.problems.append(f"清单 {MANIFEST} 缺失或缺少 {missing}")
        return None
    except (ValueError, TypeError):
        verdict.problems.append(f"清单 {MANIFEST} 读不出来")
        return None
    if verdict.format not in FORMATS or not isinstance(manifest.get("files"), dict):
        verdict.problems.append(f"清单 {MANIFEST} 不是 {' 或 '.join(FORMATS)} 格式")
        return None
    return manifest


def _check_signature(contents: Files, verdict: Verdict, expected_key: str) -> None:
    raw = contents.get(SIGNATURE)
    if raw is None:
        if verdict.format == FORMATS[1] or expected_key:
            verdict.problems.append(f"没有签名文件 {SIGNATURE}：清单可能被整个换掉")
        return
    try:
        given = json.loads(raw.decode("utf-8"))
        verdict.key = str(given["public_key"])
        public, signature = bytes.fromhex(verdict.key), bytes.fromhex(str(given["signature"]))
    except (KeyError, ValueError, TypeError):
        verdict.problems.append(f"签名文件 {SIGNATURE} 读不出来")
        return
    if not ed25519_verify(public, contents[MANIFEST], signature):
        verdict.problems.append(f"清单的签名不对：清单 {MANIFEST} 或签名被改动")
        return
    verdict.signed = True
    if expected_key and not verdict.key.startswith(expected_key.lower()):
        verdict.problems.append(
            f"签名用的公钥是 {verdict.key[:16]}…，与您手中的 {expected_key[:16]}… 不同："
            "不是同一个平台签的"
        )


def _check_files(manifest: Record, contents: Files, verdict: Verdict) -> None:
    listed = manifest["files"]
    present = set(contents) - {MANIFEST, SIGNATURE}
    for name in sorted(set(listed) | present):
        if name not in contents:
            verdict.problems.append(f"缺少文件 {name}")
        elif name not in listed:
            verdict.problems.append(f"多出文件 {name}")
        elif sha256(contents[name]) != listed[name].get("sha256"):
            where = _changed_range(contents[name], listed[name])
            verdict.problems.append(f"文件 {name} 的内容与清单不符{where}")
        elif not _sm3_agrees(contents[name], listed[name]):
            verdict.problems.append(f"文件 {name} 的国密摘要（SM3）与清单不符")


def _changed_range(content: bytes, entry: Record) -> str:
    size = entry.get("bytes")
    words = "" if size == len(content) else f"，原为 {size} 字节，现为 {len(content)} 字节"
    blocks = entry.get("blocks")
    if not isinstance(blocks, list):
        return words
    for number, expected in enumerate(blocks):
        start = number * BLOCK
        if sha256(content[start : start + BLOCK])[:16] != expected:
            return f"{words}，从第 {start + 1} 字节起的一段不同"
    return words


def _sm3_agrees(content: bytes, entry: Record) -> bool:
    """True also where this Python has no SM3: SHA-256 has been compared already."""
    if not entry.get("sm3"):
        return True
    try:
        return hashlib.new("sm3", content).hexdigest() == str(entry["sm3"])
    except ValueError:
        return True


def _lines(name: str, contents: Files, verdict: Verdict) -> list[Record]:
    found: list[Record] = []
    for number, line in enumerate(contents.get(name, b"").splitlines(), start=1):
        try:
            found.append({**json.loads(line.decode("utf-8")), "_line": number})
        except (ValueError, TypeError):
            verdict.problems.append(f"{name} 第 {number} 行不是有效的记录")
    return found


def _check_records(records: list[Record], verdict: Verdict) -> None:
    for record in records:
        place = f"{EVIDENCE} 第 {record['_line']} 行（证据 {record.get('id')}）"
        try:
            if sha256(canonical({name: record[name] for name in HASHED})) != record["content_hash"]:
                verdict.problems.append(f"{place}的内容被改动")
        except KeyError as missing:
            verdict.problems.append(f"{place}缺少字段 {missing}")


def _check_seals(seals: list[Record], records: list[Record], verdict: Verdict) -> None:
    by_seal: dict[str, list[Record]] = {}
    for record in records:
        by_seal.setdefault(str(record.get("seal")), []).append(record)
    previous = ""
    for number, seal in enumerate(seals, start=1):
        rows = by_seal.pop(str(seal.get("sequence")), [])
        problem = _seal_problem(seal, rows, number=number, previous=previous)
        if problem:
            verdict.problems.append(f"第 {seal.get('sequence')} 封{problem}")
        previous = str(seal.get("seal_hash", ""))
    for sequence, rows in sorted(by_seal.items()):
        lines = "、".join(str(row["_line"]) for row in rows[:5])
        verdict.problems.append(f"{EVIDENCE} 第 {lines} 行属于不存在的第 {sequence} 封")


def _seal_problem(seal: Record, rows: list[Record], *, number: int, previous: str) -> str:
    if seal.get("sequence") != number:
        return f"的序号应为 {number}：有封被移除、增加或调换"
    if seal.get("previous") != previous:
        return "没有接在上一封之后：封存链断开"
    positions = [row.get("position") for row in rows]
    if positions != list(range(len(rows))) or len(rows) != seal.get("count"):
        order = _brief(positions)
        return f"应有 {seal.get('count')} 条证据，实际顺序为 {order}：有证据被移除、增加或调换"
    try:
        entries = [canonical({name: row[name] for name in WRITTEN}) for row in rows]
        root = merkle_root(entries).hex()
        head = seal_hash(previous, root, count=len(rows), sealed_at=str(seal["sealed_at"]))
    except KeyError as missing:
        return f"的记录缺少字段 {missing}"
    if root != seal.get("root"):
        return "的默克尔根与证据不符"
    return "" if head == seal.get("seal_hash") else "的封号不符：封被伪造"


def _brief(positions: list[Any]) -> str:
    shown = "、".join(str(position) for position in positions[:8])
    return f"{shown}…共 {len(positions)} 条" if len(positions) > 8 else shown or "空"


def _check_head(manifest: Record, seals: list[Record], verdict: Verdict, *, expected: str) -> None:
    head = str(seals[-1].get("seal_hash", "")) if seals else ""
    if manifest["head"] != head:
        verdict.problems.append("清单中的最后封号与封存链不符：最后的封被移除或增加")
    if expected and not head.startswith(expected.lower()):
        verdict.problems.append(
            f"最后封号是 {head[:16]}…，与您手中的 {expected[:16]}… 不同：这不是同一份证据"
        )


def _check_attachments(
    manifest: Record, contents: Files, records: list[Record], *, verdict: Verdict
) -> None:
    """Every file that a piece of evidence names is here under its own hash, or said to be absent."""
    absent = set(manifest.get("absent", ()))
    for name, content in sorted(contents.items()):
        if name.startswith(ATTACHMENT) and sha256(content) != name[len(ATTACHMENT) :][:64]:
            verdict.problems.append(f"附件 {name} 的内容与它的编号（SHA-256）不符")
    present = {name[len(ATTACHMENT) :][:64] for name in contents if name.startswith(ATTACHMENT)}
    for record in records:
        digest = record.get("blob_sha256")
        if digest and digest not in present and digest not in absent:
            verdict.problems.append(f"证据 {record.get('id')} 的附件 {digest[:16]}… 不在包里")


def _check_scores(manifest: Record, contents: Files, verdict: Verdict) -> None:
    """A score that was kept has the digest under which it was kept."""
    for row in manifest.get("scores", ()):
        content = contents.get(row.get("file", ""))
        if content is not None and sha256(content) != row.get("digest"):
            verdict.problems.append(f"得分 {row.get('file')} 与结算时留存的摘要不符")


def report(verdict: Verdict, write: Callable[[str], object]) -> int:
    """Tell a person; the exit code: 0 sound, 1 changed."""
    if verdict.is_sound:
        write(f"完好：合同 {verdict.contract}，{verdict.records} 条证据，{verdict.seals} 封\n")
        write(f"最后封号 {verdict.head}\n")
        if verdict.signed:
            write(f"签名有效，公钥 {verdict.key}\n")
            write("请与合同双方留存的公钥、周报上印的封号核对。\n")
        return 0
    write(f"发现 {len(verdict.problems)} 处问题：\n")
    for problem in verdict.problems:
        write(f"  {problem}\n")
    return 1


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="校验验收材料包或证据包，不需要联网和数据库。")
    parser.add_argument("file", help="材料包（.zip）")
    parser.add_argument("--head", default="", help="周报上印的最后封号，用来比对")
    parser.add_argument("--key", default="", help="双方留存的公钥，用来比对")
    given = parser.parse_args(arguments)
    return report(
        verify(given.file, expected_head=given.head, expected_key=given.key), sys.stdout.write
    )


if __name__ == "__main__":
    sys.exit(main())
