"""Who has an agreement on file, for when, and who has none."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet

from steward.contracts.confidentiality.models import Agreement
from steward.contracts.packs import api as packs
from steward.contracts.staffing import api as staffing
from steward.kernel.instants import at_local, local_date
from steward.kernel.periods import Period, merge
from steward.kernel.subjects import Subject

FAR = date(9999, 1, 1)
DEFAULT_REMIND_DAYS = 30


@dataclass(frozen=True, slots=True)
class AgreementInfo:
    """An agreement as other apps see it; in force for [signed_date, ends_date).

    `ends_date` None: without end.
    """

    id: int
    contract: str
    member_id: int
    member: str
    position: str
    signed_date: date
    ends_date: date | None
    file_id: int
    file_name: str
    sha256: str
    ended_reason: str

    @property
    def subject(self) -> Subject:
        return Subject("confidentiality.agreement", str(self.id), f"{self.member}的保密协议")

    def holds_on(self, day: date) -> bool:
        return self.signed_date <= day and (self.ends_date is None or day < self.ends_date)


def ends_of(row: Agreement) -> date | None:
    """The first day on which an agreement no longer holds."""
    ends = [day for day in (row.valid_until, row.ended_date) if day is not None]
    return min(ends) if ends else None


def to_info(row: Agreement) -> AgreementInfo:
    return AgreementInfo(
        id=row.pk,
        contract=row.contract,
        member_id=row.member_id,
        member=row.member.name,
        position=row.member.position_title,
        signed_date=row.signed_date,
        ends_date=ends_of(row),
        file_id=row.file_id,
        file_name=row.file.name,
        sha256=row.file.blob_id,
        ended_reason=row.ended_reason,
    )


def rows_of(contract: str) -> QuerySet[Agreement]:
    return Agreement.objects.filter(contract=contract).select_related("member", "file")


def agreements(contract: str, *, as_of: datetime | None = None) -> list[AgreementInfo]:
    """Every agreement of a contract that was on file at an instant, the newest first."""
    rows = rows_of(contract)
    if as_of is not None:
        rows = rows.filter(recorded_at__lte=as_of)
    return [to_info(row) for row in rows]


def in_force(day: date) -> Q:
    """The condition that an agreement holds on a day."""
    return (
        Q(signed_date__lte=day)
        & (Q(valid_until__isnull=True) | Q(valid_until__gt=day))
        & (Q(ended_date__isnull=True) | Q(ended_date__gt=day))
    )


def covered(member_id: int, *, as_of: datetime) -> list[Period]:
    """The times that a person's agreements cover, as known at an instant."""
    return covered_many([member_id], as_of=as_of).get(member_id, [])


def covered_many(member_ids: Iterable[int], *, as_of: datetime) -> dict[int, list[Period]]:
    """The same for many people, in one query."""
    found: dict[int, list[Period]] = {}
    rows = Agreement.objects.filter(member__in=set(member_ids), recorded_at__lte=as_of)
    for row in rows:
        known = row.ended_recorded_at is not None and row.ended_recorded_at <= as_of
        ended = row.ended_date if known else None
        ends = min(row.valid_until or FAR, ended or FAR)
        if ends > row.signed_date:
            period = Period(at_local(row.signed_date), at_local(ends))
            found.setdefault(row.member_id, []).append(period)
    return {member: merge(periods) for member, periods in found.items()}


def covers(periods: list[Period], wanted: Period) -> bool:
    """Whether one unbroken stretch holds all of the wanted time."""
    return any(period.covers(wanted) for period in periods)


def without_agreement(contract: str, *, at: datetime) -> list[staffing.MemberInfo]:
    """People of the team today whose agreement is missing or has lapsed."""
    day = local_date(at)
    signed = set(
        Agreement.objects.filter(in_force(day), contract=contract).values_list(
            "member_id", flat=True
        )
    )
    return [m for m in staffing.team_of(contract, at) if m.id not in signed]


def terms_on(contract: str, *, at: datetime) -> packs.Confidentiality | None:
    """What the contract says about secrets today, or on its last day."""
    info = packs.get(contract)
    day = min(max(local_date(at), info.start_date), info.end_date - timedelta(days=1))
    _, pack = packs.version_in_force(contract, day, known_at=at)
    return pack.confidentiality


def remind_days(terms: packs.Confidentiality | None) -> int:
    return terms.agreements.remind_days if terms else DEFAULT_REMIND_DAYS


def ending_soon(contract: str, *, at: datetime) -> QuerySet[Agreement]:
    """Agreements in force that end within the contract's reminder."""
    today = local_date(at)
    ahead = today + timedelta(days=remind_days(terms_on(contract, at=at)))
    return rows_of(contract).filter(in_force(today), valid_until__lte=ahead)
