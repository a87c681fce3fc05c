from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Max

from steward.contracts.obligations import api as obligations
from steward.contracts.packs import api as packs
from steward.contracts.reports.events import ReportMade
from steward.contracts.reports.fulfilling import match
from steward.contracts.reports.models import Report, ReportPlan, ReportTemplate
from steward.contracts.reports.papers import sample
from steward.contracts.reports.papers.templates import Stamp, check, fill
from steward.contracts.reports.queries import (
    ReportInfo,
    choice_of,
    compose,
    is_planned,
    template_of,
    to_info,
)
from steward.contracts.reports.registry import KINDS, ReportKind, kinds
from steward.contracts.reports.sections import Content
from steward.core.audit import api as audit
from steward.core.evidence import api as evidence
from steward.core.files import api as files
from steward.core.jobs import api as jobs
from steward.kernel.actors import Actor
from steward.kernel.errors import ConflictError, InvalidError, StewardError
from steward.kernel.instants import local_date
from steward.kernel.subjects import Subject

SOURCE = "contracts.reports"
MORNING = timedelta(hours=8)
LOOK_BACK = timedelta(days=35)


class TooEarlyError(ConflictError):
    """The stretch of a periodic report is not over."""

    code = "reports.too_early"


class ReasonNeededError(InvalidError):
    """A new version of a report needs its reason."""

    code = "reports.reason_needed"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which report; with `reason` a new version of one that exists."""

    contract: str
    kind: str
    key: str
    reason: str = ""


@transaction.atomic
def make_report(wanted: Wanted, *, by: Actor, now: datetime) -> ReportInfo:
    """Compose, fill, keep, prove: once per contract, kind and key; again only with a reason.

    Without a reason the report that exists is returned as it is. TooEarlyError while the stretch
    of a periodic report runs; NothingToReportError for an unknown key.
    """
    _lock(wanted)
    before = _latest(wanted)
    if before is not None and not wanted.reason.strip():
        return to_info(before)
    contract, kind = packs.get(wanted.contract), KINDS.get(wanted.kind)
    choice = choice_of(kind, contract, wanted.key, now=now)
    if kind.rhythm is not None and now < choice.end:
        raise TooEarlyError(f"{choice.label}还没有结束，结束后才能生成{kind.label}；可以先预览")
    content = compose(wanted.contract, wanted.kind, wanted.key, now=now)
    version = before.version + 1 if before else 1
    template, text = template_of(wanted.contract, wanted.kind)
    document = fill(text, content, Stamp(version, wanted.reason.strip(), now))
    info = files.store(document, _file_name(content, version), by=by, now=now)
    if before is not None:
        Report.objects.filter(pk=before.pk).update(is_latest=False)
    row = Report.objects.create(
        contract=wanted.contract, kind=wanted.kind, key=wanted.key, label=content.label[:200],
        version=version, title=content.title[:300], start_at=content.start, end_at=content.end,
        as_of=now, content=content.canonical(), content_hash=content.digest(), template=template,
        file_id=info.id, sha256=info.sha256, reason=wanted.reason.strip()[:300], made_at=now,
        made_by=by.label,
    )  # fmt: skip
    files.attach(info.id, row.subject, by=by, now=now, purpose="报告")
    _prove(row, by=by, now=now)
    _fulfil(row, contract, by=by, now=now)
    audit.record(
        "reports.made", row.subject, by=by, now=now, reason=row.reason,
        after={"version": version, "sha256": info.sha256},
    )  # fmt: skip
    jobs.publish(ReportMade(row.pk, row.contract, row.kind, now), now=now)
    return to_info(row)


def _lock(wanted: Wanted) -> None:
    """Two who make the same report wait for each other."""
    name = f"reports:{wanted.contract}:{wanted.kind}:{wanted.key}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [name])


def _latest(wanted: Wanted) -> Report | None:
    rows = Report.objects.filter(contract=wanted.contract, kind=wanted.kind, key=wanted.key)
    return rows.filter(is_latest=True).defer("content").first()


def _file_name(content: Content, version: int) -> str:
    words = f"{content.contract_title}{content.kind_label} {content.label}"
    again = f" 第{version}版" if version > 1 else ""
    return f"{words[:90]}{again}.docx"


def _prove(row: Report, *, by: Actor, now: datetime) -> None:
    """Keep the report as evidence: grade A, that the platform made these bytes at this time.

    How strong its figures are is said beside each of them.
    """
    row.evidence_id = evidence.keep(
        evidence.Fact(
            contract=row.contract, kind=f"reports.{row.kind}", subject=row.subject,
            occurred_at=now, source=SOURCE, grade="A", blob_sha256=row.sha256,
            payload={
                "key": row.key, "label": row.label, "version": row.version,
                "content_hash": row.content_hash, "reason": row.reason, "made_by": by.label,
            },
        ),
        now=now,
    )  # fmt: skip
    row.save(update_fields=["evidence_id"])


def _fulfil(row: Report, contract: packs.ContractInfo, *, by: Actor, now: datetime) -> None:
    """Fulfil the duty that asks for this report alone; else say what stands in the way."""
    last = contract.end_date.fromordinal(contract.end_date.toordinal() - 1)
    day = min(local_date(row.start_at), last)
    _, pack = packs.version_in_force(contract.code, day, known_at=now)
    found = match(pack, KINDS.get(row.kind), row.key, is_last=row.end_at == contract.end)
    if found is None:
        return
    if not found.duty:
        row.duty_words = found.words[:300]
    else:
        row.occurrence_id, row.duty_words = _attach(row, found.duty, found.key, by=by, now=now)
    row.save(update_fields=["occurrence_id", "duty_words"])


def _attach(
    row: Report, duty: str, key: str, *, by: Actor, now: datetime
) -> tuple[int | None, str]:
    assert row.evidence_id is not None
    given = obligations.Fulfilment(row.contract, duty, row.evidence_id, str(row)[:200], key)
    try:
        found = obligations.fulfil(given, by=by, now=now)
    except (obligations.NotFulfillableError, obligations.UnknownOccurrenceError) as error:
        return None, error.message[:300]
    return found, "" if found else "没有待履行的义务期次"


@dataclass(frozen=True, slots=True)
class Due:
    """A periodic report whose time has come."""

    wanted: Wanted
    words: str


def due_reports(*, now: datetime) -> list[Due]:
    """What should exist by now and does not: 8 hours after its stretch ended, up to 35 days back.

    A worker that was down on Monday morning makes Monday's report when it is back. What ended
    before the contract was on the platform is left to people: there are no records of it.
    """
    found = []
    for contract in packs.all_contracts():
        known_at = packs.versions_of(contract.code)[-1].installed_at
        since = max(known_at, now - LOOK_BACK)
        for kind in kinds():
            if is_planned(contract.code, kind):
                found += _due_of(contract, kind, since=since, now=now)
    return found


def _due_of(
    contract: packs.ContractInfo, kind: type[ReportKind], *, since: datetime, now: datetime
) -> list[Due]:
    rows = Report.objects.filter(contract=contract.code, kind=kind.code, is_latest=True)
    made = set(rows.values_list("key", flat=True))
    return [
        Due(
            Wanted(contract.code, kind.code, choice.key),
            f"{contract.title}{kind.label} {choice.label}",
        )
        for choice in kind.choices(contract, now=now)
        if since < choice.end <= now - MORNING and choice.key not in made
    ]


def make_due(*, by: Actor, now: datetime) -> list[str]:
    """Make all that is due; one that fails does not stop the others. A line for each."""
    lines = []
    for due in due_reports(now=now):
        try:
            made = make_report(due.wanted, by=by, now=now)
        except StewardError as error:
            lines.append(f"{due.words}：未能生成，{error.message}")
            continue
        lines.append(f"{due.words}：已生成第 {made.version} 版")
    return lines


@transaction.atomic
def upload_template(
    content: bytes, *, contract: str, kind: str, name: str, note: str, by: Actor, now: datetime
) -> int:
    """Take a template into use, as a new version; its id. TemplateRefusedError names what is wrong.

    `contract` empty: for every contract without a template of its own.
    """
    known = KINDS.get(kind)
    check(content, sample.content(known.code, known.label))
    info = files.store(content, name, by=by, now=now, limit=10 * 1024**2)
    rows = ReportTemplate.objects.filter(contract=contract, kind=kind)
    last = rows.aggregate(last=Max("number"))["last"] or 0
    row = ReportTemplate.objects.create(
        contract=contract, kind=kind, number=last + 1, file_id=info.id, sha256=info.sha256,
        note=note.strip()[:200], uploaded_at=now, uploaded_by=by.label,
    )  # fmt: skip
    files.attach(info.id, row.subject, by=by, now=now, purpose="报告模板")
    audit.record(
        "reports.template_uploaded", row.subject, by=by, now=now,
        after={"kind": known.label, "number": row.number}, reason=note,
    )  # fmt: skip
    return row.pk


@transaction.atomic
def use_default(*, contract: str, kind: str, by: Actor, now: datetime) -> int:
    """Go back to the platform's own template, as a new version without a file."""
    known = KINDS.get(kind)
    rows = ReportTemplate.objects.filter(contract=contract, kind=kind)
    last = rows.aggregate(last=Max("number"))["last"] or 0
    row = ReportTemplate.objects.create(
        contract=contract, kind=kind, number=last + 1, file_id=None, sha256="",
        note="恢复平台默认模板", uploaded_at=now, uploaded_by=by.label,
    )  # fmt: skip
    audit.record(
        "reports.template_uploaded", row.subject, by=by, now=now,
        after={"kind": known.label, "number": row.number}, reason="恢复平台默认模板",
    )  # fmt: skip
    return row.pk


@transaction.atomic
def plan(contract: str, kind: str, *, is_on: bool, by: Actor, now: datetime) -> None:
    """Turn the making by schedule of a periodic report on or off."""
    known, info = KINDS.get(kind), packs.get(contract)
    ReportPlan.objects.update_or_create(
        contract=contract, kind=kind,
        defaults={"is_on": is_on, "changed_at": now, "changed_by": by.label},
    )  # fmt: skip
    audit.record(
        "reports.planned", Subject(packs.SUBJECT_KIND, contract, info.title), by=by, now=now,
        after={"kind": known.label, "state": "开启" if is_on else "关闭"},
    )  # fmt: skip
