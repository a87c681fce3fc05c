"""Nothing left."""

from tests.engine.masking.methods.everywhere import run  # noqa: F401


def test_every_engine_gives_nothing(run):  # noqa: F811
    assert run("null_out", "varchar", values=["x", "", None], options={}) == [None] * 3


def test_numbers_are_taken_away_too(run):  # noqa: F811
    assert run("null_out", "int", values=[1, None], options={}) == [None, None]
