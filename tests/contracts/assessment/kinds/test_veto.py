import pytest

from tests.contracts.assessment.kinds.cases import cases, expected, judge, shown

CASES = cases("veto")


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_a_case_of_the_table_scores_as_written(case):
    judgement = judge("veto", case)

    assert shown(judgement) == expected(case)
    assert judgement.explanation


@pytest.mark.clause("C6")
@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_a_veto_is_triggered_as_the_table_says(case):
    assert judge("veto", case).triggered == case.get("triggered", False)
