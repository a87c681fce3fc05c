"""The procedure as a pure function: boundary instants, silence, and what no late act can change."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steward.contracts.acceptance.choices import ENDED, ActKind, Stage
from steward.contracts.acceptance.flow import Act, Limit, Terms, allowed, replay
from steward.core.calendars.seeds import statutory_days, work_calendar
from steward.kernel.instants import at_local

WORK = work_calendar(statutory_days())
ORGANISE = Limit("organise", "组织验收", "organise", "accepted", 30, "days", WORK, deemed=True)
HUAIAN = Terms((ORGANISE,))
BEIJING = Terms(
    (
        Limit("prepare", "启动准备", "prepare", "requested", 5, "working_days", WORK),
        Limit("organise", "开始验收", "organise", "prepared", 10, "working_days", WORK),
    ),
    prepares=True,
)
KEQIAO = Terms()
START = at_local(date(2026, 9, 1), 10)
TICK = timedelta(microseconds=1)
DUE = at_local(date(2026, 10, 9))


def acts(*given: tuple[str, datetime]) -> list[Act]:
    return [Act(number, kind, at) for number, (kind, at) in enumerate(given, start=1)]


ACCEPTED = acts((ActKind.REQUEST, START), (ActKind.ACCEPT, START + timedelta(hours=1)))


@pytest.mark.parametrize(
    ("start", "last"),
    [
        (date(2026, 9, 1), date(2026, 10, 8)),
        (date(2026, 3, 2), date(2026, 4, 1)),
        (date(2026, 3, 5), date(2026, 4, 7)),
        (date(2026, 3, 11), date(2026, 4, 10)),
    ],
)
def test_thirty_days_begin_on_the_next_day_and_never_end_on_a_day_off(start, last):
    assert ORGANISE.due(at_local(start, 23, 59)) == at_local(last + timedelta(days=1))


def test_a_whole_day_of_acceptance_gives_the_same_thirty_days():
    assert ORGANISE.due(at_local(date(2026, 9, 1))) == ORGANISE.due(at_local(date(2026, 9, 1), 23))


@pytest.mark.parametrize(
    ("now", "stage"),
    [(DUE - TICK, Stage.ACCEPTED), (DUE, Stage.DEEMED), (DUE + TICK, Stage.DEEMED)],
)
def test_silence_counts_as_passed_at_the_exact_instant(now, stage):
    standing = replay(HUAIAN, ACCEPTED, now=now)

    assert standing.stage == stage
    assert standing.deemed_at == (DUE if stage == Stage.DEEMED else None)


@pytest.mark.parametrize(("at", "stage"), [(DUE - TICK, Stage.REVIEWING), (DUE, Stage.DEEMED)])
def test_organising_in_the_last_instant_is_in_time_and_one_later_is_not(at, stage):
    known = [*ACCEPTED, Act(3, ActKind.ORGANISE, at)]

    standing = replay(HUAIAN, known, now=DUE + timedelta(days=9))

    assert standing.stage == stage


def test_an_organised_review_has_no_days_to_run_out():
    known = [*ACCEPTED, Act(3, ActKind.ORGANISE, DUE - TICK)]

    assert replay(HUAIAN, known, now=DUE + timedelta(days=300)).stage == Stage.REVIEWING


def test_a_request_that_nobody_examines_is_never_deemed_passed():
    known = acts((ActKind.REQUEST, START))

    assert replay(HUAIAN, known, now=START + timedelta(days=400)).stage == Stage.REQUESTED


def test_after_rectification_the_days_begin_anew():
    again = DUE + timedelta(days=10)
    known = acts(
        (ActKind.REQUEST, START), (ActKind.ACCEPT, START), (ActKind.ORGANISE, START),
        (ActKind.RECTIFY, START), (ActKind.RECTIFIED, again), (ActKind.ACCEPT, again),
    )  # fmt: skip

    standing = replay(HUAIAN, known, now=ORGANISE.due(again))

    assert (standing.stage, standing.deemed_at, standing.attempt) == (
        Stage.DEEMED, ORGANISE.due(again), 2,
    )  # fmt: skip


def test_preparation_has_five_working_days_over_the_national_holiday():
    known = acts((ActKind.REQUEST, at_local(date(2026, 9, 28), 10)))

    (clock,) = replay(BEIJING, known, now=START + timedelta(days=60)).clocks

    assert clock.due_at == at_local(date(2026, 10, 10), 18)


def test_review_has_ten_working_days_from_the_end_of_preparation():
    begun = at_local(date(2026, 3, 2), 10)
    known = acts((ActKind.REQUEST, begun), (ActKind.PREPARE, begun), (ActKind.PREPARED, begun))

    running = replay(BEIJING, known, now=begun).running

    assert [(c.limit.id, c.due_at) for c in running] == [
        ("organise", at_local(date(2026, 3, 16), 18))
    ]


@pytest.mark.parametrize(("hour", "days"), [(10, 10), (19, 9)])
def test_what_remains_is_told_in_working_days(hour, days):
    begun = at_local(date(2026, 3, 2), 10)
    known = acts((ActKind.REQUEST, begun), (ActKind.PREPARE, begun), (ActKind.PREPARED, begun))
    (clock,) = replay(BEIJING, known, now=begun).running

    assert clock.working_days_left(at_local(date(2026, 3, 3), hour)) == days


def test_without_a_word_about_silence_late_is_late_and_nothing_more():
    begun = at_local(date(2026, 3, 2), 10)
    standing = replay(BEIJING, acts((ActKind.REQUEST, begun)), now=begun + timedelta(days=100))

    assert standing.stage == Stage.REQUESTED
    assert standing.running[0].is_overdue(begun + timedelta(days=100))


@pytest.mark.parametrize(
    ("late", "days"),
    [
        (-TICK, 0),
        (timedelta(), 0),
        (TICK, 1),
        (timedelta(days=1), 1),
        (timedelta(days=1) + TICK, 2),
    ],
)
def test_days_overdue_are_begun_days(late, days):
    begun = at_local(date(2026, 3, 2), 10)
    (clock,) = replay(BEIJING, acts((ActKind.REQUEST, begun)), now=begun).clocks

    assert clock.overdue_days(clock.due_at + late) == days


@pytest.mark.parametrize(
    ("terms", "stage", "offers"),
    [
        (HUAIAN, Stage.ACCEPTED, {"organise", "refuse", "withdraw"}),
        (BEIJING, Stage.ACCEPTED, {"prepare", "refuse", "withdraw"}),
        (KEQIAO, Stage.REQUESTED, {"accept", "return", "refuse", "withdraw"}),
        (BEIJING, Stage.PREPARED, {"organise", "refuse"}),
    ],
)
def test_what_may_come_next_follows_the_contract(terms, stage, offers):
    assert set(allowed(stage, terms)) == offers


KINDS = st.sampled_from([kind for kind in ActKind if kind != ActKind.DEEM])
MOMENTS = st.integers(0, 90 * 24).map(lambda hours: START + timedelta(hours=hours))
HISTORIES = st.lists(st.tuples(KINDS, MOMENTS), max_size=14)
TERMS = st.sampled_from([HUAIAN, BEIJING, KEQIAO])


@given(TERMS, HISTORIES, st.integers(0, 200 * 24))
def test_once_ended_it_stays_ended_whatever_is_recorded_later(terms, history, hours):
    now = START + timedelta(hours=hours)
    known = acts(*history)
    standing = replay(terms, known, now=now)
    late = Act(99, ActKind.ORGANISE, now + TICK)

    after = replay(terms, [*(a for a in known if a.recorded_at <= now), late], now=now + TICK)

    assert standing.stage not in ENDED or (after.stage, after.deemed_at) == (
        standing.stage, standing.deemed_at,
    )  # fmt: skip


@given(TERMS, HISTORIES, MOMENTS)
def test_the_order_in_which_acts_are_read_changes_nothing(terms, history, now):
    known = acts(*history)

    assert replay(terms, known, now=now) == replay(terms, list(reversed(known)), now=now)


@given(TERMS, HISTORIES, MOMENTS)
def test_what_the_job_writes_down_changes_nothing(terms, history, now):
    known = acts(*history)
    standing = replay(terms, known, now=now)

    assert replay(terms, [*known, Act(100, ActKind.DEEM, now)], now=now) == standing


@given(TERMS, HISTORIES)
def test_deemed_passed_is_always_the_due_instant_of_a_clock(terms, history):
    standing = replay(terms, acts(*history), now=datetime(2027, 12, 1, tzinfo=UTC))

    assert standing.deemed_at is None or standing.deemed_at in {
        clock.due_at for clock in standing.clocks if clock.limit.deemed
    }
