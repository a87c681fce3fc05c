import pytest

from steward.assets.cmdb import api as cmdb
from tests.support import NOW, SYSTEM

pytestmark = pytest.mark.django_db


def test_it_is_registered_with_its_own_attributes():
    draft = cmdb.ItemDraft(
        code="X-1",
        name="应用一",
        kind="application",
        attributes={"version": "3.1.0", "bits": "64 位"},
    )

    item = cmdb.add_item(draft, by=SYSTEM, now=NOW)

    assert item.kind_label == "应用"
    assert set(item.attributes) == set(draft.attributes)


def test_an_attribute_that_does_not_fit_is_refused_in_words():
    draft = cmdb.ItemDraft(
        code="X-1", name="应用一", kind="application", attributes={"bits": "64 位"}
    )

    with pytest.raises(cmdb.ItemProblemError, match="“版本”不能为空"):
        cmdb.add_item(draft, by=SYSTEM, now=NOW)
