"""The people of a team, and the terms that the contract has for them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Q, QuerySet

from steward.contracts.packs import api as packs
from steward.contracts.staffing.choices import ChangeReason
from steward.contracts.staffing.errors import NotOnTeamError
from steward.contracts.staffing.models import Member
from steward.kernel.instants import local_date
from steward.kernel.periods import contract_year, contract_year_number
from steward.kernel.subjects import Subject

VIEW = "staffing.team.view"


@dataclass(frozen=True, slots=True)
class MemberInfo:
    """A person of a team as other apps see one: no telephone, no identity number.

    In the team for [joined_date, left_date); `left_date` None while there.
    """

    id: int
    contract: str
    user_id: int | None
    name: str
    position: str
    position_title: str
    qualification: str
    is_on_site: bool
    is_key: bool
    joined_date: date
    left_date: date | None
    left_reason: str

    @property
    def subject(self) -> Subject:
        return Subject("staffing.member", str(self.id), f"{self.name}（{self.position_title}）")

    def is_there(self, day: date) -> bool:
        """Whether the person is of the team on a day."""
        return self.joined_date <= day and (self.left_date is None or day < self.left_date)


def to_info(row: Member) -> MemberInfo:
    return MemberInfo(
        id=row.pk,
        contract=row.contract,
        user_id=row.user_id,
        name=row.name,
        position=row.position,
        position_title=row.position_title,
        qualification=row.qualification,
        is_on_site=row.is_on_site,
        is_key=row.is_key,
        joined_date=row.joined_date,
        left_date=row.left_date,
        left_reason=row.get_left_reason_display(),
    )


def there_on(day: date, prefix: str = "") -> Q:
    """The condition that a member (reached by `prefix`) is of the team on a day."""
    return Q(**{f"{prefix}joined_date__lte": day}) & (
        Q(**{f"{prefix}left_date__isnull": True}) | Q(**{f"{prefix}left_date__gt": day})
    )


def members_of(contract: str) -> QuerySet[Member]:
    """Everybody who ever was of a contract's team."""
    return Member.objects.filter(contract=contract)


def team_of(contract: str, at: datetime) -> list[MemberInfo]:
    """The team on the local date of an instant, key persons first."""
    rows = members_of(contract).filter(there_on(local_date(at)))
    return [to_info(row) for row in rows.order_by("-is_key", "-is_on_site", "joined_date", "id")]


def everybody(contract: str) -> list[MemberInfo]:
    """Everybody who ever was of the team, by the day they came."""
    return [to_info(row) for row in members_of(contract).order_by("joined_date", "id")]


def get_members(member_ids: Iterable[int]) -> dict[int, MemberInfo]:
    """People by id, in one query."""
    return {row.pk: to_info(row) for row in Member.objects.filter(pk__in=set(member_ids))}


def member_row(member_id: int) -> Member:
    """One person; NotOnTeamError when there is none."""
    row = Member.objects.filter(pk=member_id).first()
    if row is None:
        raise NotOnTeamError("没有这位团队成员")
    return row


def memberships(user_id: int, day: date) -> list[MemberInfo]:
    """The teams that an account belongs to on a day."""
    rows = Member.objects.filter(there_on(day), user_id=user_id).order_by("contract")
    return [to_info(row) for row in rows]


@dataclass(frozen=True, slots=True)
class Terms:
    """What a contract says about staff from a date on; `staffing` None: it says nothing."""

    since: date
    staffing: packs.Staffing | None
    calendar: str

    @property
    def required(self) -> int:
        return self.staffing.on_site if self.staffing else 0


def terms_on(contract: str, day: date, *, known_at: datetime) -> Terms:
    """The terms on one date, as known at an instant (clause C1)."""
    info = packs.get(contract)
    within = min(max(day, info.start_date), info.end_date - timedelta(days=1))
    _, pack = packs.version_in_force(contract, within, known_at=known_at)
    terms = pack.staffing
    use = next((c for c in pack.calendars if terms and c.id == terms.calendar), None)
    return Terms(within, terms, use.code if use else "")


def terms_between(contract: str, first: date, last: date, *, known_at: datetime) -> list[Terms]:
    """The terms of [first, last), one entry for each date on which they begin to hold."""
    begins = {v.effective_date for v in packs.versions_of(contract)}
    days = sorted({first} | {day for day in begins if first < day < last})
    return [
        Terms(day, found.staffing, found.calendar)
        for day in days
        for found in (terms_on(contract, day, known_at=known_at),)
    ]


@dataclass(frozen=True, slots=True)
class Turnover:
    """The share of the team that changed in a contract year; `limit` None: none is named."""

    left: int
    excused: int
    headcount: int
    limit: Decimal | None

    @property
    def share(self) -> Decimal | None:
        return Decimal(self.left) / self.headcount if self.headcount else None

    @property
    def is_over(self) -> bool:
        return self.limit is not None and self.share is not None and self.share > self.limit


def turnover(contract: str, *, at: datetime) -> Turnover:
    """Who left in the contract year of an instant, by everybody who was there in it.

    People who came after the year's first day to take a place do not enlarge the team: the head
    count is of those there on the first day, or, in the first year, of those who came first.
    """
    info = packs.get(contract)
    day = min(max(local_date(at), info.start_date), info.end_date - timedelta(days=1))
    year = contract_year(info.start_date, contract_year_number(info.start_date, day))
    first, after = local_date(year.start), local_date(year.end)
    rows = list(members_of(contract).filter(Q(left_date__isnull=True) | Q(left_date__gt=first)))
    terms = terms_on(contract, day, known_at=at).staffing
    excused = set(terms.excuses()) if terms else set()
    gone = [r for r in rows if r.left_date is not None and r.left_date <= day < after]
    counted = [r for r in gone if r.left_reason not in excused]
    counted = [r for r in counted if r.left_reason != ChangeReason.CLIENT]
    began = [r for r in rows if r.joined_date <= first]
    return Turnover(
        left=len(counted),
        excused=len(gone) - len(counted),
        headcount=len(began or rows),
        limit=terms.turnover_limit() if terms else None,
    )
