"""The demonstration's team: a year of signing in, a few gaps, a change of the project manager."""

from datetime import date, datetime, timedelta

from steward.contracts.staffing import api as staffing
from steward.contracts.staffing.choices import ChangeState
from steward.contracts.staffing.services.changes import take_decision
from steward.core.approvals import api as approvals
from steward.core.calendars import api as calendars
from steward.kernel.actors import Actor
from steward.kernel.instants import at_local, local_date
from steward.kernel.worktime import is_working_day
from steward.site.demo.assets import CONTRACT
from steward.site.demo.people import DEMO, Cast

ONE_DAY = timedelta(days=1)
ON_SITE = ("engineer", "engineer2", "engineer3")
AWAY = {41: "engineer2", 97: "engineer3", 133: "engineer", 188: "engineer2", 251: "engineer3"}
CHUNK = timedelta(days=60)


def load_staffing(cast: Cast, *, start: date, now: datetime) -> dict[str, int]:
    """Enter the team and live its year; member ids by user name."""
    began = at_local(start, 9)
    manager = _add("项目经理甲", "项目经理", start, now=began, is_key=True, is_on_site=False)
    team = {
        code: _add(
            actor.label, "驻场运维工程师", start, now=began, user_id=actor.user_id,
            mobile=f"139000000{number:02d}",
        )
        for number, code in enumerate(ON_SITE, start=1)
        for actor in (cast.actors[code],)
    }  # fmt: skip
    team["remote"] = _add("远程支持工程师", "后备技术支持", start, now=began, is_on_site=False)
    _lay_roster(start, now=now, began=began)
    _sign_in(cast, team, start=start, now=now)
    team["lead"] = _change_manager(manager, cast, start=start)
    _confirm(cast, start=start, now=now)
    _dispute(cast, now=now)
    _ask_ahead(team, cast, now=now)
    staffing.check_contract(CONTRACT, now=now)
    return team


def _add(name: str, title: str, since: date, *, now: datetime, **more: object) -> int:
    given: dict[str, object] = {
        "contract": CONTRACT,
        "name": name,
        "position_title": title,
        "qualification": "信息系统项目管理师" if "经理" in title else "数据库与中间件运维认证",
        "joined_date": since,
    }
    new = staffing.NewMember(**(given | more))  # type: ignore[arg-type]
    return staffing.add_member(new, by=DEMO, now=now).id


def _lay_roster(start: date, *, began: datetime, now: datetime) -> None:
    first, last = start, local_date(now) + timedelta(days=35)
    while first < last:
        until = min(first + CHUNK, last)
        staffing.generate_roster(CONTRACT, first, until, by=DEMO, now=began)
        first = until


def _sign_in(cast: Cast, team: dict[str, int], *, start: date, now: datetime) -> None:
    """Everybody signs in each working morning, but for a few days; one is stated late."""
    calendar = calendars.get("cn-work").calendar
    for number in range((local_date(now) - start).days):
        day = start + timedelta(days=number)
        if not is_working_day(calendar, day):
            continue
        for order, code in enumerate(ON_SITE):
            if AWAY.get(number) != code:
                at = at_local(day, 8, 40 + order * 5 + number % 7)
                staffing.check_in(CONTRACT, by=cast.actors[code], now=at)
    late = start + timedelta(days=41)
    if is_working_day(calendar, late):
        staffing.register_late(
            team["engineer2"], late, note="终端故障未能签到，门禁记录可查",
            by=cast.actors["lead"], now=at_local(late + ONE_DAY, 9),
        )  # fmt: skip


def _change_manager(manager: int, cast: Cast, *, start: date) -> int:
    """The project manager is replaced with the client's approval."""
    lead, owner = cast.actors["lead"], cast.actors["owner"]
    asked = at_local(start + timedelta(days=140), 10)
    draft = staffing.ChangeDraft(
        contract=CONTRACT,
        leaving_id=manager,
        incoming=staffing.Incoming(
            name=lead.label,
            position_title="项目经理",
            qualification="高级工程师，信息系统项目管理师",
            is_on_site=False,
            is_key=True,
            user_id=lead.user_id,
        ),
        reason_kind="reassigned",
        reason="原项目经理调任其他项目",
        handover_plan="两周双人在岗，移交台账、口令和在办工单",
        effective_date=local_date(asked) + timedelta(days=14),
    )
    info = staffing.request_change(draft, by=lead, now=asked)
    decided = asked + timedelta(days=2)
    _approve(info.approval_id, by=owner, now=decided)
    take_decision(info.id, to=ChangeState.ACCEPTED, now=decided)
    staffing.apply_due(now=at_local(draft.effective_date, 0, 31))
    found = [m for m in staffing.everybody(CONTRACT) if m.user_id == lead.user_id]
    return found[0].id


def _approve(approval_id: int | None, *, by: Actor, now: datetime) -> None:
    assert approval_id is not None
    approvals.decide(approval_id, approve=True, comment="同意", by=by, now=now)


def _confirm(cast: Cast, *, start: date, now: datetime) -> None:
    """The client confirmed everything up to the end of the month before last."""
    first, last = start, (local_date(now).replace(day=1) - ONE_DAY).replace(day=1)
    while first < last:
        until = min(first + CHUNK, last)
        staffing.confirm_days(
            CONTRACT, first, until, by=cast.actors["owner"], now=at_local(until, 10)
        )
        first = until


def _dispute(cast: Cast, *, now: datetime) -> None:
    """The client does not accept one presence of the last days."""
    today = local_date(now)
    recent = staffing.standings(CONTRACT, today - timedelta(days=9), today, known_at=now)
    worked = [standing for standing in recent if standing.presences]
    if worked:
        staffing.dispute_attendance(
            worked[-1].presences[-1].attendance_id,
            reason="下午现场未见到本人",
            by=cast.actors["owner"],
            now=now - timedelta(hours=2),
        )


def _ask_ahead(team: dict[str, int], cast: Cast, *, now: datetime) -> None:
    """One change waits for the client, one leave with nobody in the place is planned."""
    lead, today = cast.actors["lead"], local_date(now)
    staffing.request_change(
        staffing.ChangeDraft(
            contract=CONTRACT,
            incoming=staffing.Incoming(
                name="数据库专家", position_title="技术经理", is_key=True, is_on_site=False,
                qualification="数据库高级认证",
            ),
            reason_kind="enlarged",
            reason="年末数据核对期间增派技术经理",
            effective_date=today + timedelta(days=10),
        ),
        by=lead,
        now=now - timedelta(hours=5),
    )  # fmt: skip
    ahead = staffing.standings(CONTRACT, today + ONE_DAY, today + timedelta(days=8), known_at=now)
    working = [standing.day for standing in ahead if standing.is_working]
    if working:
        staffing.mark_absent(team["engineer"], working[-1], reason="年休假", by=lead, now=now)
