"""What came due and is not proved: noted once, reported as a finding, cleared when fulfilled."""

from datetime import datetime

from django.db import transaction

from steward.contracts.obligations.choices import Status
from steward.contracts.obligations.events import OccurrenceMissed
from steward.contracts.obligations.models import Occurrence
from steward.contracts.obligations.queries.occurrences import subject_of, words_of
from steward.contracts.packs import api as packs
from steward.core.findings import api as findings
from steward.core.jobs import api as jobs
from steward.kernel.instants import local

SOURCE = "contracts.obligations"
CATEGORY = "obligation"


def fingerprint(row: Occurrence) -> str:
    """One finding for each occurrence; daily duties share one for the duty."""
    tail = "" if row.rhythm == "daily" else f"/{row.key}"
    return f"{row.contract}/{row.code}{tail}"


def overdue(now: datetime) -> list[int]:
    """Occurrences that came due and have not been noted yet, the oldest first."""
    rows = Occurrence.objects.filter(
        status=Status.OPEN, retired_at__isnull=True, missed_at__isnull=True, due_at__lte=now
    )
    return list(rows.order_by("due_at").values_list("pk", flat=True))


@transaction.atomic
def note_missed(occurrence_id: int, *, now: datetime) -> Occurrence | None:
    """Note an overdue occurrence once; None when somebody else did, or it was fulfilled.

    A finding makes the desk open a work order by its routing.
    """
    claimed = Occurrence.objects.filter(
        pk=occurrence_id, status=Status.OPEN, retired_at__isnull=True, missed_at__isnull=True,
        due_at__lte=now,
    ).update(missed_at=now)  # fmt: skip
    if not claimed:
        return None
    row = Occurrence.objects.select_related("duty").get(pk=occurrence_id)
    findings.report(_report(row), now=now)
    jobs.publish(
        OccurrenceMissed(
            contract=row.contract, duty=row.code, occurrence_id=row.pk, due_at=row.due_at
        ),
        now=now,
    )
    return row


def _report(row: Occurrence) -> findings.Report:
    duty = row.duty
    return findings.Report(
        source=SOURCE,
        fingerprint=fingerprint(row),
        title=f"合同义务逾期：{words_of(row)}",
        severity=duty.severity,
        subject=subject_of(row),
        contract=row.contract,
        category=CATEGORY,
        organization_id=packs.get(row.contract).client_organization_id,
        detail={
            "义务": duty.title,
            "期次": row.label,
            "截止": f"{local(row.due_at):%Y-%m-%d %H:%M}",
            "交付物": duty.deliverable,
            "条款": f"{duty.clause_ref}：{duty.clause_quote}",
        },
        remedy=f"提交“{duty.deliverable}”（证据等级 {duty.grade} 及以上）；履行后本问题自动关闭。",
    )


def clear_finding(row: Occurrence, *, now: datetime) -> None:
    """Close the finding of a fulfilled or waived occurrence; a daily duty's when no day is left."""
    if row.missed_at is None:
        return
    others = Occurrence.objects.filter(
        contract=row.contract, code=row.code, status=Status.OPEN, retired_at__isnull=True,
        missed_at__isnull=False,
    ).exclude(pk=row.pk)  # fmt: skip
    if row.rhythm == "daily" and others.exists():
        return
    findings.clear(SOURCE, fingerprint(row), now=now, note="义务已履行或已豁免")
