"""Writing a bundle: a zip that anyone verifies without a database (by `verifier.py`).

`evidence.jsonl` holds one canonical record a line in the order of seals and positions,
`seals.jsonl` one seal a line, `manifest.json` the length and SHA-256 of every file and the head
of the chain, `signature.json` the signature over the manifest. Whoever rewrites everything
consistently needs the key, and changes the head: compare both with what was kept at the time.
"""

import hashlib
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from steward.core.evidence.signing import public_key, sign
from steward.core.evidence.verifier import (
    BLOCK,
    EVIDENCE,
    FORMATS,
    MANIFEST,
    SEALS,
    SIGNATURE,
)
from steward.kernel.canonical import canonical_json, instant_text

VERIFIER = Path(__file__).with_name("verifier.py")
EVIDENCE_FORMAT, ACCEPTANCE_FORMAT = FORMATS
FIXED_TIME = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What a bundle is made of; `records` carry `seal` and `position` beside the written columns.

    `extra`: files beside the evidence, by name; a Path is copied in without being read whole.
    `facts` stand in the manifest as they are.
    """

    contract: str
    seals: Iterable[Mapping[str, Any]]
    records: Iterable[Mapping[str, Any]]
    format: str = EVIDENCE_FORMAT
    extra: Mapping[str, bytes | Path] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)


def write_bundle(target: Path, contents: Contents, *, now: datetime) -> str:
    """Write the zip (temporary name, then renamed) and return the head of the chain."""
    seal_rows = list(contents.seals)
    head = str(seal_rows[-1]["seal_hash"]) if seal_rows else ""
    partial = target.with_name(target.name + ".part")
    listed: dict[str, Mapping[str, Any]] = {}
    with zipfile.ZipFile(partial, "w") as archive:
        listed[EVIDENCE] = _write(archive, EVIDENCE, _jsonl(contents.records))
        listed[SEALS] = _write(archive, SEALS, _jsonl(seal_rows))
        for name, content in sorted(contents.extra.items()):
            pieces = _pieces(content) if isinstance(content, Path) else iter([content])
            listed[name] = _write(archive, name, pieces)
        manifest = canonical_json(
            {
                **contents.facts,
                "format": contents.format,
                "contract": contents.contract,
                "exported_at": now,
                "head": head,
                "files": listed,
            }
        )
        signature = {
            "algorithm": "Ed25519",
            "public_key": public_key(),
            "signature": sign(manifest),
        }
        _write(archive, MANIFEST, iter([manifest]))
        _write(archive, SIGNATURE, iter([canonical_json(signature)]))
    partial.replace(target)
    return head


def _jsonl(rows: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    return (canonical_json(row) + b"\n" for row in rows)


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            yield piece


def _write(archive: zipfile.ZipFile, name: str, pieces: Iterator[bytes]) -> Mapping[str, Any]:
    """Stream one file into the archive; its entry in the manifest."""
    info = zipfile.ZipInfo(name, FIXED_TIME)
    info.compress_type = zipfile.ZIP_DEFLATED
    whole, sm3, blocks, left, size = hashlib.sha256(), _sm3(), [], b"", 0
    with archive.open(info, "w", force_zip64=True) as file:
        for piece in pieces:
            file.write(piece)
            whole.update(piece)
            if sm3 is not None:
                sm3.update(piece)
            size += len(piece)
            left += piece
            cut = len(left) - len(left) % BLOCK
            blocks += [_block(left[at : at + BLOCK]) for at in range(0, cut, BLOCK)]
            left = left[cut:]
    if left:
        blocks.append(_block(left))
    found: dict[str, Any] = {"bytes": size, "sha256": whole.hexdigest(), "blocks": blocks}
    return found if sm3 is None else found | {"sm3": sm3.hexdigest()}


def _block(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]


def _sm3() -> Any:
    """SM3 (GB/T 32905) where the system's OpenSSL has it."""
    try:
        return hashlib.new("sm3")
    except ValueError:
        return None


def row_of_seal(seal: Any) -> dict[str, Any]:
    """A stored seal as a line of `seals.jsonl`."""
    names = ("contract", "sequence", "count", "root", "previous", "seal_hash")
    return {name: getattr(seal, name) for name in names} | {
        "sealed_at": instant_text(seal.sealed_at)
    }
