"""Laying duties out in the database: once, again after changes, and never what is closed."""

from datetime import date, timedelta

import pytest

from steward.contracts.obligations import api as obligations
from steward.contracts.obligations.models import Duty, Occurrence, WindowChange
from steward.kernel.instants import at_local, local_date
from tests.contracts.obligations.support import (
    CODE,
    START,
    SYSTEM,
    WEEKLY,
    amend,
    contract,
    drain_jobs,
    fulfilled,
    occurrence,
    publish_notice,
)
from tests.contracts.support import load_huaian

pytestmark = pytest.mark.django_db
MARCH = at_local(date(2026, 3, 2))


def keys(duty: str) -> list[str]:
    rows = Occurrence.objects.filter(contract=CODE, code=duty, retired_at=None)
    return list(rows.order_by("due_at", "key").values_list("key", flat=True))


def test_loading_a_contract_lays_its_duties_out():
    load_huaian()

    drain_jobs()

    assert keys("vulnerability-scan") == ["y1-1", "y1-2", "y1-3", "y1-4"]
    assert keys("inspection-holidays") == ["国庆节-2025", "春节-2026", "劳动节-2026"]
    assert len(keys("backup-daily")) == 365
    assert len(keys(WEEKLY)) == 53


def test_laying_out_again_changes_nothing():
    contract()
    before = set(Occurrence.objects.values_list("pk", "due_at"))

    laid = obligations.lay_out_contract(CODE, reason="再次", by=SYSTEM, now=MARCH)

    assert not laid.changed
    assert set(Occurrence.objects.values_list("pk", "due_at")) == before


def test_an_amendment_adds_what_is_due_under_its_terms():
    contract()

    amend(("{kind: per_period, count: 4}", "{kind: per_period, count: 6}"), effective="2026-03-01", now=MARCH)  # fmt: skip

    assert len(keys("vulnerability-scan")) == 6
    assert occurrence("vulnerability-scan", "y1-1").duty.version == 2


def test_an_amendment_takes_away_what_is_not_due_yet_and_leaves_what_was_due():
    contract()

    amend(
        ("rhythm: {kind: weekly}\n    window: {working_days_after: 1}", "rhythm: {kind: monthly}"),
        effective="2026-03-01",
        now=MARCH,
    )

    weeks = [key for key in keys(WEEKLY) if "W" in key]
    assert weeks[-1] == "2026-W08"
    assert next(key for key in keys(WEEKLY) if "W" not in key) == "2026-03"
    assert Occurrence.objects.filter(code=WEEKLY, retired_at=MARCH).exists()


def test_an_amendment_never_touches_what_is_fulfilled():
    contract()
    row = occurrence("vulnerability-scan", "y1-1")
    fulfilled(row, at=START + timedelta(days=30))

    amend(("{kind: per_period, count: 4}", "{kind: per_period, count: 6}"), effective="2026-03-01", now=MARCH)  # fmt: skip

    row.refresh_from_db()
    assert (row.status, row.duty.version) == ("done", 1)


def test_versions_share_nothing_but_the_contract():
    contract()

    amend(("{kind: per_period, count: 4}", "{kind: per_period, count: 6}"), effective="2026-03-01", now=MARCH)  # fmt: skip

    versions = Duty.objects.filter(code=WEEKLY).values_list("version", flat=True)
    assert sorted(versions) == [1, 2]


def test_a_new_holiday_notice_moves_what_is_open_and_says_so():
    contract()

    publish_notice(moved={date(2026, 4, 30): "劳动节"}, now=MARCH)
    drain_jobs()

    row = occurrence("inspection-holidays", "劳动节-2026")
    assert local_date(row.due_at) == date(2026, 4, 30)
    change = WindowChange.objects.get(occurrence=row)
    assert local_date(change.due_before) == date(2026, 5, 1)


def test_a_new_holiday_notice_never_moves_what_is_closed_or_overdue():
    contract()
    done = occurrence("inspection-holidays", "劳动节-2026")
    fulfilled(done, at=at_local(date(2026, 4, 20)))
    missed = occurrence("inspection-holidays", "国庆节-2025")

    publish_notice(
        moved={date(2026, 4, 30): "劳动节", date(2025, 9, 30): "国庆节"},
        now=at_local(date(2026, 4, 21)),
    )
    drain_jobs()

    done.refresh_from_db()
    missed.refresh_from_db()
    assert local_date(done.due_at) == date(2026, 5, 1)
    assert local_date(missed.due_at) == date(2025, 10, 1)


def test_what_was_overdue_before_the_platform_knew_the_contract_makes_no_noise():
    contract(now=MARCH)

    assert obligations.overdue(MARCH) == []


def test_four_contracts_of_daily_duties_are_laid_out_in_few_statements(
    django_assert_max_num_queries,
):
    load_huaian()

    with django_assert_max_num_queries(40):
        obligations.lay_out_contract(CODE, reason="第一版", by=SYSTEM, now=START)
