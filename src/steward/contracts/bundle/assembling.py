"""What goes into a bundle beside the evidence: packs, scores, ledgers, attachments, the verifier."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, is_dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from steward.contracts.acceptance import api as acceptance
from steward.contracts.assessment import api as assessment
from steward.contracts.confidentiality import api as confidentiality
from steward.contracts.obligations import api as obligations
from steward.contracts.packs import api as packs
from steward.contracts.staffing import api as staffing
from steward.core.evidence import api as evidence
from steward.core.files import api as files
from steward.kernel.canonical import canonical_json
from steward.kernel.instants import local

GUIDE = "说明.txt"
PROGRAM = "verify.py"


@dataclass(slots=True)
class Assembled:
    """Files by name, scores with the digest they were kept under, attachments that are lost."""

    files: dict[str, bytes | Path] = field(default_factory=dict)
    scores: list[dict[str, Any]] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)


def assemble(contract: packs.ContractInfo, *, now: datetime) -> Assembled:
    """Everything the platform holds about a contract at `now`."""
    made = Assembled()
    _packs(made, contract.code)
    _scores(made, contract.code, now=now)
    _ledgers(made, contract, now=now)
    _attachments(made, contract.code)
    made.files[PROGRAM] = evidence.VERIFIER.read_bytes()
    made.files[GUIDE] = _guide(contract, made, now=now).encode()
    return made


def _packs(made: Assembled, code: str) -> None:
    versions = packs.versions_of(code)
    for version in versions:
        source = packs.source_of(code, version.number)
        made.files[f"packs/{code}-v{version.number}.yaml"] = source.encode()
    made.counts["packs"] = len(versions)


def _scores(made: Assembled, code: str, *, now: datetime) -> None:
    """Every settled and corrected score as it was kept, its sheet, and the score of today."""
    kept = assessment.settlements(code)
    for row in kept:
        name = f"scores/{row.kind}-{row.period}-{row.id}.json"
        result = assessment.snapshot_result(code, row.id)
        made.files[name] = result.canonical().encode()
        made.scores.append({"file": name, "digest": row.result_hash, "kind": row.kind})
        sheet = assessment.settlement_sheet(code, row.id)
        made.files[f"scores/sheet-{row.id}.json"] = canonical_json(plain(sheet))
    try:
        live = assessment.cached_score(code, as_of=now, now=now)
    except assessment.NothingToScoreError:
        made.counts["scores"] = len(kept)
        return
    name = "scores/live.json"
    made.files[name] = live.canonical().encode()
    made.scores.append({"file": name, "digest": live.digest(), "kind": "live"})
    made.counts["scores"] = len(kept) + 1


def _ledgers(made: Assembled, contract: packs.ContractInfo, *, now: datetime) -> None:
    code, start, end = contract.code, contract.start, max(contract.end, now)
    ledgers: dict[str, Iterable[Any]] = {
        "breaches": assessment.breaches(code, as_of=now),
        "exclusions": assessment.exclusions(code, as_of=now),
        "payments": assessment.payments(code, as_of=now),
        "obligations": obligations.occurrences_between(code, start, end, now=now),
        "team": staffing.everybody(code),
        "team-changes": staffing.changes_between(code, start, end, as_of=now),
        "agreements": confidentiality.agreements(code, as_of=now),
        "grants": confidentiality.grants_between(code, start, end, as_of=now),
        "handback": [confidentiality.handback(code)],
        "acceptance": [found] if (found := acceptance.latest_of(code)) else [],
    }
    for name, rows in ledgers.items():
        lines = [canonical_json(plain(row)) for row in rows]
        made.files[f"ledgers/{name}.jsonl"] = b"".join(line + b"\n" for line in lines)
        made.counts[name] = len(lines)


def _attachments(made: Assembled, code: str) -> None:
    """Every stored file that the evidence names, under its hash; one that is lost is said to be."""
    digests = evidence.blobs_of(code)
    for digest in digests:
        path = files.blob_path(digest)
        if path.is_file():
            made.files[f"attachments/{digest}"] = path
        else:
            made.absent.append(digest)
    made.counts["attachments"] = len(digests) - len(made.absent)


def plain(value: Any) -> Any:
    """Data that has one canonical form, from the dataclasses and models of the facades."""
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value))
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, set | frozenset):
        return sorted(plain(item) for item in value)
    return str(value) if isinstance(value, float) or hasattr(value, "total_seconds") else value


def _guide(contract: packs.ContractInfo, made: Assembled, *, now: datetime) -> str:
    head = evidence.latest_seal(contract.code)
    return f"""{contract.title}（{contract.code}）验收材料包
生成时间：{local(now):%Y-%m-%d %H:%M:%S}
最后封号：{head.seal_hash if head else "还没有封存"}
签名公钥：{evidence.public_key()}

packs/        合同包各版本原文
scores/       结算、更正和当前得分，每个数都带依据
ledgers/      义务、违约、除外、付款、人员、保密、验收的台账，一行一条
evidence.jsonl  封存的证据，一行一条；seals.jsonl 各封
attachments/  证据所附的文件，按 SHA-256 编号
manifest.json 全部文件的清单；signature.json 对清单的签名
{"有 " + str(len(made.absent)) + " 个附件已不在平台，见清单 absent。" if made.absent else ""}
校验（不联网、不需要数据库）：
    python3 verify.py 本包.zip --key 双方留存的公钥 --head 周报上印的最后封号
请先从本包解出 verify.py，或使用手中已有的校验程序。
"""
