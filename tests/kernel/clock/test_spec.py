import json

import pytest
from hypothesis import given

from steward.kernel.clock import ClockSpec, InvalidClockError, PriorityMode, ReopenMode
from tests.kernel.clock import strategies as make
from tests.kernel.clock.support import DEFAULTS, spec_of
from tests.kernel.support import cases


@pytest.mark.parametrize("case", cases("clock_errors", "spec"))
def test_a_wrong_spec_is_refused_with_its_field(case):
    with pytest.raises(InvalidClockError) as error:
        ClockSpec.from_dict(DEFAULTS | case["change"])

    assert case["sentence"] in error.value.message


@pytest.mark.parametrize("field", ["kind", "target", "unit", "start_event", "stop_event"])
def test_a_missing_field_is_named(field):
    data = {name: value for name, value in DEFAULTS.items() if name != field}

    with pytest.raises(InvalidClockError, match=f"时限缺少 {field}"):
        ClockSpec.from_dict(data)


@pytest.mark.parametrize("data", [None, "resolve", ["resolve"]])
def test_a_spec_is_a_mapping(data):
    with pytest.raises(InvalidClockError, match="时限应是一组"):
        ClockSpec.from_dict(data)


@given(make.specs())
def test_a_spec_reads_what_it_wrote(spec):
    assert ClockSpec.from_dict(json.loads(json.dumps(spec.to_dict()))) == spec


@given(make.specs(make.minute_units), make.targets)
def test_another_target_is_the_same_as_a_spec_written_with_it(spec, target):
    written = ClockSpec.from_dict(spec.to_dict() | {"target": target})

    other = spec.with_target(target)

    assert (other, other.thresholds) == (written, written.thresholds)


def test_a_clock_that_says_no_more_never_pauses_resumes_and_counts_from_the_start():
    plain = {name: value for name, value in DEFAULTS.items() if name != "pause_reasons"}

    spec = ClockSpec.from_dict(plain)

    modes = (spec.pause_reasons, spec.reopen_mode, spec.priority_mode)
    assert modes == (frozenset(), ReopenMode.RESUME, PriorityMode.FROM_START)


def test_kinds_are_data():
    assert [spec_of(kind=kind).label for kind in ("onsite", "training")] == ["到场", "training"]
