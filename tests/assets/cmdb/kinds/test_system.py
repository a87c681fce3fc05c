import pytest

from steward.assets.cmdb import api as cmdb
from tests.support import NOW, SYSTEM

pytestmark = pytest.mark.django_db


def test_it_is_registered_with_its_own_attributes():
    draft = cmdb.ItemDraft(code="X-1", name="系统一", kind="system", attributes={"level": "三级"})

    item = cmdb.add_item(draft, by=SYSTEM, now=NOW)

    assert item.kind_label == "系统"
    assert set(item.attributes) == set(draft.attributes)


def test_an_attribute_that_does_not_fit_is_refused_in_words():
    draft = cmdb.ItemDraft(code="X-1", name="系统一", kind="system", attributes={"level": "五级"})

    with pytest.raises(cmdb.ItemProblemError, match="“等保级别”只能是"):
        cmdb.add_item(draft, by=SYSTEM, now=NOW)
