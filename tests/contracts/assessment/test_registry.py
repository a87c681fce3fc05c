"""Every scoring rule kind conforms, and has its own table of cases."""

from pathlib import Path

import pytest

from steward.contracts.assessment.registry import KINDS, RuleParams

FOLDER = Path(__file__).parent / "kinds"


def test_the_closed_set_of_the_reference_is_whole():
    assert {kind.code for kind in KINDS} == {
        "per_event", "per_unit_over", "per_percent_below", "ratio_band", "count_at_least",
        "deadline_met", "binary", "veto", "expert", "bonus",
    }  # fmt: skip


@pytest.mark.parametrize("kind", list(KINDS), ids=lambda kind: kind.code)
def test_a_kind_has_words_typed_parameters_and_its_own_tests(kind):
    assert kind.label
    assert issubclass(kind.Params, RuleParams)
    assert (FOLDER / f"test_{kind.code}.py").exists()
    assert (FOLDER / f"{kind.code}.yaml").exists()
