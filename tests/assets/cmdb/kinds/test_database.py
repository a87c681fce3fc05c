import pytest

from steward.assets.cmdb import api as cmdb
from tests.support import NOW, SYSTEM

pytestmark = pytest.mark.django_db


def test_it_is_registered_with_its_own_attributes():
    draft = cmdb.ItemDraft(
        code="X-1",
        name="数据库一",
        kind="database",
        attributes={"product": "人大金仓 V8", "address": "10.0.0.9", "port": 54321},
    )

    item = cmdb.add_item(draft, by=SYSTEM, now=NOW)

    assert item.kind_label == "数据库"
    assert set(item.attributes) == set(draft.attributes)


def test_an_attribute_that_does_not_fit_is_refused_in_words():
    draft = cmdb.ItemDraft(
        code="X-1",
        name="数据库一",
        kind="database",
        attributes={"product": "人大金仓 V8", "address": "10.0.0.9", "port": "五万"},
    )

    with pytest.raises(cmdb.ItemProblemError, match="“端口”应为整数"):
        cmdb.add_item(draft, by=SYSTEM, now=NOW)
