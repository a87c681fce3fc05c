from datetime import timedelta
from decimal import Decimal

import pytest

from steward.core.findings import api as findings
from steward.kernel.actors import Actor
from steward.kernel.subjects import Subject
from steward.operations.monitoring import api as monitoring
from steward.operations.monitoring.models import Window
from tests.factories.monitoring import MonitorFactory, observe
from tests.support import NOW, SYSTEM

pytestmark = pytest.mark.django_db
SUPPLIER, CLIENT = Actor(11, "乙方项目经理"), Actor(12, "甲方联系人")
GROUNDS = monitoring.Grounds("数据库升级", "变更单 31 号")


def hour(number: float):
    return NOW + timedelta(hours=number)


@pytest.fixture
def down_from_two_to_four():
    """Up from 1 h, down from 2 h to 4 h, up until 5 h after NOW."""
    monitor = MonitorFactory(interval=3600, timeout=60, failures_before_down=1, core=True)
    observe(monitor, (hour(1), "up"), (hour(2), "down"), (hour(3), "down"), (hour(4), "up"),
            (hour(5), "up"))  # fmt: skip
    return monitor


def figure(monitor):
    return monitoring.availability([monitor.pk], hour(1), hour(5), as_of=hour(5))


def maintain(monitor, start, end, *, now):
    return monitoring.open_maintenance(
        monitoring.Targets(item_ids=[monitor.item_id]), start, end,
        grounds=GROUNDS, approved_by=CLIENT.user_id, by=SUPPLIER, now=now,
    )  # fmt: skip


@pytest.mark.clause("HA")
def test_maintenance_approved_in_advance_is_planned_and_not_down(down_from_two_to_four):
    maintain(down_from_two_to_four, hour(2), hour(3), now=hour(0))

    found = figure(down_from_two_to_four)

    assert (found.planned_seconds, found.down_seconds) == (Decimal(3600), Decimal(3600))
    assert found.ratio == Decimal(2) / Decimal(3)


def test_maintenance_registered_afterwards_is_unplanned_and_stays_down(down_from_two_to_four):
    window = maintain(down_from_two_to_four, hour(2), hour(3), now=hour(4))

    found = figure(down_from_two_to_four)

    assert not Window.objects.get(pk=window).is_planned
    assert (found.planned_seconds, found.down_seconds) == (Decimal(0), Decimal(7200))


def test_nobody_approves_their_own_maintenance(down_from_two_to_four):
    with pytest.raises(monitoring.SamePersonError, match="另一人"):
        monitoring.open_maintenance(
            monitoring.Targets(monitor_ids=[down_from_two_to_four.pk]), hour(6), hour(7),
            grounds=GROUNDS, approved_by=SUPPLIER.user_id, by=SUPPLIER, now=hour(5),
        )  # fmt: skip


@pytest.mark.parametrize(
    ("hours", "grounds", "words"),
    [
        ((3, 2), GROUNDS, "结束须晚于开始"),
        ((2, 3), monitoring.Grounds("", "文件"), "事由"),
        ((2, 3), monitoring.Grounds("升级", " "), "依据"),
    ],
)
def test_a_window_needs_time_reason_and_document(hours, grounds, words):
    monitor = MonitorFactory()

    with pytest.raises(monitoring.InvalidWindowError, match=words):
        monitoring.propose_exclusion(
            monitoring.Targets(monitor_ids=[monitor.pk]), hour(hours[0]), hour(hours[1]),
            grounds=grounds, by=SUPPLIER, now=NOW,
        )  # fmt: skip


def test_a_window_covers_something():
    with pytest.raises(monitoring.InvalidWindowError, match="至少一个"):
        monitoring.propose_exclusion(
            monitoring.Targets(), hour(1), hour(2), grounds=GROUNDS, by=SUPPLIER, now=NOW
        )


@pytest.fixture
def force_majeure(down_from_two_to_four):
    return monitoring.propose_exclusion(
        monitoring.Targets(monitor_ids=[down_from_two_to_four.pk]), hour(2), hour(4),
        grounds=monitoring.Grounds("市电中断", "供电公司证明"), by=SUPPLIER, now=hour(4),
    )  # fmt: skip


def test_force_majeure_that_one_side_confirmed_still_counts(force_majeure, down_from_two_to_four):
    monitoring.confirm_exclusion(force_majeure, side="supplier", by=SUPPLIER, now=hour(4))

    assert figure(down_from_two_to_four).down_seconds == 7200


@pytest.mark.clause("HA")
def test_force_majeure_that_both_sides_confirmed_does_not_count(
    force_majeure, down_from_two_to_four
):
    monitoring.confirm_exclusion(force_majeure, side="supplier", by=SUPPLIER, now=hour(4))
    monitoring.confirm_exclusion(force_majeure, side="client", by=CLIENT, now=hour(4.5))

    found = figure(down_from_two_to_four)

    assert (found.excluded_seconds, found.ratio) == (Decimal(7200), Decimal(1))


def test_a_figure_settled_before_the_second_confirmation_stays_as_it_was(
    force_majeure, down_from_two_to_four
):
    settled = figure(down_from_two_to_four)
    monitoring.confirm_exclusion(force_majeure, side="supplier", by=SUPPLIER, now=hour(6))
    monitoring.confirm_exclusion(force_majeure, side="client", by=CLIENT, now=hour(7))

    again = figure(down_from_two_to_four)

    assert again == settled


def test_one_person_cannot_confirm_for_both_sides(force_majeure):
    monitoring.confirm_exclusion(force_majeure, side="supplier", by=SUPPLIER, now=hour(4))

    with pytest.raises(monitoring.SamePersonError, match="不同的人"):
        monitoring.confirm_exclusion(force_majeure, side="client", by=SUPPLIER, now=hour(5))


def test_a_side_confirms_once(force_majeure):
    monitoring.confirm_exclusion(force_majeure, side="client", by=CLIENT, now=hour(4))

    with pytest.raises(monitoring.WindowConfirmedError, match="已经确认"):
        monitoring.confirm_exclusion(force_majeure, side="client", by=CLIENT, now=hour(5))


def test_the_platform_cannot_confirm_for_people(force_majeure):
    with pytest.raises(monitoring.InvalidWindowError, match="须由人确认"):
        monitoring.confirm_exclusion(force_majeure, side="client", by=SYSTEM, now=hour(4))


def test_a_window_that_ended_early_excuses_nothing_after(down_from_two_to_four):
    window = maintain(down_from_two_to_four, hour(2), hour(4), now=hour(0))
    monitoring.end_window(window, by=SUPPLIER, now=hour(3))

    assert figure(down_from_two_to_four).planned_seconds == 3600


def test_maintenance_silences_findings_until_it_ends():
    monitor = MonitorFactory(interval=60, failures_before_down=1)
    observe(monitor, (NOW + timedelta(minutes=1), "up"))
    maintain(monitor, hour(0.03), hour(0.1), now=NOW)
    subject = Subject("cmdb.item", str(monitor.item_id))

    observe(monitor, *[(NOW + timedelta(minutes=n), "down") for n in (2, 3, 4, 5)])
    silenced = findings.of_subject(subject)
    observe(monitor, (NOW + timedelta(minutes=7), "down"))

    assert silenced == []
    assert findings.of_subject(subject)[0].is_open
