import pytest
from django.db import IntegrityError, ProgrammingError, transaction

from steward.contracts.staffing.models import Member
from tests.factories import staffing as made

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "factory",
    [made.MemberFactory, made.RosterEntryFactory, made.AttendanceFactory, made.DisputeFactory,
     made.DayConfirmationFactory, made.TeamChangeFactory, made.StaffingFlowSeedFactory],
)  # fmt: skip
def test_every_row_has_words(factory):
    assert str(factory())


@pytest.mark.parametrize("factory", [made.AttendanceFactory, made.DayConfirmationFactory])
def test_what_was_stated_is_never_changed(factory):
    row = factory()

    with pytest.raises(ProgrammingError, match="Cannot update or delete"), transaction.atomic():
        type(row).objects.filter(pk=row.pk).delete()


def test_nobody_leaves_without_a_reason():
    row = made.MemberFactory()

    with pytest.raises(IntegrityError, match="member_left_reason"), transaction.atomic():
        Member.objects.filter(pk=row.pk).update(left_date=made.TODAY)


def test_one_presence_a_day():
    row = made.AttendanceFactory()

    with pytest.raises(IntegrityError, match="attendance_once"), transaction.atomic():
        made.AttendanceFactory(member=row.member)


def test_an_open_dispute_has_no_end():
    with pytest.raises(IntegrityError, match="dispute_closed"), transaction.atomic():
        made.DisputeFactory(outcome="upheld")
