from decimal import Decimal

import pytest

from steward.contracts.assessment.registry import KINDS
from tests.contracts.assessment.kinds.cases import cases, expected, judge, shown

CASES = cases("expert")


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_a_case_of_the_table_scores_as_written(case):
    judgement = judge("expert", case)

    assert shown(judgement) == expected(case)
    assert judgement.explanation


def test_metrics_suggest_a_value_but_do_not_give_it():
    case = {"params": {"suggest_deduct": 1}, "full": 5, "value": 2}

    judgement = judge("expert", case)

    assert judgement.suggestion == 3
    assert not judgement.scored
    assert judgement.points == 0


@pytest.mark.parametrize(
    ("params", "ratio", "told"),
    [
        ({}, 0.964, ("4.82", "5 × 96.4% = 4.82")),
        ({}, 1.2, ("5", "5 × 100% = 5")),
        ({"floor": 2}, 0.1, ("2", "5 × 10% = 0.5")),
        (
            {"suggest": {"kind": "per_percent_below", "target": 0.95, "step": 0.01,
                         "deduct": 0.5, "steps": "begun"}},
            0.925, ("3.5", "低于 95% 共 2.5%"),
        ),
        (
            {"suggest": {"kind": "ratio_band", "bands": [
                {"from": 0, "to": 0.9, "points": 2}, {"from": 0.9, "to": 1, "points": 5}]}},
            0.9, ("5", "在 90%—100% 档"),
        ),
    ],
)  # fmt: skip
def test_a_measured_ratio_suggests_points_and_shows_how(params, ratio, told):
    case = {"params": params, "full": 5, "value": ratio, "unit": "ratio"}

    judgement = judge("expert", case)

    points, words = told
    assert judgement.suggestion == Decimal(points)
    assert words in judgement.suggested_by
    assert not judgement.scored


def test_what_is_given_stands_beside_what_was_suggested():
    case = {"params": {}, "full": 5, "value": 0.8, "unit": "ratio", "award": 4.5}

    judgement = judge("expert", case)

    assert judgement.points == Decimal("4.5")
    assert judgement.suggestion == 4


def test_without_data_nothing_is_suggested():
    judgement = judge("expert", {"params": {}, "full": 5, "unit": "ratio"})

    assert judgement.suggestion is None


def test_ratios_suggest_by_their_mean_and_never_together_with_counts():
    kind = KINDS.get("expert")

    ratios = kind.check(kind.Params(), Decimal(5), ("ratio", "ratio"))
    mixed = kind.check(kind.Params(), Decimal(5), ("ratio", "count"))

    assert ratios == []
    assert [words for _, words in mixed] == ["由比率给出建议分的指标，各取数来源的单位都须是 ratio"]


def test_a_suggestion_by_target_needs_a_ratio_and_sound_terms():
    kind = KINDS.get("expert")
    bands = [{"from": "0", "to": "0.9", "points": "9"}]
    params = kind.Params.model_validate({"suggest": {"kind": "ratio_band", "bands": bands}})

    problems = kind.check(params, Decimal(5), ("count",))

    assert {path for path, _ in problems} == {"suggest"}
    assert len(problems) == 4
