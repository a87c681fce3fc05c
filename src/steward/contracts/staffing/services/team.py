"""People come, are described, and leave."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction

from steward.contracts.packs import api as packs
from steward.contracts.staffing.choices import ChangeReason
from steward.contracts.staffing.errors import (
    InvalidStaffingError,
    NotOnTeamError,
    StaffingStateError,
)
from steward.contracts.staffing.events import MemberLeft
from steward.contracts.staffing.models import Member, RosterEntry
from steward.contracts.staffing.queries.team import MemberInfo, members_of, terms_on, to_info
from steward.core.accounts import api as accounts
from steward.core.audit import api as audit
from steward.core.evidence import api as evidence
from steward.core.jobs import api as jobs
from steward.core.notify import api as notify
from steward.kernel.actors import Actor
from steward.kernel.identifiers import validate_citizen_id, validate_mobile
from steward.kernel.instants import at_local, local_date
from steward.kernel.subjects import Subject

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMember:
    """A person to be entered; `position` is a code of the contract's, or empty with a title.

    `weekdays` are ISO weekdays (1 Monday) on which the person is on site. Telephone and identity
    number are optional, checked, and kept encrypted.
    """

    contract: str
    name: str
    joined_date: date
    position: str = ""
    position_title: str = ""
    qualification: str = ""
    is_on_site: bool = True
    is_key: bool = False
    weekdays: str = "12345"
    user_id: int | None = None
    mobile: str = ""
    identity: str = ""


@transaction.atomic
def add_member(new: NewMember, *, by: Actor, now: datetime) -> MemberInfo:
    """Enter a person of the team as it began, or one who needs no approval.

    A key position that was filled before is filled again only by a change (`request_change`).
    InvalidStaffingError, StaffingStateError.
    """
    lock_contract(new.contract)
    position = position_of(new, known_at=now)
    if position is not None and position.key and _was_filled(new, position):
        raise StaffingStateError(
            f"“{position.title}”是关键岗位且已有过人员，更换须在“人员变更”里提出，经甲方同意"
        )
    if (
        members_of(new.contract)
        .filter(name=new.name.strip(), joined_date=new.joined_date, left_date=None)
        .exists()
    ):
        raise StaffingStateError(f"“{new.name.strip()}”已在团队中，进场日期相同")
    return enter(new, by=by, now=now)


def lock_contract(contract: str) -> None:
    """One change of a team at a time; UnknownContractError for a contract that does not exist."""
    packs.get(contract)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"staffing.team:{contract}"])


def position_of(new: NewMember, *, known_at: datetime) -> packs.Position | None:
    """The contract's position that a new person fills, or None for a free title."""
    terms = terms_on(new.contract, new.joined_date, known_at=known_at).staffing
    if not new.position:
        if not new.position_title.strip():
            raise InvalidStaffingError("请填写岗位", field="position_title")
        return None
    found = terms.position(new.position) if terms else None
    if found is None:
        known = "、".join(p.code for p in terms.positions) if terms else ""
        raise InvalidStaffingError(
            f"合同没有编号为“{new.position}”的岗位（{known or '未约定岗位'}）", field="position"
        )
    return found


def _was_filled(new: NewMember, position: packs.Position) -> bool:
    held = members_of(new.contract).filter(position=position.code).count()
    return held >= position.count


