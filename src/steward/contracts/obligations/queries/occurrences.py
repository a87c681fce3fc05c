"""Occurrences as other modules read them: visible rows, standings, filters."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from steward.contracts.obligations.choices import SHADES, ProofState, Standing, Status
from steward.contracts.obligations.errors import UnknownOccurrenceError
from steward.contracts.obligations.judging import Verdict, judge
from steward.contracts.obligations.models import Occurrence
from steward.contracts.packs import api as packs
from steward.core.access import api as access
from steward.kernel.instants import local
from steward.kernel.subjects import Subject

KIND = "obligations.occurrence"
VIEW = "obligations.duty.view"


def subject_of(row: Occurrence) -> Subject:
    """The occurrence as evidence, findings and files refer to it."""
    return Subject(KIND, str(row.pk), words_of(row))


def words_of(row: Occurrence) -> str:
    """`每周巡检 2026年第10周（03-02至03-08）`."""
    return f"{row.duty.title} {row.label}"


def standing_of(row: Occurrence, now: datetime) -> Standing:
    """How it stands at an instant; a window is half-open: at `due_at` it is overdue."""
    if row.retired_at is not None:
        return Standing.RETIRED
    if row.status != Status.OPEN:
        return Standing(row.status)
    if now >= row.due_at:
        return Standing.OVERDUE
    return Standing.DUE if now >= row.opens_at else Standing.UPCOMING


def standing_filter(standing: str, now: datetime) -> Q:
    """The rows that stand so; of several calls each row satisfies exactly one."""
    live = Q(retired_at__isnull=True)
    table = {
        Standing.RETIRED: Q(retired_at__isnull=False),
        Standing.UPCOMING: live & Q(status=Status.OPEN, opens_at__gt=now),
        Standing.DUE: live & Q(status=Status.OPEN, opens_at__lte=now, due_at__gt=now),
        Standing.OVERDUE: live & Q(status=Status.OPEN, due_at__lte=now),
        Standing.DONE: live & Q(status=Status.DONE),
        Standing.LATE: live & Q(status=Status.LATE),
        Standing.WAIVED: live & Q(status=Status.WAIVED),
    }
    return table[Standing(standing)]


def lateness(row: Occurrence, now: datetime) -> timedelta | None:
    """How late it was fulfilled, or is by now; None when it is not late."""
    end = row.fulfilled_at or (now if row.status == Status.OPEN else None)
    return end - row.due_at if end is not None and end >= row.due_at else None


def judged(row: Occurrence) -> Verdict:
    """What its standing proofs make of it, with what is lacking."""
    standing = list(row.proofs.filter(state=ProofState.STANDING))
    return judge(row.duty, standing, due_at=row.due_at, opens_at=row.opens_at)


def shade_of(standing: Standing) -> str:
    """The colour class; the standing's words stand beside it always."""
    return SHADES[standing]


def visible_to(user: access.Somebody, permission: str = VIEW) -> QuerySet[Occurrence]:
    """The occurrences of the contracts that a person sees."""
    codes = [contract.code for contract in packs.contracts_for(user, permission)]
    return Occurrence.objects.filter(contract__in=codes).select_related("duty")


def occurrence_for(user: access.Somebody, occurrence_id: int, permission: str = VIEW) -> Occurrence:
    """One visible occurrence; unknown and forbidden answer alike."""
    row = visible_to(user, permission).filter(pk=occurrence_id).first()
    if row is None:
        raise UnknownOccurrenceError(f"没有编号为 {occurrence_id} 的义务期次")
    return row


def placed(rows: QuerySet[Occurrence]) -> QuerySet[Occurrence]:
    """With `shown_at`, where a calendar shows it: the suggested time, else the due time."""
    return rows.annotate(shown_at=Coalesce("planned_at", "due_at"))


def shown_between(
    rows: QuerySet[Occurrence], since: datetime, until: datetime
) -> QuerySet[Occurrence]:
    """The rows whose place on the calendar lies in [since, until): a day ends at midnight."""
    bounds = {"shown_at__gt": since, "shown_at__lte": until}
    return placed(rows).filter(**bounds)


