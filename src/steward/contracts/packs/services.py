import re
from datetime import datetime
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from django.db import transaction

from steward.contracts.packs.document import Pack, SlaRule
from steward.contracts.packs.events import ContractVersionInstalled
from steward.contracts.packs.models import Contract, ContractVersion
from steward.contracts.packs.problems import PackInvalidError, PackProblem
from steward.contracts.packs.queries import SUBJECT_KIND, VersionInfo, versions_of
from steward.contracts.packs.reading import ReadPack, read_pack
from steward.core.audit import api as audit
from steward.core.calendars import api as calendars
from steward.core.jobs import api as jobs
from steward.core.organizations import api as organizations
from steward.desk.tickets import api as tickets
from steward.kernel.actors import Actor
from steward.kernel.canonical import content_hash
from steward.kernel.clock import ClockSpec, Unit, WarningPoint
from steward.kernel.errors import ConflictError, NotFoundError
from steward.kernel.instants import at_local
from steward.kernel.subjects import Subject
from steward.operations.monitoring import api as monitoring

LIBRARY = files("steward.contracts.packs.library")
_AMENDMENT = re.compile(r"\.(\d+)$")


class PackConflictError(ConflictError):
    """The pack does not follow from the version before it."""

    code = "packs.conflict"


class NoSuchPackError(NotFoundError):
    """No pack file of that name."""

    code = "packs.no_such_pack"


def library() -> list[str]:
    """The codes of the packs that ship with the platform."""
    return sorted({_AMENDMENT.sub("", name) for name in _names(LIBRARY)})


def library_files(code: str, folder: Traversable | None = None) -> list[str]:
    """The files of a pack in the order of its versions: `<code>.yaml`, `<code>.2.yaml` and so on."""
    own = [name for name in _names(folder or LIBRARY) if _AMENDMENT.sub("", name) == code]
    return [f"{name}.yaml" for name in sorted(own, key=_number_of)]


def _names(folder: Traversable) -> list[str]:
    names = [entry.name for entry in folder.iterdir()]
    return [name.removesuffix(".yaml") for name in names if name.endswith(".yaml")]


def _number_of(name: str) -> int:
    found = _AMENDMENT.search(name)
    return int(found[1]) if found else 1


def check_pack(text: str, *, file: str) -> ReadPack:
    """Check a pack without loading it; PackInvalidError carries every mistake with its place."""
    known = [code for code, _ in calendars.all_calendars()]
    return read_pack(text, file=file, calendars=known)


@transaction.atomic
def load_library_pack(
    code: str, *, by: Actor, now: datetime, folder: Traversable | None = None
) -> VersionInfo:
    """Load a pack that ships with the platform, with its amendments in their order.

    The newest version is returned; what is loaded already changes nothing.
    """
    place = folder or LIBRARY
    names = library_files(code, place)
    if not names:
        raise NoSuchPackError(f"没有名为“{code}”的合同包，可用：{'、'.join(library())}")
    texts = [(name, (place / name).read_text(encoding="utf-8")) for name in names]
    return [load_pack(text, file=name, by=by, now=now) for name, text in texts][-1]


