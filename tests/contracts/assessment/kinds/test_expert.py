import pytest

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


def test_a_measured_ratio_suggests_its_share_of_the_points():
    case = {"params": {"suggest_share": True}, "full": 8, "value": "0.995", "unit": "ratio"}

    judgement = judge("expert", case)

    assert str(judgement.suggestion) == "7.96"
    assert not judgement.scored
