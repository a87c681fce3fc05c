from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from steward.contracts.acceptance.choices import Side
from steward.contracts.acceptance.flow import Act, Limit, Standing, Terms, allowed, replay
from steward.contracts.acceptance.models import KIND, Acceptance, AcceptanceAct
from steward.contracts.assessment import api as assessment
from steward.contracts.packs import api as packs
from steward.core.access.api import Somebody
from steward.core.calendars import api as calendars
from steward.core.evidence import api as evidence
from steward.core.files import api as files
from steward.desk.surveys import api as surveys
from steward.kernel.errors import NotFoundError
from steward.kernel.instants import local_date
from steward.kernel.subjects import Subject

VIEW = "acceptance.record.view"
CLIENT, SUPPLIER = "acceptance.record.client", "acceptance.record.supplier"


class NoAcceptanceTermsError(NotFoundError):
    """The contract's pack says nothing about acceptance."""

    code = "acceptance.no_terms"


def acceptances_for(user: Somebody, permission: str = VIEW) -> QuerySet[Acceptance]:
    """The acceptances of the contracts that somebody may see."""
    codes = [contract.code for contract in packs.contracts_for(user, permission)]
    return Acceptance.objects.filter(contract__in=codes)


def acceptance_for(user: Somebody, acceptance_id: int, permission: str = VIEW) -> Acceptance:
    """One acceptance through its scope; NotFoundError whether unknown or forbidden."""
    row = acceptances_for(user, permission).filter(pk=acceptance_id).first()
    if row is None:
        raise NotFoundError("没有这次验收")
    return row


def may_read(user: Somebody, key: str) -> bool:
    """Whether somebody may read an acceptance's papers: whoever sees it."""
    return key.isdigit() and acceptances_for(user).filter(pk=int(key)).exists()


def section_of(contract: str, number: int) -> packs.Acceptance:
    """What one version of a contract says about acceptance."""
    section = packs.pack_of(contract, number).acceptance
    if section is None:
        raise NoAcceptanceTermsError("这份合同的合同包没有写明验收条款")
    return section


def section_in_force(contract: str, *, now: datetime) -> tuple[int, packs.Acceptance]:
    """The version in force today (or on the last day of the term) and its acceptance section."""
    info = packs.get(contract)
    day = min(local_date(now), info.end_date)
    version, _ = packs.version_in_force(contract, max(day, info.start_date), known_at=now)
    return version.number, section_of(contract, version.number)


def terms_of(row: Acceptance) -> Terms:
    """The contract's limits with their calendars, as known when acceptance was asked for.

    A calendar that is corrected later never moves an instant that silence has already decided.
    """
    pack = packs.pack_of(row.contract, row.version)
    section = section_of(row.contract, row.version)
    codes = {use.id: use.code for use in pack.calendars}
    limits = tuple(
        Limit(
            id=limit.id,
            title=limit.title,
            step=limit.step,
            starts=limit.starts,
            days=limit.days,
            unit=limit.unit,
            calendar=calendars.get(codes[limit.calendar], row.created_at).calendar,
            deemed=limit.on_overdue == "deemed_passed",
        )
        for limit in section.limits
    )
    return Terms(limits, prepares=section.prepares)


def standing_of(
    row: Acceptance, *, now: datetime, acts: Iterable[AcceptanceAct] | None = None
) -> Standing:
    """Where an acceptance stands at an instant, from its acts."""
    rows = row.acts.all() if acts is None else acts
    known = [Act(a.pk, a.kind, a.recorded_at) for a in rows]
    return replay(terms_of(row), known, now=now)


def allowed_acts(row: Acceptance, standing: Standing) -> tuple[str, ...]:
    return allowed(standing.stage, terms_of(row))


@dataclass(frozen=True, slots=True)
class Readiness:
    """One thing to hand over: there, or missing with the reason."""

    id: str
    title: str
    required: bool
    ready: bool
    words: str
    clause: str
    url: str = ""
    uploads: tuple[files.FileInfo, ...] = ()
    takes_upload: bool = False


