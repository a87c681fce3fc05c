from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from steward.contracts.packs import api as packs
from steward.contracts.reports.models import Report, ReportPlan, ReportTemplate
from steward.contracts.reports.papers.defaults import default_template
from steward.contracts.reports.registry import KINDS, Asked, ReportKind
from steward.contracts.reports.sections import Content, content_from
from steward.contracts.reports.stretches import Choice
from steward.core.access import api as access
from steward.core.access.api import Somebody
from steward.core.files import api as files
from steward.kernel.errors import InvalidError, NotFoundError
from steward.kernel.instants import local_date
from steward.kernel.subjects import Subject

VIEW, MAKE = "reports.report.view", "reports.report.generate"
TEMPLATES = "reports.template.manage"


class UnknownReportError(NotFoundError):
    """No such report, or none that this person may see."""

    code = "reports.unknown"


class NothingToReportError(InvalidError):
    """The kind has nothing under that key in this contract."""

    code = "reports.nothing"


@dataclass(frozen=True, slots=True)
class ReportInfo:
    """A kept report as other apps see it; `file_id` its document in core.files."""

    id: int
    contract: str
    kind: str
    key: str
    label: str
    title: str
    version: int
    start: datetime
    end: datetime
    made_at: datetime
    made_by: str
    file_id: int | None
    sha256: str
    content_hash: str
    evidence_id: int | None
    occurrence_id: int | None
    is_latest: bool

    @property
    def subject(self) -> Subject:
        return Subject("reports.report", str(self.id), f"{self.title}（{self.label}）"[:200])

    @property
    def url(self) -> str:
        return f"/reports/{self.id}/"


def to_info(row: Report) -> ReportInfo:
    return ReportInfo(
        id=row.pk,
        contract=row.contract,
        kind=row.kind,
        key=row.key,
        label=row.label,
        title=row.title,
        version=row.version,
        start=row.start_at,
        end=row.end_at,
        made_at=row.made_at,
        made_by=row.made_by,
        file_id=row.file_id,
        sha256=row.sha256,
        content_hash=row.content_hash,
        evidence_id=row.evidence_id,
        occurrence_id=row.occurrence_id,
        is_latest=row.is_latest,
    )


def reports_for(user: Somebody, permission: str = VIEW) -> QuerySet[Report]:
    """The reports of the contracts that somebody may see, without their content."""
    codes = [contract.code for contract in packs.contracts_for(user, permission)]
    return Report.objects.filter(contract__in=codes).defer("content")


def report_for(user: Somebody, report_id: int, permission: str = VIEW) -> Report:
    """One report through its scope; unknown and forbidden answer alike."""
    row = reports_for(user, permission).defer(None).filter(pk=report_id).first()
    if row is None:
        raise UnknownReportError(f"没有编号为 {report_id} 的报告")
    return row


def may_read(user: Somebody, key: str) -> bool:
    """Whether somebody may download a report's document: whoever sees it."""
    return key.isdecimal() and reports_for(user).filter(pk=int(key)).exists()


def may_read_template(user: Somebody, key: str) -> bool:
    """Whether somebody may download a template: whoever maintains those of its contract."""
    row = ReportTemplate.objects.filter(pk=int(key)).first() if key.isdecimal() else None
    return row is not None and may_template(user, row.contract)


def may_template(user: Somebody, contract: str) -> bool:
    """Templates for everywhere are maintained by whoever has the permission at all."""
    if not contract:
        return access.can(user, TEMPLATES)
    return any(known.code == contract for known in packs.contracts_for(user, TEMPLATES))


def content_of(row: Report) -> Content:
    """A kept report's content, exactly as it was."""
    return content_from(row.content)


def reports_of(contract: str, *, kind: str = "") -> list[ReportInfo]:
    """The newest versions of a contract's reports (for bundles), oldest stretch first."""
    rows = Report.objects.filter(contract=contract, is_latest=True).defer("content")
    rows = rows.filter(kind=kind) if kind else rows
    return [to_info(row) for row in rows.order_by("end_at", "id")]


def choice_of(
    kind: type[ReportKind], contract: packs.ContractInfo, key: str, *, now: datetime
) -> Choice:
    """What a key means; NothingToReportError when there is no such thing by now."""
    found = next((c for c in kind.choices(contract, now=now) if c.key == key), None)
    if found is None:
        raise NothingToReportError(f"“{contract.title}”没有可生成“{kind.label}”的对象“{key}”")
    return found


def compose(contract_code: str, kind_code: str, key: str, *, now: datetime) -> Content:
    """The report as it would be now, not kept."""
    contract, kind = packs.get(contract_code), KINDS.get(kind_code)
    choice = choice_of(kind, contract, key, now=now)
    day = local_date(max(contract.start, min(now, choice.end, contract.end)))
    last = min(day, contract.end_date.fromordinal(contract.end_date.toordinal() - 1))
    _, pack = packs.version_in_force(contract_code, last, known_at=now)
    asked = Asked(contract, pack, choice, now)
    return Content(
        kind=kind.code,
        kind_label=kind.label,
        key=choice.key,
        label=choice.label,
        contract=contract.code,
        contract_title=contract.title,
        client=pack.party("client").name,
        supplier=pack.party("supplier").name,
        start=choice.start,
        end=asked.end,
        as_of=now,
        sections=kind.compose(asked),
    )


def template_of(contract: str, kind: str) -> tuple[ReportTemplate | None, bytes]:
    """The template in use: the contract's own, else that of the kind, else the default."""
    rows = ReportTemplate.objects.filter(kind=kind, contract__in=(contract, ""))
    row = rows.order_by("-contract", "-number").first()
    if row is None or row.file_id is None:
        return None, default_template()
    return row, files.read(row.file_id)


def is_planned(contract: str, kind: type[ReportKind]) -> bool:
    """Whether a periodic report is made by itself; yes until somebody turned it off."""
    if kind.rhythm is None:
        return False
    row = ReportPlan.objects.filter(contract=contract, kind=kind.code).first()
    return row is None or row.is_on
