import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from steward.contracts.bundle.assembling import assemble
from steward.contracts.bundle.models import AcceptanceBundle
from steward.contracts.packs import api as packs
from steward.core.audit import api as audit
from steward.core.evidence import api as evidence
from steward.kernel.actors import Actor
from steward.kernel.errors import StewardError
from steward.kernel.instants import local


class BrokenBundleError(StewardError):
    """A bundle did not pass its own verification; it is thrown away."""

    code = "bundle.broken"
    status = 500


@dataclass(frozen=True, slots=True)
class Built:
    """A bundle that was built."""

    id: int
    name: str
    sha256: str
    size: int
    head: str


def folder() -> Path:
    """Where bundles lie."""
    return Path(settings.MEDIA_ROOT) / "bundles"


def path_of(row: AcceptanceBundle) -> Path:
    """The archive of a row."""
    return folder() / row.sha256


def build_bundle(contract_code: str, *, by: Actor, now: datetime) -> Built:
    """Seal what is unsealed, assemble, sign, write, verify; then record it.

    BrokenBundleError when the verifier finds fault with what was written.
    """
    contract = packs.get(contract_code)
    while evidence.seal(contract_code, now=now) is not None:
        continue
    made = assemble(contract, now=now)
    folder().mkdir(parents=True, exist_ok=True)
    target = folder() / f"{contract_code}-{now:%Y%m%dT%H%M%S%f}.tmp"
    facts = {"scores": made.scores, "absent": made.absent, "title": contract.title}
    head = evidence.export_bundle(
        contract_code,
        target,
        now=now,
        format=evidence.ACCEPTANCE_FORMAT,
        extra=made.files,
        facts=facts,
    )
    verdict = evidence.verify(target, expected_key=evidence.public_key())
    if not verdict.is_sound:
        target.unlink()
        raise BrokenBundleError(f"材料包没有通过校验，已丢弃：{'；'.join(verdict.problems[:3])}")
    digest = _digest(target)
    size = target.stat().st_size
    target.replace(folder() / digest)
    counts = made.counts | {"records": verdict.records, "seals": verdict.seals}
    with transaction.atomic():
        row = AcceptanceBundle.objects.create(
            contract=contract_code,
            name=f"验收材料包-{contract_code}-{local(now):%Y%m%d-%H%M%S}.zip",
            sha256=digest,
            size=size,
            head=head,
            public_key=evidence.public_key(),
            counts=counts,
            absent=made.absent,
            built_at=now,
            built_by=by.label,
        )
        audit.record("bundle.built", row.subject, by=by, now=now, after={"sha256": digest})
    return Built(row.pk, row.name, digest, size, head)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
