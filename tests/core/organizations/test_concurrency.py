"""Two people move parts of the tree at the same time, in two connections."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from steward.core.organizations import api as organizations
from steward.core.organizations.models import Organization
from tests.factories.organizations import body
from tests.support import NOW, SYSTEM


def move(pair: tuple[int, int]) -> str:
    """Move the first below the second; the refusal's code, or an empty string."""
    try:
        organizations.move_organization(pair[0], to=pair[1], by=SYSTEM, now=NOW)
    except organizations.TreeError as refusal:
        return refusal.code
    finally:
        connection.close()
    return ""


@pytest.mark.django_db(transaction=True)
def test_crossing_moves_make_no_cycle():
    first, second = body("甲"), body("乙")

    with ThreadPoolExecutor(2) as pool:
        told = list(pool.map(move, [(first.id, second.id), (second.id, first.id)]))

    assert sorted(told) == ["", "organizations.tree"]
    paths = dict(Organization.objects.values_list("pk", "path"))
    assert sorted(path.count("/") for path in paths.values()) == [2, 3]
