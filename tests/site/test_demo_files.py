"""The files of the demonstration are uploaded and collected like any others."""

import pytest

from steward.data.collection.models import CollectedFile, CollectionRun
from steward.site.demo.files import FACILITIES, PAPERS, load_files
from steward.site.demo.people import Cast
from tests.factories.organizations import body
from tests.support import NOW

pytestmark = pytest.mark.django_db


def test_a_table_and_documents_are_collected():
    cast = Cast(bodies={"kecheng-office": body().id})

    number = load_files(cast, now=NOW)

    assert number == CollectedFile.objects.count() == 1 + len(PAPERS)
    assert set(CollectionRun.objects.values_list("state", flat=True)) == {"succeeded"}
    assert CollectionRun.objects.get(task__shape="sheet").rows_after == FACILITIES


def test_without_the_body_there_is_nothing():
    assert load_files(Cast(), now=NOW) == 0
