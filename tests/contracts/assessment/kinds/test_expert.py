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
