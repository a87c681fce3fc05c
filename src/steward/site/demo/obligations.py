"""A year of duties: nearly all fulfilled, one late, one waived, some waiting, some to come."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import groupby

from steward.contracts.obligations import api as obligations
from steward.contracts.obligations.models import Occurrence, Proof
from steward.core.evidence import api as evidence
from steward.core.files import api as files
from steward.kernel.instants import at_local, local, local_date
from steward.kernel.subjects import Subject
from steward.site.demo.people import DEMO, Cast

Say = Callable[[str], None]
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
LATE, MISSED, WAIVED, WAITING = "late", "missed", "waived", "waiting"
MEASURED = {"backup-daily": "backup.run", "backup-municipal-full": "backup.run"}


def load_duties(code: str, cast: Cast, *, start: datetime, now: datetime, say: Say) -> None:
    """Lay the contract's duties out and live the part of its year that has passed."""
    obligations.lay_out_contract(code, reason="合同生效", by=DEMO, now=start)
    _moments(code, cast, now=now)
    live_duties(code, cast, now=now)
    _waiting(code, cast, now=now)
    say(f"  合同义务 {Occurrence.objects.filter(contract=code).count()} 期，重要时刻 3 次")


def live_duties(code: str, cast: Cast, *, now: datetime) -> None:
    """What became of the duties that have come due; `cast.actors["owner"]` is the client."""
    rows = Occurrence.objects.filter(contract=code, status="open").select_related("duty")
    passed = list(rows.filter(due_at__lte=now).order_by("code", "due_at"))
    for name, group in groupby(passed, key=lambda row: row.code):
        duty = list(group)
        if duty[0].rhythm == "daily":
            _daily(duty[:-1] if name == "daily-maintenance" else duty, now=now)
        else:
            for number, row in enumerate(duty):
                _fulfil(row, _fate(name, number - len(duty)), cast)
    _yearly(code, cast, now=now)


def _fate(duty: str, from_the_end: int) -> str:
    """What became of an occurrence, counted backwards from the last that has come due."""
    return {
        ("inspection-weekly", -12): LATE,
        ("inspection-weekly", -20): WAIVED,
        ("document-changes", -1): MISSED,
        ("configuration-archive", -4): LATE,
        ("document-operations", -1): WAITING,
    }.get((duty, from_the_end), "")


def _fulfil(row: Occurrence, fate: str, cast: Cast) -> None:
    if fate == MISSED:
        obligations.note_missed(row.pk, now=row.due_at + HOUR)
        return
    at = max(row.opens_at + HOUR, row.due_at - DAY - HOUR * 6)
    if fate == LATE:
        obligations.note_missed(row.pk, now=row.due_at + HOUR)
        at = row.due_at + DAY + HOUR * 3
    if fate == WAIVED:
        _waive(row, cast, at=at)
    elif row.duty.grade in ("A", "B"):
        _by_record(row, MEASURED.get(row.code, "maintenance.record"), at=at)
    else:
        _by_hand(row, cast, at=at, confirmed=fate != WAITING)


def _by_record(row: Occurrence, kind: str, *, at: datetime) -> None:
    given = obligations.Fulfilment(
        row.contract, row.code, _record(row, kind, at=at), occurrence_key=row.key
    )
    obligations.fulfil(given, by=DEMO, now=at)


def _record(row: Occurrence, kind: str, *, at: datetime) -> int:
    subject = Subject(kind, f"{row.code}-{row.key}", f"{row.duty.deliverable} {row.label}")
    return evidence.keep(evidence.Fact(row.contract, kind, subject, at, "备份一体机", "B"), now=at)


def _by_hand(row: Occurrence, cast: Cast, *, at: datetime, confirmed: bool = True) -> None:
    name = f"{row.duty.deliverable} {row.label}.txt"
    text = f"{row.duty.title}\n{row.label}\n{local(at):%Y-%m-%d %H:%M}\n按计划完成，详见附件。\n"
    by = cast.actors["engineer" if row.pk % 2 else "engineer2"]
    kept = files.store(text.encode(), name, by=by, now=at)
    number = obligations.submit_proof(
        row.pk,
        obligations.NewProof(title=row.duty.deliverable, file_id=kept.id),
        side=obligations.Side.SUPPLIER,
        by=by,
        now=at,
    )
    if confirmed:
        obligations.confirm_proof(number, by=cast.actors["owner"], now=at + HOUR * 4)