def load_pack_file(path: Path, *, by: Actor, now: datetime) -> VersionInfo:
    """Load a pack from a file of any place."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise NoSuchPackError(f"找不到合同包文件 {path}") from None
    except UnicodeDecodeError as error:
        problem = PackProblem(1, 1, "全文", f"不是 UTF-8 文字（第 {error.start + 1} 字节）")
        raise PackInvalidError(path.name, [problem]) from error
    return load_pack(text, file=path.name, by=by, now=now)


@transaction.atomic
def load_pack(text: str, *, file: str, by: Actor, now: datetime) -> VersionInfo:
    """Load a pack as the contract's first version or as its next; the same pack changes nothing.

    Everything is checked before anything is written, so a pack that cannot be scored never
    replaces one that can. The SLA goes down to the desk as a policy of the same version.
    Raises PackInvalidError, or PackConflictError when an amendment does not follow.
    """
    read = check_pack(text, file=file)
    pack = read.pack
    document = pack.model_dump(mode="json")
    pack_hash = content_hash(document)
    contract = _contract(pack, now=now)
    known = versions_of(pack.code)
    same = next((version for version in known if version.pack_hash == pack_hash), None)
    if same is not None:
        _find_client(contract, pack)
        return same
    check_follows(pack, known)
    number = len(known) + 1
    ContractVersion.objects.create(
        contract=contract,
        number=number,
        effective_date=pack.version.effective,
        reason=pack.version.reason,
        document=document,
        source=read.source,
        pack_hash=pack_hash,
        installed_at=now,
        installed_by=by.label,
    )
    _describe(contract, pack)
    tickets.install_policy(policy_of(pack, number), by=by, now=now)
    monitoring.install_term(pack.code, effective=pack.period.start, by=by, now=now)
    _announce(pack, number, by=by, now=now)
    return versions_of(pack.code)[0]


def _contract(pack: Pack, *, now: datetime) -> Contract:
    client = pack.party("client")
    row, _ = Contract.objects.select_for_update().get_or_create(
        code=pack.code,
        defaults={
            "title": pack.title,
            "client_name": client.name,
            "start_date": pack.period.start,
            "end_date": pack.period.end,
            "amount": pack.amount,
            "created_at": now,
        },
    )
    return row


def _describe(contract: Contract, pack: Pack) -> None:
    """What lists show follows the newest terms."""
    client = pack.party("client")
    contract.title = pack.title
    contract.client_name = client.name
    contract.client_organization_id = _organization_id(client.organization)
    contract.start_date, contract.end_date = pack.period.start, pack.period.end
    contract.amount = pack.amount
    contract.save()


def _find_client(contract: Contract, pack: Pack) -> None:
    """A pack may be loaded before its client is entered: loading it again finds the client."""
    if contract.client_organization_id is None:
        contract.client_organization_id = _organization_id(pack.party("client").organization)
        contract.save(update_fields=["client_organization_id"])


def _organization_id(code: str | None) -> int | None:
    found = organizations.find(code) if code else None
    return found.id if found is not None else None


@transaction.atomic
def set_client_organization(
    code: str, organization_id: int | None, *, by: Actor, now: datetime
) -> None:
    """Say which organisation the client is, so that its people see the contract."""
    row = Contract.objects.select_for_update().get(code=code)
    before = row.client_organization_id
    row.client_organization_id = organization_id
    row.save(update_fields=["client_organization_id"])
    audit.record(
        "packs.contract.client_set",
        Subject(SUBJECT_KIND, code, row.title),
        by=by,
        now=now,
        before={"organization": before},
        after={"organization": organization_id},
    )


def check_follows(pack: Pack, known: list[VersionInfo]) -> None:
    """A pack is the first version, or amends the newest and takes effect not before it.

    `known` are the versions so far, newest first. Raises PackConflictError.
    """
    amends = pack.version.amends
    if not known:
        if amends is not None:
            raise PackConflictError(
                f"合同“{pack.code}”还没有第 {amends} 版，不能载入补充协议；请先载入原合同"
            )
        return
    newest = known[0]
    if amends != newest.number:
        raise PackConflictError(
            f"合同“{pack.code}”已有第 {newest.number} 版且内容不同；"
            f"变更须写明 version.amends: {newest.number}、生效日期与原因"
        )
    if pack.version.effective < newest.effective_date:
        raise PackConflictError(
            f"补充协议的生效日期 {pack.version.effective} 早于第 {newest.number} 版的"
            f" {newest.effective_date}，不能追溯"
        )


def policy_of(pack: Pack, number: int) -> tickets.PolicyDefinition:
    """The SLA of a pack as the desk takes it (clause C2)."""
    return tickets.PolicyDefinition(
        contract=pack.code,
        version=str(number),
        effective_from=at_local(pack.version.effective),
        label=f"{pack.title} 第 {number} 版",
        rules=tuple(_policy_rule(rule, pack) for rule in pack.sla),
        severities={row.code: row.title for row in pack.severities},
        pause_reasons={row.code: row.title for row in pack.pause_reasons},
        reopen_limit=pack.reopen_limit,
    )


def _policy_rule(rule: SlaRule, pack: Pack) -> tickets.PolicyRule:
    warnings = (
        WarningPoint(percent=warn.percent, lead_minutes=warn.lead_minutes) for warn in rule.warnings
    )
    clock = ClockSpec(
        kind=rule.clock,
        target=rule.target,
        unit=Unit(rule.unit),
        start_event=rule.start,
        stop_event=rule.stop,
        pause_reasons=frozenset(rule.pause_reasons),
        warnings=tuple(warnings),
    )
    calendar = next(use.code for use in pack.calendars if use.id == rule.calendar)
    return tickets.PolicyRule(
        code=rule.id,
        label=rule.title,
        clause=f"{rule.clause.ref}：{rule.clause.quote}"[:200],
        ticket_kinds=rule.ticket_kinds,
        severities=rule.severities,
        clock=clock,
        calendar=calendar,
    )


def _announce(pack: Pack, number: int, *, by: Actor, now: datetime) -> None:
    audit.record(
        "packs.version.installed",
        Subject(SUBJECT_KIND, pack.code, pack.title),
        by=by,
        now=now,
        after={"number": number, "effective": pack.version.effective},
        reason=pack.version.reason,
    )
    jobs.publish(ContractVersionInstalled(pack.code, number, pack.version.effective), now=now)
