"""Lay the duties of a contract out, and lay them out again when their grounds change.

What is closed, and what has come due, is never touched: a breach is sticky, and a settled figure
stays what it was (reference: clocks-evidence-scoring §3).
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection, transaction

from steward.contracts.obligations.choices import Decision, Status
from steward.contracts.obligations.daybook import DayBook
from steward.contracts.obligations.layout import MomentSpan, Planned, Term, lay_out
from steward.contracts.obligations.models import Duty, Moment, Occurrence, WindowChange
from steward.contracts.packs import api as packs
from steward.core.audit import api as audit
from steward.core.calendars import api as calendars
from steward.core.organizations import api as organizations
from steward.kernel.actors import Actor
from steward.kernel.instants import local_date
from steward.kernel.subjects import Subject

STATUTORY = "cn-work"
_BATCH = 2000
Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Laid:
    """What laying out did: occurrences added, windows moved, occurrences taken away."""

    added: int
    moved: int
    retired: int

    @property
    def changed(self) -> bool:
        return bool(self.added or self.moved or self.retired)


@dataclass(frozen=True, slots=True)
class _Wanted:
    duty: Duty
    planned: Planned


@transaction.atomic
def lay_out_contract(code: str, *, reason: str, by: Actor, now: datetime) -> Laid:
    """Make the occurrences of a contract what its versions, calendar and moments say.

    Running it again changes nothing. Two of them for one contract wait for each other.
    """
    _lock(code)
    duties = _install_duties(code)
    wanted = _wanted(code, duties)
    rows = Occurrence.objects.filter(contract=code, retired_at__isnull=True)
    present: dict[Key, Occurrence] = {(row.code, row.key): row for row in rows}
    laid = Laid(
        added=_add(code, wanted, present, now=now),
        moved=_move(wanted, present, reason=reason, now=now),
        retired=_retire(wanted, present, now=now),
    )
    if laid.changed:
        contract = packs.get(code)
        audit.record(
            "obligations.laid_out",
            Subject(packs.SUBJECT_KIND, code, contract.title),
            by=by,
            now=now,
            after={"added": laid.added, "moved": laid.moved, "retired": laid.retired},
            reason=reason,
        )
    return laid


def _lock(code: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"obligations:{code}"])


def _install_duties(code: str) -> dict[tuple[int, str], Duty]:
    """The rows of every version's obligations; versions never change, so only new ones are made."""
    known = {(row.version, row.code): row for row in Duty.objects.filter(contract=code)}
    fresh = [
        _duty_row(code, version.number, duty)
        for version in packs.versions_of(code)
        for duty in packs.pack_of(code, version.number).obligations
        if (version.number, duty.id) not in known
    ]
    Duty.objects.bulk_create(fresh)
    return known | {(row.version, row.code): row for row in fresh}


def _duty_row(contract: str, version: int, duty: packs.Obligation) -> Duty:
    owner = duty.owner
    body = organizations.find(owner.organization) if owner.organization else None
    return Duty(
        contract=contract,
        version=version,
        code=duty.id,
        title=duty.title,
        area=duty.area,
        rhythm=duty.rhythm.kind,
        side=owner.side,
        team=owner.team or "",
        organization_id=body.id if body is not None else None,
        deliverable=duty.deliverable,
        grade=duty.evidence,
        accepts=list(duty.accepts),
        proofs=duty.proofs,
        reminders=list(duty.reminders),
        severity=duty.severity,
        consequences=list(duty.consequences),
        clause_ref=duty.clause.ref,
        clause_quote=duty.clause.quote,
        note=duty.note,
    )


def day_book(code: str) -> DayBook:
    """A platform calendar as the layout reads it, in its newest version."""
    info = calendars.get(code)
    return DayBook(info.calendar, info.day_names)


def calendar_of(pack: packs.Pack, duty: packs.Obligation | None = None) -> str:
    """The platform's code of the calendar by which a duty counts: its own, or the first of the
    pack that knows days off."""
    uses = {use.id: use.code for use in pack.calendars}
    if duty is not None and duty.window.calendar is not None:
        return uses[duty.window.calendar]
    return next((code for code in uses.values() if code != "always"), STATUTORY)


def _wanted(code: str, duties: dict[tuple[int, str], Duty]) -> dict[Key, _Wanted]:
    """What each version lays out, as far as it is in force when the window ends."""
    versions = sorted(packs.versions_of(code), key=lambda v: (v.effective_date, v.number))
    moments = _moments(code)
    books: dict[str, DayBook] = {}
    found: dict[Key, _Wanted] = {}
    for version in versions:
        pack = packs.pack_of(code, version.number)
        term = Term(pack.period.start, pack.period.end)
        for duty in pack.obligations:
            name = calendar_of(pack, duty)
            book = books.setdefault(name, day_book(name))
            row = duties[version.number, duty.id]
            for planned in lay_out(duty, term, days=book, moments=moments):
                if _in_force(versions, planned) == version.number:
                    found[duty.id, planned.key] = _Wanted(row, planned)
    return found


