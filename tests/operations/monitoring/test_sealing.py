from hypothesis import given
from hypothesis import strategies as st

from steward.operations.monitoring.sealing import seal, unseal


@given(st.dictionaries(st.text(), st.text()))
def test_what_was_sealed_is_read_back_and_not_to_be_seen(values):
    sealed = seal(values)

    assert unseal(sealed) == values
    assert all(len(v) < 4 or v not in sealed for v in values.values())