def enter(new: NewMember, *, by: Actor, now: datetime) -> MemberInfo:
    """Write the row of a person; the caller has decided that it may be."""
    position = position_of(new, known_at=now)
    _check(new)
    row = Member.objects.create(
        contract=new.contract,
        user_id=new.user_id,
        name=new.name.strip(),
        position=new.position,
        position_title=position.title if position else new.position_title.strip(),
        qualification=new.qualification.strip(),
        is_on_site=new.is_on_site,
        is_key=new.is_key or (position is not None and position.key),
        weekdays="".join(sorted(set(new.weekdays))),
        joined_date=new.joined_date,
        mobile_secret=_sealed(new.mobile, validate_mobile),
        identity_secret=_sealed(new.identity, validate_citizen_id),
        recorded_at=now,
        recorded_by=by.label[:100],
    )
    audit.record(
        "staffing.member_added",
        row.subject,
        by=by,
        now=now,
        after={
            "position": row.position_title,
            "joined": row.joined_date,
            "key": row.is_key,
            "on_site": row.is_on_site,
        },
    )
    _keep(row, "staffing.joined", {"joined": row.joined_date.isoformat()}, now=now)
    return to_info(row)


def _check(new: NewMember) -> None:
    if not new.name.strip():
        raise InvalidStaffingError("请填写姓名", field="name")
    if not new.weekdays or set(new.weekdays) - set("1234567"):
        raise InvalidStaffingError("请选择每周到岗的日子（周一至周日）", field="weekdays")
    info = packs.get(new.contract)
    if new.joined_date >= info.end_date:
        raise InvalidStaffingError(
            f"进场日期 {new.joined_date} 不早于合同结束日 {info.end_date}", field="joined_date"
        )
    if new.user_id is None:
        return
    if accounts.get_user(new.user_id) is None:
        raise InvalidStaffingError("没有这个账号", field="user")
    overlapping = members_of(new.contract).filter(user_id=new.user_id)
    if overlapping.filter(left_date=None).exists() or any(
        row.left_date is not None and row.left_date > new.joined_date for row in overlapping
    ):
        raise StaffingStateError("这个账号已是本合同团队的成员")


def _sealed(text: str, check: Callable[[str], str]) -> str:
    return notify.encrypt(check(text)) if text.strip() else ""


