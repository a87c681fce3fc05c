import pytest

from tests.contracts.assessment.kinds.cases import cases, expected, judge, shown

CASES = cases("per_unit_over")


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_a_case_of_the_table_scores_as_written(case):
    judgement = judge("per_unit_over", case)

    assert shown(judgement) == expected(case)
    assert judgement.explanation