def last_day_words(instant: datetime) -> str:
    """A due time as its last day: a window that ends at midnight is due on the day before."""
    at = local(instant)
    midnight = (at.hour, at.minute, at.second) == (0, 0, 0)
    return f"{at - timedelta(days=1):%Y-%m-%d}" if midnight else f"{at:%Y-%m-%d %H:%M}"


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list or a calendar is narrowed to; empty fields narrow nothing.

    `daily` False leaves out what comes due every day; `proof` is weak (something was put forward
    that does not fulfil) or await (only the client's confirmation is missing).
    """

    contract: str = ""
    areas: tuple[str, ...] = ()
    duties: tuple[str, ...] = ()
    side: str = ""
    daily: bool = True
    proof: str = ""
    since: datetime | None = None
    until: datetime | None = None
    after: datetime | None = None
    upto: datetime | None = None
    shown_from: datetime | None = None
    shown_to: datetime | None = None

    def apply(self, rows: QuerySet[Occurrence]) -> QuerySet[Occurrence]:
        """Narrow the rows: `since` < due time ≤ `until`, `after` < end of the stretch ≤ `upto`,
        `shown_from` < suggested or else due time ≤ `shown_to` (the calendar's places).
        """
        named = {"contract": self.contract, "area__in": self.areas, "code__in": self.duties,
                 "duty__side": self.side}  # fmt: skip
        rows = rows.filter(**{name: value for name, value in named.items() if value})
        if not self.daily:
            rows = rows.exclude(rhythm="daily")
        bounds = {"due_at__gt": self.since, "due_at__lte": self.until, "for_at__gt": self.after,
                  "for_at__lte": self.upto}  # fmt: skip
        bounds |= {"shown_at__gt": self.shown_from, "shown_at__lte": self.shown_to}
        rows = placed(rows).filter(**{name: at for name, at in bounds.items() if at is not None})
        return rows.filter(_PROOF[self.proof]) if self.proof in _PROOF else rows


_PROOF = {
    "weak": Q(status=Status.OPEN, has_proof=True, retired_at__isnull=True),
    "await": Q(status=Status.OPEN, awaits_client=True, retired_at__isnull=True),
}


@dataclass(frozen=True, slots=True)
class OccurrenceInfo:
    """An occurrence as other apps see it; the window is [opens_at, due_at)."""

    id: int
    contract: str
    duty: str
    title: str
    label: str
    area: str
    rhythm: str
    deliverable: str
    opens_at: datetime
    due_at: datetime
    planned_at: datetime | None
    standing: Standing
    fulfilled_at: datetime | None
    late_by: timedelta | None
    has_proof: bool
    awaits_client: bool
    is_expected: bool

    @property
    def url(self) -> str:
        return url_of(self.id)

    @property
    def shade(self) -> str:
        return shade_of(self.standing)


def url_of(occurrence_id: int) -> str:
    """The page of an occurrence."""
    return f"/obligations/{occurrence_id}/"


def to_info(row: Occurrence, now: datetime) -> OccurrenceInfo:
    standing = standing_of(row, now)
    return OccurrenceInfo(
        id=row.pk,
        contract=row.contract,
        duty=row.code,
        title=row.duty.title,
        label=row.label,
        area=row.get_area_display(),
        rhythm=row.get_rhythm_display(),
        deliverable=row.duty.deliverable,
        opens_at=row.opens_at,
        due_at=row.due_at,
        planned_at=row.planned_at,
        standing=standing,
        fulfilled_at=row.fulfilled_at,
        late_by=lateness(row, now),
        has_proof=row.has_proof,
        awaits_client=row.awaits_client,
        is_expected=row.is_expected,
    )


def infos(rows: Iterable[Occurrence], now: datetime) -> list[OccurrenceInfo]:
    return [to_info(row, now) for row in rows]


def next_duties(
    user: access.Somebody, contract: str = "", n: int = 5, *, now: datetime
) -> list[OccurrenceInfo]:
    """What has to be done next: overdue and running ones by their due time, daily ones left out.

    `contract` empty: of every visible contract. Of n-a-year duties the suggested time counts.
    """
    rows = visible_to(user)
    rows = rows.filter(contract=contract) if contract else rows
    rows = rows.filter(status=Status.OPEN, retired_at__isnull=True).exclude(rhythm="daily")
    soon = rows.order_by("due_at").filter(due_at__lte=now + timedelta(days=400))
    found = infos(soon[: max(n * 6, 60)], now)
    return sorted(found, key=lambda info: (info.planned_at or info.due_at, info.id))[:n]


@dataclass(frozen=True, slots=True)
class Summary:
    """How many occurrences stand how, with the address of the list that shows exactly those."""

    counts: dict[Standing, int]
    weak: int
    awaits: int
    url: str

    def of(self, standing: str) -> int:
        return self.counts.get(Standing(standing), 0)

    def url_of(self, standing: str) -> str:
        return f"{self.url}&standing={standing}"


def summary(contract: str, *, now: datetime) -> Summary:
    """The standings of a contract, daily duties included."""
    rows = Occurrence.objects.filter(contract=contract)
    return Summary(
        counts={s: rows.filter(standing_filter(s, now)).count() for s in Standing},
        weak=rows.filter(_PROOF["weak"]).count(),
        awaits=rows.filter(_PROOF["await"]).count(),
        url=f"/obligations/?contract={contract}&daily=1",
    )


def occurrences_between(
    contract: str,
    start: datetime,
    end: datetime,
    *,
    now: datetime,
    areas: Sequence[str] = (),
    duties: Sequence[str] = (),
) -> list[OccurrenceInfo]:
    """What came due in [start, end), as it stands at `now`, by due time (for reports)."""
    rows = Occurrence.objects.filter(
        contract=contract, due_at__gt=start, due_at__lte=end, retired_at__isnull=True
    ).select_related("duty")
    narrowed: dict[str, Any] = {}
    if areas:
        narrowed["area__in"] = areas
    if duties:
        narrowed["code__in"] = duties
    return infos(rows.filter(**narrowed), now)
