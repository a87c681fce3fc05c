"""Tell people: before the due time, when it has passed, when the client has to confirm."""

from datetime import datetime, timedelta

from django.db import transaction

from steward.contracts.obligations.choices import Side, Status
from steward.contracts.obligations.models import Duty, Occurrence, Reminder
from steward.contracts.obligations.queries.occurrences import url_of, words_of
from steward.contracts.packs import api as packs
from steward.core.access import api as access
from steward.core.notify import api as notify
from steward.kernel.instants import local

SUBMIT, CONFIRM = "obligations.proof.submit", "obligations.proof.confirm_client"
ESCALATE = ("obligations.waiver.supplier", "obligations.waiver.client")
HORIZON = timedelta(days=91)
DAY = timedelta(days=1)


def due_reminders(now: datetime) -> list[tuple[Occurrence, str, int]]:
    """(occurrence, kind, days) of the reminders that are due and have not gone out.

    Of several leads that have passed only the shortest counts: what was laid out late is reminded
    once, not three times. The suggested time of n-a-year duties is reminded like a due time.
    """
    rows = (
        Occurrence.objects.filter(
            status=Status.OPEN, retired_at__isnull=True, awaits_client=False, opens_at__lte=now,
            due_at__gt=now,
        )
        .exclude(rhythm="daily")
        .select_related("duty")
    )  # fmt: skip
    candidates = [
        (row, f"{name}-{lead}", lead)
        for row in rows
        for name, end in _ends(row)
        if (lead := _lead(row.duty, end, now)) is not None
    ]
    ids = [row.pk for row, _, _ in candidates]
    sent = set(Reminder.objects.filter(occurrence__in=ids).values_list("occurrence_id", "kind"))
    return [found for found in candidates if (found[0].pk, found[1]) not in sent]


def _ends(row: Occurrence) -> list[tuple[str, datetime]]:
    ends = [("due", row.due_at)]
    if row.planned_at is not None and row.planned_at < row.due_at:
        ends.append(("plan", row.planned_at))
    return ends


def _lead(duty: Duty, end: datetime, now: datetime) -> int | None:
    """The shortest lead that has begun, in days; None before the first and after the end."""
    if not now < end:
        return None
    begun = [days for days in duty.reminders if end - days * DAY <= now]
    return min(begun, default=None)


@transaction.atomic
def remind(row: Occurrence, kind: str, *, now: datetime) -> bool:
    """Send one reminder, once for ever; False when it has gone out already."""
    end = row.planned_at if kind.startswith("plan") and row.planned_at else row.due_at
    left = max(1, -(-(end - now) // DAY))
    what = "建议" if kind.startswith("plan") else "截止"
    notice = notify.Notice(
        recipients=sorted(owners(row)),
        title=f"{left} 天内{what}：{words_of(row)}",
        body=f"{what}时间 {local(end - timedelta(seconds=1)):%Y-%m-%d}，交付物：{row.duty.deliverable}",
        url=url_of(row.pk),
    )
    return _send_once(row, kind, notice, now=now)


@transaction.atomic
def escalate(row: Occurrence, *, now: datetime) -> bool:
    """Tell the owner and both sides' leads that an occurrence is overdue (not for daily ones)."""
    notice = notify.Notice(
        recipients=sorted(owners(row) | _holders(ESCALATE, row)),
        title=f"已逾期：{words_of(row)}",
        body=f"截止时间 {local(row.due_at):%Y-%m-%d %H:%M}，交付物：{row.duty.deliverable}；"
        f"条款 {row.duty.clause_ref}",
        url=url_of(row.pk),
        urgency=notify.Urgency.URGENT,
    )
    return _send_once(row, "overdue", notice, now=now)


@transaction.atomic
def ask_client(row: Occurrence, proof_id: int, *, now: datetime) -> bool:
    """Tell the client's people that a proof waits for their confirmation."""
    notice = notify.Notice(
        recipients=sorted(_holders((CONFIRM,), row)),
        title=f"请确认履约证明：{words_of(row)}",
        body=f"乙方已提交“{row.duty.deliverable}”的证明，确认后计为 C 级证据",
        url=url_of(row.pk),
    )
    return _send_once(row, f"confirm-{proof_id}", notice, now=now)


def _send_once(row: Occurrence, kind: str, notice: notify.Notice, *, now: datetime) -> bool:
    _, created = Reminder.objects.get_or_create(
        occurrence=row, kind=kind,
        defaults={"sent_at": now, "recipients": len(notice.recipients)},
    )  # fmt: skip
    if created:
        notify.send(notice, now=now)
    return created


def owners(row: Occurrence) -> frozenset[int]:
    """The people who can fulfil it: of the owner's organisation when the pack names one."""
    permission = SUBMIT if row.duty.side == Side.SUPPLIER else CONFIRM
    if row.duty.organization_id is not None:
        return access.holders(permission, organization_id=row.duty.organization_id)
    return _holders((permission,), row)


def _holders(permissions: tuple[str, ...], row: Occurrence) -> frozenset[int]:
    body = packs.get(row.contract).client_organization_id
    found: frozenset[int] = frozenset()
    for code in permissions:
        found |= access.holders(code, organization_id=body)
    return found
