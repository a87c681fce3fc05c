"""Duties as figures: what is missing and late, as known at the instant asked for."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.test import Client

from steward.contracts.obligations import api as obligations
from steward.contracts.obligations.models import Occurrence, Proof
from steward.core.evidence.api import MetricQuery, MetricResult, metric_spec
from steward.kernel.instants import at_local
from tests.contracts.obligations.support import (
    CODE,
    SECOND,
    START,
    SYSTEM,
    WEEKLY,
    contract,
    engineer,
    fulfilled,
    occurrence,
    owner,
    publish_notice,
    stored,
    submit,
)
from tests.contracts.support import END
from tests.factories.accounts import user_in_role
from tests.support import drain_jobs

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
SCAN = {"ids": ["vulnerability-scan"]}
LOGS = {"ids": ["document-changes"]}


@pytest.fixture(autouse=True)
def _contract() -> None:
    contract()


def ask(code: str, as_of: datetime, **params: object) -> MetricResult:
    query = MetricQuery(CODE, START, min(as_of, END), as_of, params)
    return metric_spec(code).compute(query)


def everything(code: str, *, but: int = 0) -> list[Occurrence]:
    """Fulfil every occurrence of a duty in time, leaving out the last `but`."""
    rows = list(
        Occurrence.objects.select_related("duty").filter(code=code).order_by("due_at", "key")
    )
    for row in rows[: len(rows) - but]:
        fulfilled(row, at=row.due_at - SECOND)
    return rows


def test_a_contract_without_such_duties_is_no_data():
    result = ask("obligations.missing", END, ids=["dance"])

    assert (result.value, result.no_data) == (None, "合同没有铺排相应的义务")


def test_what_came_due_without_proof_is_missing_from_its_due_instant_on():
    row = occurrence("document-changes", "2025-09")

    before = ask("obligations.missing", row.due_at - SECOND, **LOGS)
    after = ask("obligations.missing", row.due_at, **LOGS)

    assert after.value == before.value + 1
    assert after.events[-1].url == f"/obligations/{row.pk}/"
    assert "没有证明" in after.events[-1].label


def test_what_was_proved_later_is_late_and_no_longer_missing():
    row = occurrence("document-changes", "2025-09")
    at = row.due_at + DAY
    fulfilled(row, at=at)

    assert row.pk not in [int(e.subject.key) for e in ask("obligations.missing", at, **LOGS).events]
    late = ask("obligations.late", at, **LOGS)
    assert [event.subject.key for event in late.events] == [str(row.pk)]
    assert late.grade == "C"


def test_a_figure_as_of_an_earlier_instant_forgets_what_was_known_later():
    row = occurrence("document-changes", "2025-09")
    number = submit(row, by=engineer(), at=row.due_at - DAY)
    obligations.confirm_proof(number, by=owner(), now=row.due_at + 10 * DAY)

    before = ask("obligations.missing", row.due_at + 9 * DAY, **LOGS)
    after = ask("obligations.missing", row.due_at + 10 * DAY, **LOGS)

    assert any("证据等级不足（现有 D，要求 C）" in event.label for event in before.events)
    assert after.value == before.value - 1
    assert ask("obligations.late", row.due_at + 10 * DAY, **LOGS).value == 0


def test_a_proof_withdrawn_later_still_counted_before():
    row = occurrence("document-changes", "2025-09")
    at = row.due_at - DAY
    fulfilled(row, at=at)
    before = ask("obligations.missing", row.due_at, **LOGS)

    obligations.end_proof(
        Proof.objects.get().pk, returned=True, reason="伪造", by=owner(), now=row.due_at + DAY
    )

    assert ask("obligations.missing", row.due_at, **LOGS).value == before.value
    assert ask("obligations.missing", row.due_at + DAY, **LOGS).value == before.value + 1


def test_a_window_moved_later_was_where_it_was_before():
    row = occurrence("inspection-holidays", "劳动节-2026")
    now = at_local(date(2026, 4, 1))
    publish_notice(moved={date(2026, 4, 30): "劳动节"}, now=now)
    drain_jobs()

    early = at_local(date(2026, 4, 30))
    assert str(row.pk) in [
        e.subject.key for e in ask("obligations.missing", early, ids=["inspection-holidays"]).events
    ]
    assert ask("obligations.missing", early, areas=["guard"]).value is None


def test_a_waived_occurrence_is_shown_as_excluded_and_does_not_count():
    row = occurrence("document-changes", "2025-09")
    number = obligations.propose_waiver(
        row.pk, reason="停机", file_id=stored("函.pdf"), side=obligations.Side.SUPPLIER, by=SYSTEM, now=row.opens_at
    )  # fmt: skip
    before = ask("obligations.missing", row.due_at, **LOGS)

    obligations.decide_waiver(
        number, agree=True, side=obligations.Side.CLIENT, by=SYSTEM, now=row.due_at
    )

    after = ask("obligations.missing", row.due_at, **LOGS)
    assert after.value == before.value - 1
    assert [event.excluded for event in after.events if event.excluded] == [
        "双方豁免：停机（系统确认）"
    ]


def test_n_a_year_are_missing_only_when_the_year_is_over():
    everything("vulnerability-scan", but=1)

    assert ask("obligations.missing", END - SECOND, **SCAN).value == 0
    assert ask("obligations.missing", END, **SCAN).value == 1


def test_a_month_counts_once_however_much_of_it_is_missing():
    everything(WEEKLY, but=3)

    result = ask("obligations.months_missing", END + 30 * DAY, ids=[WEEKLY])

    assert result.value == Decimal(1)
    assert "2026-08" in result.events[0].label


def test_a_document_is_missing_once_by_its_latest_delivery():
    ids = ["document-manual", "document-operations", "document-changes"]
    everything("document-manual")
    everything("document-operations", but=2)
    logs = everything("document-changes", but=0)
    at = END + 30 * DAY

    result = ask("documents.missing", at, ids=ids)

    assert (result.value, result.population) == (Decimal(1), 3)
    assert "当月操作记录" in result.events[0].label
    assert logs


def test_a_document_that_came_late_is_not_missing_any_more():
    rows = everything("document-changes", but=1)
    assert ask("documents.missing", END + 30 * DAY, **LOGS).value == 1

    fulfilled(rows[-1], at=rows[-1].due_at + DAY)

    assert ask("documents.missing", END + 30 * DAY, **LOGS).value == 0


def test_the_report_on_the_last_month_belongs_to_the_year_though_it_is_due_after_it():
    rows = everything("document-changes", but=1)

    assert rows[-1].due_at > END
    assert ask("obligations.missing", END, **LOGS).value == 0
    assert ask("obligations.missing", rows[-1].due_at, **LOGS).value == 1


def test_the_population_opens_exactly_its_occurrences():
    result = ask("obligations.missing", at_local(date(2026, 2, 1)), **LOGS)
    client = Client()
    client.force_login(user_in_role("viewer"))

    page = client.get(result.url).content.decode()

    assert page.count('"><b>变更日志归档</b>') == result.population > 0


def test_the_order_of_events_is_stable_and_their_keys_too():
    one = ask("obligations.missing", END, areas=["document"])
    two = ask("obligations.missing", END, areas=["document"])

    assert one == two
    assert len({event.key for event in one.events}) == len(one.events) > 10
