import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    """A score that one test remembered is of no contract of the next."""
    cache.clear()