def _waive(row: Occurrence, cast: Cast, *, at: datetime) -> None:
    text = "因市级机房整体搬迁，平台停机，当周巡检顺延至复机后进行。".encode()
    kept = files.store(text, "机房搬迁停机函.txt", by=cast.actors["lead"], now=at)
    made = obligations.propose_waiver(
        row.pk,
        reason="机房整体搬迁，平台停机一周",
        file_id=kept.id,
        side=obligations.Side.SUPPLIER,
        by=cast.actors["lead"],
        now=at,
    )
    obligations.decide_waiver(
        made, agree=True, side=obligations.Side.CLIENT, note="情况属实", by=cast.actors["owner"],
        now=at + HOUR * 5,
    )  # fmt: skip


def _daily(rows: list[Occurrence], *, now: datetime) -> None:
    """What comes due every day, kept in a few statements: a record of grade B for each day."""
    kind = MEASURED.get(rows[0].code, "maintenance.day")
    facts = [
        evidence.Fact(
            row.contract,
            kind,
            Subject(kind, f"{row.code}-{row.key}", f"{row.duty.deliverable} {row.label}"),
            row.opens_at + HOUR * 17,
            "运维记录",
            "B",
        )
        for row in rows
    ]
    numbers = evidence.keep_many(facts, now=now)
    proofs = []
    for row, fact, number in zip(rows, facts, numbers, strict=True):
        at = fact.occurred_at
        row.status, row.fulfilled_at, row.closed_at, row.has_proof = "done", at, at, True
        proofs.append(
            Proof(
                occurrence=row, title=row.duty.deliverable, kind=kind, grade="B",
                evidence_id=number, delivered_at=at, side="supplier", submitted_by="演示",
                submitted_at=at, subject_kind=kind, subject_key=fact.subject.key,
                subject_label=fact.subject.label,
            )
        )  # fmt: skip
    Proof.objects.bulk_create(proofs, batch_size=2000)
    Occurrence.objects.bulk_update(
        rows, ["status", "fulfilled_at", "closed_at", "has_proof"], batch_size=2000
    )


def _yearly(code: str, cast: Cast, *, now: datetime) -> None:
    """Of n-a-year duties those whose suggested time has passed are done."""
    rows = Occurrence.objects.filter(
        contract=code, rhythm="per_period", planned_at__lt=now, status="open"
    )
    for row in rows.select_related("duty").order_by("planned_at", "id"):
        assert row.planned_at is not None
        _by_hand(row, cast, at=row.planned_at - DAY * (2 + row.pk % 9))


def _waiting(code: str, cast: Cast, *, now: datetime) -> None:
    """Two proofs of the present wait for the client."""
    rows = Occurrence.objects.filter(
        contract=code, status="open", opens_at__lt=now - HOUR * 3, due_at__gt=now,
        code__in=("management-assessment", "security-training"),
    )  # fmt: skip
    for row in rows.select_related("duty"):
        _by_hand(row, cast, at=now - HOUR * 2, confirmed=False)


def _moments(code: str, cast: Cast, *, now: datetime) -> None:
    """One guard period that is over, one that both sides agreed on, one that waits."""
    today = at_local(local_date(now))
    kinds = obligations.MomentKind
    plans = [
        ("全省重要会议保障", kinds.MEETING, today - DAY * 95, DAY * 4, DAY * 30),
        ("市级重大活动保障", kinds.EVENT, today + DAY * 18, DAY * 5, DAY * 3),
        ("应急演练保障", kinds.DRILL, today + DAY * 40, DAY * 2, DAY * 0),
    ]
    for title, kind, begins, length, notice in plans:
        known = min(now, begins - notice) - HOUR * 2
        new = obligations.NewMoment(
            code, title, kind, begins, begins + length, "7×24 小时专人值守，每日早晚各报平安一次"
        )
        client, supplier = obligations.Side.CLIENT, obligations.Side.SUPPLIER
        made = obligations.register_moment(new, side=client, by=cast.actors["owner"], now=known)
        if notice:
            obligations.decide_moment(
                made, agree=True, side=supplier, by=cast.actors["lead"], now=known + HOUR
            )
