"""What a contract learns: the figure, its population, rounds instead of persons."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from steward.contracts.assessment import api as assessment
from steward.core.evidence import api as evidence
from steward.desk.surveys.jobs import close_due
from steward.desk.surveys.metrics import satisfaction
from steward.desk.surveys.models import Recipient, Round
from tests.contracts.support import Year, load_huaian, year
from tests.factories import surveys as made
from tests.support import NOW

pytestmark = pytest.mark.django_db
YEAR = (datetime(2025, 8, 28, 16, tzinfo=UTC), datetime(2026, 8, 28, 16, tzinfo=UTC))


def asked(as_of: datetime = NOW + timedelta(days=1), **params: object) -> evidence.MetricResult:
    query = evidence.MetricQuery(
        made.CONTRACT, YEAR[0], min(YEAR[1], as_of), as_of, {"minimum": 3} | params
    )
    return satisfaction(query)


@pytest.mark.clause("HA")
def test_the_figure_counts_every_rating_of_the_closed_rounds():
    row = made.closed(5, 4, 4, 3)

    found = asked()

    assert (found.value, found.population, found.grade) == (Decimal("0.75"), 4, "C")
    assert [event.subject for event in found.events] == [row.subject]
    assert found.url.startswith(f"/surveys/{row.pk}/?formula=share")


def test_no_person_is_named_in_what_a_contract_learns():
    made.closed(5, 4, 4, 3)

    found = repr(asked())

    assert not any(person.name in found for person in Recipient.objects.all())


def test_below_the_minimum_there_is_no_figure():
    made.closed(5, 5, 5, 5)

    found = asked(minimum=5)

    assert (found.value, "少于最少份数 5" in found.no_data) == (None, True)


def test_without_a_closed_round_there_is_no_figure():
    made.opened()

    assert asked().no_data == "本期还没有结束的满意度调查"


def test_a_round_closed_later_is_not_known_before():
    row = made.closed(5, 4, 4, 3)

    assert asked(as_of=row.closed_at - timedelta(microseconds=1)).value is None


def test_a_round_about_another_year_does_not_count():
    made.closed(5, 4, 4, period_start=date(2025, 1, 1), period_end=date(2025, 8, 29))

    assert asked().value is None


def test_two_rounds_count_answer_by_answer():
    made.closed(5, 5, 5)
    made.closed(1, 1, 1, 5, 5, 5, title="第二次")

    assert asked().value == Decimal("0.66666667")


def test_the_contract_s_own_formula_decides():
    made.closed(5, 4, 4, 3)

    assert asked(formula="mean").value == Decimal("0.8")
    assert asked(satisfied_from=5).value == Decimal("0.25")


@pytest.mark.clause("HA", "C6")
def test_a_survey_below_sixty_percent_takes_every_point_and_vetoes():
    load_huaian()
    made.closed(*[5] * 17, *[1] * 13)

    with year(Year()):
        result = assessment.score(made.CONTRACT, as_of=NOW + timedelta(days=1), now=NOW + timedelta(days=1))  # fmt: skip

    assert result.indicator("satisfaction").points == 0
    assert {v.id: v.status for v in result.vetoes}["satisfaction-below-60"] == "triggered"


@pytest.mark.clause("HA")
def test_a_survey_of_ninety_percent_keeps_every_point():
    load_huaian()
    made.closed(*[5] * 27, *[3] * 3)

    with year(Year()):
        result = assessment.score(made.CONTRACT, as_of=NOW + timedelta(days=1), now=NOW + timedelta(days=1))  # fmt: skip

    assert result.indicator("satisfaction").points == 20


class Run:
    """A job's handle that keeps its lines."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def log(self, text: str, *, level: str = "info") -> None:
        self.lines.append(f"{level} {text}")


def test_a_round_whose_time_is_up_is_closed_by_the_job():
    round_id = made.opened()
    made.answered(round_id, 5, 5, 5)

    close_due(Run())

    assert Round.objects.get(pk=round_id).state == "closed"
