import pytest

from steward.assets.cmdb import api as cmdb
from tests.support import NOW, SYSTEM

pytestmark = pytest.mark.django_db


def test_it_is_registered_with_its_own_attributes():
    draft = cmdb.ItemDraft(
        code="X-1",
        name="第三方服务一",
        kind="service",
        attributes={"provider": "数科", "expires_date": "2027-03-01"},
    )

    item = cmdb.add_item(draft, by=SYSTEM, now=NOW)

    assert item.kind_label == "第三方服务"
    assert set(item.attributes) == set(draft.attributes)


def test_an_attribute_that_does_not_fit_is_refused_in_words():
    draft = cmdb.ItemDraft(
        code="X-1",
        name="第三方服务一",
        kind="service",
        attributes={"provider": "数科", "expires_date": "明年"},
    )

    with pytest.raises(cmdb.ItemProblemError, match="“授权到期”应为日期"):
        cmdb.add_item(draft, by=SYSTEM, now=NOW)