def _in_force(versions: list[packs.VersionInfo], planned: Planned) -> int:
    """The version whose terms govern an occurrence: the one in force on its last day."""
    last: date = local_date(planned.due_at - timedelta(microseconds=1))
    effective = [version for version in versions if version.effective_date <= last]
    return (effective or versions[:1])[-1].number


def _moments(code: str) -> list[MomentSpan]:
    rows = Moment.objects.filter(contract=code, state=Decision.AGREED, decided_at__isnull=False)
    return [
        MomentSpan(row.pk, row.title, row.starts_at, row.ends_at, row.decided_at)
        for row in rows
        if row.decided_at is not None
    ]


def _add(
    code: str, wanted: dict[Key, _Wanted], present: dict[Key, Occurrence], *, now: datetime
) -> int:
    """The first laying counts as known since the term began; a contract is entered afterwards."""
    is_first = not Occurrence.objects.filter(contract=code).exists()
    known_at = min(now, packs.get(code).start) if is_first else now
    fresh = [
        Occurrence(
            duty=wish.duty,
            contract=code,
            code=wish.duty.code,
            area=wish.duty.area,
            rhythm=wish.duty.rhythm,
            key=wish.planned.key,
            label=wish.planned.label,
            opens_at=wish.planned.opens_at,
            due_at=wish.planned.due_at,
            for_at=wish.planned.for_at,
            planned_at=wish.planned.planned_at,
            is_expected=wish.planned.is_expected,
            moment_id=wish.planned.moment_id,
            known_at=known_at,
            laid_at=now,
            missed_at=now if wish.planned.due_at <= now else None,
        )
        for key, wish in wanted.items()
        if key not in present
    ]
    Occurrence.objects.bulk_create(fresh, batch_size=_BATCH)
    return len(fresh)


def _is_free(row: Occurrence, now: datetime) -> bool:
    return row.status == Status.OPEN and row.due_at > now


def _move(
    wanted: dict[Key, _Wanted], present: dict[Key, Occurrence], *, reason: str, now: datetime
) -> int:
    moved, changes = [], []
    for key, wish in wanted.items():
        row = present.get(key)
        if row is None or not _is_free(row, now):
            continue
        planned = wish.planned
        if (row.opens_at, row.due_at) != (planned.opens_at, planned.due_at):
            changes.append(
                WindowChange(
                    occurrence=row, at=now, opens_before=row.opens_at, due_before=row.due_at,
                    reason=reason[:200],
                )
            )  # fmt: skip
        if _apply(row, wish):
            moved.append(row)
    Occurrence.objects.bulk_update(moved, [*_FOLLOWS, "duty", "area", "rhythm"], batch_size=_BATCH)
    WindowChange.objects.bulk_create(changes, batch_size=_BATCH)
    return len(moved)


_FOLLOWS = ("opens_at", "due_at", "for_at", "planned_at", "is_expected", "label")


def _apply(row: Occurrence, wish: _Wanted) -> bool:
    """Give an open row what is wanted; whether that changed anything."""
    before = (row.duty_id, *(getattr(row, name) for name in _FOLLOWS))
    row.duty, row.area, row.rhythm = wish.duty, wish.duty.area, wish.duty.rhythm
    for name in _FOLLOWS:
        setattr(row, name, getattr(wish.planned, name))
    return before != (row.duty_id, *(getattr(row, name) for name in _FOLLOWS))


def _retire(wanted: dict[Key, _Wanted], present: dict[Key, Occurrence], *, now: datetime) -> int:
    gone = [row.pk for key, row in present.items() if key not in wanted and _is_free(row, now)]
    return Occurrence.objects.filter(pk__in=gone).update(retired_at=now)


def relay_for_calendar(calendar: str, *, by: Actor, now: datetime) -> dict[str, Laid]:
    """Lay out again every contract whose duties count by a calendar that has a new version."""
    found: dict[str, Laid] = {}
    for contract in packs.all_contracts():
        if calendar in _calendars_of(contract.code):
            found[contract.code] = lay_out_contract(
                contract.code, reason="工作日历有新版本", by=by, now=now
            )
    return found


def _calendars_of(code: str) -> set[str]:
    names: set[str] = set()
    for version in packs.versions_of(code):
        pack = packs.pack_of(code, version.number)
        names |= {calendar_of(pack, duty) for duty in pack.obligations}
    return names