def _keep(row: Member, kind: str, more: dict[str, Any], *, now: datetime) -> None:
    evidence.keep(
        evidence.Fact(
            contract=row.contract,
            kind=kind,
            subject=row.subject,
            occurred_at=now,
            source="staffing",
            grade="D",
            payload={
                "member": row.pk,
                "name": row.name,
                "position": row.position_title,
                "key": row.is_key,
                "on_site": row.is_on_site,
                **more,
            },
        ),
        now=now,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberPatch:
    """What may be corrected of a person; None leaves it. Position and dates need a change."""

    qualification: str | None = None
    weekdays: str | None = None
    mobile: str | None = None
    identity: str | None = None
    user_id: int | None = None


@transaction.atomic
def correct_member(member_id: int, patch: MemberPatch, *, by: Actor, now: datetime) -> MemberInfo:
    """Correct what is written about a person; personal data is audited without its content."""
    row = locked(member_id)
    changed: list[str] = []
    if patch.qualification is not None and patch.qualification.strip() != row.qualification:
        row.qualification = patch.qualification.strip()
        changed.append("资质")
    if patch.weekdays is not None and patch.weekdays != row.weekdays:
        if not patch.weekdays or set(patch.weekdays) - set("1234567"):
            raise InvalidStaffingError("请选择每周到岗的日子（周一至周日）", field="weekdays")
        row.weekdays = "".join(sorted(set(patch.weekdays)))
        changed.append("每周到岗日")
    changed += _correct_private(row, patch)
    if patch.user_id is not None and patch.user_id != row.user_id:
        _give_account(row, patch.user_id)
        changed.append("账号")
    if changed:
        row.save()
        audit.record(
            "staffing.member_corrected",
            row.subject,
            by=by,
            now=now,
            after={"what": "、".join(changed)},
        )
    return to_info(row)


def _correct_private(row: Member, patch: MemberPatch) -> list[str]:
    changed = []
    if patch.mobile is not None and patch.mobile.strip():
        row.mobile_secret = _sealed(patch.mobile, validate_mobile)
        changed.append("手机号")
    if patch.identity is not None and patch.identity.strip():
        row.identity_secret = _sealed(patch.identity, validate_citizen_id)
        changed.append("证件号")
    return changed


def _give_account(row: Member, user_id: int) -> None:
    if row.user_id is not None:
        raise StaffingStateError(f"“{row.name}”已关联账号，不能改为另一个人的账号")
    if accounts.get_user(user_id) is None:
        raise InvalidStaffingError("没有这个账号", field="user")
    if members_of(row.contract).filter(user_id=user_id, left_date=None).exists():
        raise StaffingStateError("这个账号已是本合同团队的成员")
    row.user_id = user_id


def locked(member_id: int) -> Member:
    """The row, locked; NotOnTeamError when there is none."""
    row = Member.objects.select_for_update(no_key=True).filter(pk=member_id).first()
    if row is None:
        raise NotOnTeamError("没有这位团队成员")
    return row


@transaction.atomic
def end_membership(
    member_id: int, *, left_date: date, reason_kind: str, by: Actor, now: datetime
) -> MemberInfo:
    """Record that somebody is no longer there from `left_date` on, approved or not.

    What happened is recorded even where an approval was needed and is missing: that is then a
    finding and counts in `staffing.unapproved_changes`.
    """
    row = locked(member_id)
    if row.left_date is not None:
        raise StaffingStateError(f"“{row.name}”已于 {row.left_date} 离场")
    if reason_kind not in ChangeReason.values:
        raise InvalidStaffingError(f"没有名为“{reason_kind}”的离场原因", field="reason_kind")
    if left_date < row.joined_date:
        raise InvalidStaffingError("离场日期不能早于进场日期", field="left_date")
    if left_date > local_date(now) + ONE_DAY:
        raise InvalidStaffingError(
            "将来的离场请在“人员变更”里提出，到期自动生效", field="left_date"
        )
    if row.attendance.filter(day__gte=left_date).exists():
        raise StaffingStateError(f"“{row.name}”在 {left_date} 或之后仍有到岗记录，请核对离场日期")
    row.left_date, row.left_reason, row.left_recorded_at = left_date, reason_kind, now
    row.save(update_fields=["left_date", "left_reason", "left_recorded_at"])
    RosterEntry.objects.filter(member=row, day__gte=left_date).delete()
    audit.record(
        "staffing.member_left",
        row.subject,
        by=by,
        now=now,
        after={"left": left_date},
        reason=row.get_left_reason_display(),
    )
    more = {"left": left_date.isoformat(), "reason": reason_kind}
    _keep(row, "staffing.left", more, now=now)
    jobs.publish(MemberLeft(row.contract, row.pk, at_local(left_date)), now=now)
    return to_info(row)


@dataclass(frozen=True, slots=True)
class Masked:
    """Personal data as everybody who sees the person may read it; empty when none is kept."""

    mobile: str
    identity: str


def masked(member_id: int) -> Masked:
    """Telephone and identity number with their middle hidden."""
    row = Member.objects.get(pk=member_id)
    mobile, identity = _open(row.mobile_secret), _open(row.identity_secret)
    hidden = f"{identity[:3]}{'*' * (len(identity) - 5)}{identity[-2:]}" if identity else ""
    return Masked(accounts.masked_mobile(mobile) if mobile else "", hidden)


def _open(secret: str) -> str:
    return notify.decrypt(secret) if secret else ""


@transaction.atomic
def reveal(member_id: int, *, reason: str, by: Actor, now: datetime) -> Masked:
    """The same in clear, for whoever may consult a person's file; who looked and why is audited."""
    if not reason.strip():
        raise InvalidStaffingError("请填写调阅原因", field="reason")
    row = locked(member_id)
    audit.record("staffing.member_revealed", row.subject, by=by, now=now, reason=reason.strip())
    return Masked(_open(row.mobile_secret), _open(row.identity_secret))


def subject_of_contract(contract: str) -> Subject:
    return Subject(packs.SUBJECT_KIND, contract, packs.get(contract).title)
