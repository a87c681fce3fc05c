import pytest

from tests.contracts.assessment.kinds.cases import cases, expected, judge, shown

CASES = cases("count_at_least")


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_a_case_of_the_table_scores_as_written(case):
    judgement = judge("count_at_least", case)

    assert shown(judgement) == expected(case)
    assert judgement.explanation


def test_what_is_missing_before_the_end_may_still_come():
    case = {"params": {"required": 4, "deduct": 2}, "full": 10, "value": 2}

    judgement = judge("count_at_least", case)

    assert (judgement.points, judgement.possible) == (6, 10)
