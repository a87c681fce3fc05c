import pytest

from steward.assets.cmdb import api as cmdb
from tests.support import NOW, SYSTEM

pytestmark = pytest.mark.django_db


def test_it_is_registered_with_its_own_attributes():
    draft = cmdb.ItemDraft(
        code="X-1",
        name="服务器一",
        kind="server",
        attributes={"address": "10.0.0.1", "os": "麒麟", "cpu": "16"},
    )

    item = cmdb.add_item(draft, by=SYSTEM, now=NOW)

    assert item.kind_label == "服务器"
    assert set(item.attributes) == set(draft.attributes)


def test_an_attribute_that_does_not_fit_is_refused_in_words():
    draft = cmdb.ItemDraft(
        code="X-1", name="服务器一", kind="server", attributes={"address": "10.0.0.1"}
    )

    with pytest.raises(cmdb.ItemProblemError, match="“操作系统”不能为空"):
        cmdb.add_item(draft, by=SYSTEM, now=NOW)
