"""Teams for tests: rows by factories, people of a loaded contract by the service."""

from datetime import date

import factory

from steward.contracts.staffing import api as staffing
from steward.contracts.staffing.models import (
    Attendance,
    DayConfirmation,
    Dispute,
    Member,
    RosterEntry,
    StaffingFlowSeed,
    TeamChange,
)
from tests.support import NOW, SYSTEM

CONTRACT = "huaian-2025"
TODAY = date(2026, 3, 2)
SINCE = date(2025, 9, 1)


class MemberFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Member

    contract = CONTRACT
    name = factory.Sequence(lambda n: f"工程师{n}")
    position_title = "运维工程师"
    is_on_site = True
    is_key = False
    joined_date = SINCE
    recorded_at = NOW
    recorded_by = "项目经理"


class RosterEntryFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = RosterEntry

    member = factory.SubFactory(MemberFactory)
    day = TODAY
    state = "on_site"
    changed_at = NOW
    changed_by = "项目经理"


class AttendanceFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Attendance

    member = factory.SubFactory(MemberFactory)
    day = TODAY
    origin = "self"
    recorded_at = NOW
    recorded_by = "本人"


class DisputeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Dispute

    attendance = factory.SubFactory(AttendanceFactory)
    reason = "当天没有见到"
    opened_at = NOW
    opened_by = "甲方"


class DayConfirmationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = DayConfirmation

    contract = CONTRACT
    day = TODAY
    present = 3
    confirmed_at = NOW
    confirmed_by = "甲方"


class TeamChangeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = TeamChange

    number = factory.Sequence(lambda n: f"STF-2026-{n:05d}")
    contract = CONTRACT
    leaving = factory.SubFactory(MemberFactory)
    reason_kind = "reassigned"
    reason = "项目调整"
    needs_approval = False
    effective_date = TODAY
    state = "accepted"
    requested_by = "项目经理"
    requested_at = NOW


class StaffingFlowSeedFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = StaffingFlowSeed

    code = factory.Sequence(lambda n: f"flow-{n}")


def person(name: str = "周一", **fields: object) -> staffing.MemberInfo:
    """Somebody of the Huai'an team, entered by the service long before NOW."""
    values = {
        "contract": CONTRACT,
        "name": name,
        "position_title": "运维工程师",
        "qualification": "信息系统项目管理师",
        "joined_date": SINCE,
    }
    new = staffing.NewMember(**(values | fields))
    return staffing.add_member(new, by=SYSTEM, now=fields.get("now", NOW))


def coming(name: str = "吴新", **fields: object) -> staffing.Incoming:
    """Somebody who comes in a change."""
    values = {"name": name, "position_title": "项目经理", "qualification": "高级工程师"}
    return staffing.Incoming(**(values | fields))


def change(**fields: object) -> staffing.ChangeDraft:
    """A complete request to change somebody (`leaving_id`)."""
    values = {
        "contract": CONTRACT,
        "reason_kind": "reassigned",
        "reason": "乙方内部调整",
        "handover_plan": "一周双人在岗，移交台账与口令",
        "effective_date": date(2026, 3, 9),
    }
    return staffing.ChangeDraft(**(values | fields))