def checklist(row: Acceptance, *, now: datetime) -> list[Readiness]:
    """Everything the contract wants handed over, with what the platform finds."""
    contract = packs.get(row.contract)
    return [
        _readiness(row, item, contract, now=now)
        for item in section_of(row.contract, row.version).deliverables
    ]


def _readiness(
    row: Acceptance, item: packs.Deliverable, contract: packs.ContractInfo, *, now: datetime
) -> Readiness:
    uploads: tuple[files.FileInfo, ...] = ()
    url = ""
    if item.source == "upload":
        uploads = tuple(files.of_subject(row.subject, purpose=item.id))
        ready = bool(uploads)
        words = f"{len(uploads)} 份文件" if ready else "还没有上传"
    elif item.source == "settlement":
        kept = assessment.settlements(contract.code)
        ready, url = bool(kept), f"/contracts/{contract.code}/?tab=settled"
        words = (
            f"{kept[0].kind_label} {kept[0].points.normalize():f} 分" if kept else "考核期尚未结算"
        )
    elif item.source == "survey":
        ready, words = _survey(contract)
        url = f"/surveys/?contract={contract.code}"
    else:
        ready, words, url = _metric(item, contract, now=now)
    return Readiness(
        id=item.id,
        title=item.title,
        required=item.required,
        ready=ready,
        words=words,
        clause=f"{item.clause.ref}：{item.clause.quote}",
        url=url,
        uploads=uploads,
        takes_upload=item.source == "upload",
    )


def _survey(contract: packs.ContractInfo) -> tuple[bool, str]:
    rounds = [r for r in surveys.rounds_of(contract.code) if r.state == surveys.RoundState.CLOSED
              and contract.start_date <= r.period_start < contract.end_date]  # fmt: skip
    answers = sum(r.answered for r in rounds)
    if not rounds:
        return False, "还没有结束的满意度调查"
    return True, f"已结束 {len(rounds)} 次，有效答卷 {answers} 份"


def _metric(
    item: packs.Deliverable, contract: packs.ContractInfo, *, now: datetime
) -> tuple[bool, str, str]:
    try:
        spec = evidence.metric_spec(item.metric or "")
    except evidence.UnknownMetricError:
        return False, "平台还没有这项取数", ""
    end = max(contract.start, min(now, contract.end))
    query = evidence.MetricQuery(contract.code, contract.start, end, now, item.params)
    found = spec.compute(query)
    if found.value is None:
        return False, found.no_data, found.url
    return (
        not found.value,
        f"缺 {found.value.normalize():f} 项" if found.value else "齐全",
        found.url,
    )


@dataclass(frozen=True, slots=True)
class AcceptanceInfo:
    """An acceptance as other apps see it; `clocks` are the client's running limits."""

    id: int
    contract: str
    title: str
    stage: str
    stage_label: str
    attempt: int
    requested_at: datetime
    since: datetime
    due_at: datetime | None
    deemed_at: datetime | None
    is_ended: bool

    @property
    def subject(self) -> Subject:
        return Subject(KIND, str(self.id), self.title)

    @property
    def is_passed(self) -> bool:
        """Whether the contract counts as accepted."""
        return self.stage in ("passed", "deemed")


def to_info(row: Acceptance) -> AcceptanceInfo:
    return AcceptanceInfo(
        id=row.pk,
        contract=row.contract,
        title=row.title,
        stage=row.stage,
        stage_label=row.get_stage_display(),
        attempt=row.attempt,
        requested_at=row.created_at,
        since=row.since,
        due_at=row.due_at,
        deemed_at=row.deemed_at,
        is_ended=not row.is_open,
    )


def latest_of(contract: str) -> AcceptanceInfo | None:
    """A contract's newest acceptance, or None."""
    row = Acceptance.objects.filter(contract=contract).first()
    return None if row is None else to_info(row)


@dataclass(frozen=True, slots=True)
class Document:
    """A paper of an acceptance as data: heading, pairs, a table and the lines to be signed."""

    title: str
    contract_title: str
    client: str
    supplier: str
    pairs: tuple[tuple[str, str], ...]
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    signatures: tuple[str, ...]


def client_acts(row: Acceptance, kind: str) -> QuerySet[AcceptanceAct]:
    return row.acts.filter(side=Side.CLIENT, kind=kind)
