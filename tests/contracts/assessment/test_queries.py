"""Scores through the facade: repeatable, cut off by what was recorded, never met without data."""

from datetime import timedelta
from decimal import Decimal

import pytest

from steward.contracts.assessment import api as assessment
from tests.contracts.support import AFTER, CODE, END, START, Happening, Year, load_huaian, year
from tests.support import SYSTEM

pytestmark = pytest.mark.django_db

MIDDLE = START + timedelta(days=180)


def entry(value: str, owner: str = "documents", source: str = "missing") -> assessment.NewEntry:
    return assessment.NewEntry(CODE, owner, Decimal(value), "按材料核定", source=source)


@pytest.mark.clause("C4")
def test_the_same_evidence_gives_the_same_bytes():
    load_huaian()

    with year(Year(happenings=[Happening("breach", day=5)])):
        first = assessment.score(CODE, as_of=MIDDLE, now=AFTER)
        second = assessment.score(CODE, as_of=MIDDLE, now=AFTER + timedelta(days=9))

    assert first.canonical() == second.canonical()
    assert first.digest() == second.digest()


def test_a_kept_result_reads_back_to_the_same_bytes():
    load_huaian()

    with year(Year(happenings=[Happening("breach", day=5)])):
        first = assessment.score(CODE, as_of=MIDDLE, now=AFTER, kind="projected")

    assert (
        assessment.ScoreResult.model_validate_json(first.canonical()).canonical()
        == first.canonical()
    )


@pytest.mark.clause("HA")
def test_no_data_is_shown_apart_and_never_met():
    load_huaian()

    with year(Year(availability=None, vulnerabilities=0)):
        result = assessment.score(CODE, as_of=MIDDLE, now=AFTER)

    unscored = {node.id for node in result.unscored}
    assert {"stability", "documents", "satisfaction", "vulnerability-fix"} <= unscored
    assert all(node.points == 0 for node in result.unscored)
    assert result.possible == 100
    assert result.points == sum(n.points for n in result.indicators() if n.status == "scored")
    assert [veto.status for veto in result.vetoes] == ["unscored"] * 3


def test_what_is_recorded_after_the_cut_off_does_not_count():
    load_huaian()
    late = Happening("breach", day=100, recorded_day=200)

    with year(Year(happenings=[late])):
        before = assessment.score(CODE, as_of=MIDDLE, now=AFTER)
        after = assessment.score(CODE, as_of=START + timedelta(days=201), now=AFTER)

    assert before.indicator("efficiency").points == 10
    assert after.indicator("efficiency").points == 8


def test_the_latest_entry_counts_and_a_measured_value_stands():
    load_huaian()
    assessment.record_entry(entry("3"), by=SYSTEM, now=MIDDLE)
    assessment.record_entry(entry("1"), by=SYSTEM, now=MIDDLE + timedelta(hours=1))
    measured = entry("9", "efficiency", "breaches")
    assessment.record_entry(measured, by=SYSTEM, now=MIDDLE)

    with year(Year()):
        result = assessment.score(CODE, as_of=AFTER, now=AFTER)

    assert result.indicator("documents").points == 4
    assert result.indicator("efficiency").points == 10


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (assessment.NewEntry(CODE, "documents", Decimal(1), " ", source="missing"), "理由"),
        (entry("-1"), "不能为负"),
        (entry("0.5"), "应为整数"),
        (entry("1.2", "satisfaction", "survey"), "比率"),
        (entry("1", "documents", "nothing"), "没有编号为“nothing”"),
        (assessment.NewEntry(CODE, "documents", Decimal(5), "好"), "按数据计分"),
        (assessment.NewEntry(CODE, "nothing", Decimal(5), "好"), "没有编号为“nothing”的指标"),
    ],
)
def test_an_entry_without_a_place_in_the_contract_is_refused(wrong, says):
    load_huaian()

    with pytest.raises(assessment.EntryRefusedError, match=says):
        assessment.record_entry(wrong, by=SYSTEM, now=MIDDLE)


def test_the_future_cannot_be_scored():
    load_huaian()

    with pytest.raises(assessment.FutureScoreError, match="尚未到来"):
        assessment.score(CODE, as_of=AFTER, now=MIDDLE)


def test_before_the_term_there_is_nothing_to_score():
    load_huaian()
    early = START - timedelta(days=1)

    with pytest.raises(assessment.NothingToScoreError, match="还没有可考核的内容"):
        assessment.score(CODE, as_of=early, now=AFTER)


def test_a_running_period_cannot_be_settled():
    load_huaian()

    with pytest.raises(assessment.SettlementError, match="才结束"):
        assessment.settle_period(CODE, by=SYSTEM, now=MIDDLE)


@pytest.mark.clause("C4")
def test_a_settled_score_stays_and_a_correction_stands_beside_it():
    load_huaian()
    facts = [Happening("breach", day=5)]
    with year(Year(happenings=facts)):
        settled = assessment.settle_period(CODE, by=SYSTEM, now=END)
    kept = assessment.snapshot_result(CODE, settled).canonical()

    late = Happening("breach", day=6, recorded_day=366)
    with year(Year(happenings=[*facts, late])):
        made = assessment.correct_settlement(settled, reason="补录", by=SYSTEM, now=AFTER)

    assert assessment.snapshot_result(CODE, settled).canonical() == kept
    shift = assessment.shifts_between(CODE, settled, made)
    assert [(s.id, s.before, s.after) for s in shift] == [("efficiency", 8, 6)]


@pytest.mark.clause("C4")
def test_the_projection_keeps_what_was_lost_and_extends_what_goes_on():
    load_huaian()
    half = START + timedelta(days=365) / 2

    with year(Year(availability=Decimal("0.9950"), happenings=[Happening("breach", day=5)])):
        result = assessment.score(CODE, as_of=half, now=AFTER, kind="projected")

    rows = {row["id"]: row for row in result.outlook.rows}
    assert (rows["efficiency"]["best"], rows["efficiency"]["rate"]) == ("8", "6")
    assert (rows["stability"]["best"], rows["stability"]["rate"]) == ("14", "11")


@pytest.mark.clause("C4")
def test_what_would_change_it_most_is_ranked_by_money():
    load_huaian()

    with year(Year()):
        changes = assessment.score(CODE, as_of=MIDDLE, now=AFTER).changes

    assert changes[0].indicator == "satisfaction"
    assert changes[0].kind == "gain"
    money = [abs(change.money) for change in changes]
    assert money == sorted(money, reverse=True)


def test_a_day_is_kept_once():
    load_huaian()

    with year(Year()):
        first = assessment.take_daily_snapshot(CODE, by=SYSTEM, now=MIDDLE)
        second = assessment.take_daily_snapshot(CODE, by=SYSTEM, now=MIDDLE + timedelta(hours=1))

    assert (first, second) == (True, False)
    assert len(assessment.daily_snapshots(CODE)) == 1
