import pytest

from steward.core.organizations import api as organizations
from tests.factories.organizations import body

pytestmark = pytest.mark.django_db


def test_a_body_is_found_by_its_whole_name_among_many_that_contain_it():
    for number in range(5):
        body(f"区民政局下属单位{number}")
    wanted = body("区民政局")

    found = [organizations.find_named(text) for text in ("区民政局", wanted.code, "民政局")]

    assert [info.id if info else None for info in found] == [wanted.id, wanted.id, None]


def test_a_name_that_two_bodies_have_finds_neither():
    body("办公室")
    body("办公室")

    assert organizations.find_named("办公室") is None
