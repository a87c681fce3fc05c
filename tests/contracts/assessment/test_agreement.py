"""Where a proposal stands: a fold that ends, whatever is said after."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from steward.contracts.assessment.agreement import (
    Answer,
    allowed,
    is_in_force,
    is_open,
    state_of,
)

VERDICTS = ["confirm", "dispute", "uphold", "dismiss", "withdraw", "cured", "excused"]


def said(verdict: str, side: str = "supplier") -> Answer:
    return Answer(
        id=1, verdict=verdict, verdict_label="", side=side, side_label="", by_id=1, by="某人",
        reason="", from_date=None, to_date=None, ground="",
        at=datetime(2026, 1, 1, tzinfo=UTC), evidence_id=1,
    )  # fmt: skip


@given(st.lists(st.sampled_from(VERDICTS), max_size=8), st.sampled_from(VERDICTS))
def test_what_ended_does_not_move_any_more(verdicts, later):
    state = state_of([said(verdict) for verdict in verdicts])

    after = state_of([said(verdict) for verdict in [*verdicts, later]])

    assert is_open(state) or after == state


@given(st.lists(st.sampled_from(VERDICTS), max_size=8))
def test_nothing_is_in_force_and_open_at_once(verdicts):
    state = state_of([said(verdict) for verdict in verdicts])

    assert not (is_in_force(state) and is_open(state))


@given(st.sampled_from(["entry", "breach", "exclusion", "payment"]))
def test_only_the_other_side_confirms_and_only_the_client_decides(about):
    for state in ("pending", "disputed"):
        own = allowed(about, state, side="supplier", proposer="supplier")
        others = allowed(about, state, side="supplier", proposer="client")

        assert "confirm" not in own
        assert "withdraw" not in others
        assert not {"uphold", "dismiss"} & {*own, *others}
