import pytest

from tests.contracts.support import load_huaian


@pytest.fixture(autouse=True)
def contract(db):
    """The Huai'an contract, which wants three people on site on every working day."""
    return load_huaian()
