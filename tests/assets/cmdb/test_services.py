import pytest

from steward.assets.cmdb import api as cmdb
from steward.assets.cmdb.services import relate, retire_item, update_item
from steward.core.audit import api as audit
from tests.factories.cmdb import ItemFactory, RelationFactory, SystemFactory
from tests.support import NOW, SYSTEM

pytestmark = pytest.mark.django_db

SERVER = cmdb.ItemDraft(
    code="SRV-1", name="文件服务器", kind="server", attributes={"address": "10.0.0.1", "os": "麒麟"}
)


def test_a_registered_item_is_found_by_its_code():
    cmdb.add_item(SERVER, by=SYSTEM, now=NOW)

    assert cmdb.find("SRV-1").attributes["os"] == "麒麟"


def test_registering_writes_an_audit_sentence():
    item = cmdb.add_item(SERVER, by=SYSTEM, now=NOW)

    assert [line.sentence for line in audit.history(item.subject)] == ["登记配置项“文件服务器”"]


@pytest.mark.parametrize(
    ("attributes", "reason"),
    [
        ({"os": "麒麟"}, "“IP 地址”不能为空"),
        ({"address": "不是 地址", "os": "麒麟"}, "应为 IP 地址或主机名"),
        ({"address": "10.0.0.1", "os": "麒麟", "cpu": "八"}, "“处理器核数”应为整数"),
        ({"address": "10.0.0.1", "os": "麒麟", "zone": "外网"}, "“网络区域”只能是政务外网"),
    ],
)
def test_an_attribute_that_does_not_fit_is_named(attributes, reason):
    draft = cmdb.ItemDraft(code="SRV-1", name="x", kind="server", attributes=attributes)

    with pytest.raises(cmdb.ItemProblemError, match=reason):
        cmdb.add_item(draft, by=SYSTEM, now=NOW)


def test_a_code_is_used_once():
    cmdb.add_item(SERVER, by=SYSTEM, now=NOW)

    with pytest.raises(cmdb.ItemProblemError, match="已被使用"):
        cmdb.add_item(SERVER, by=SYSTEM, now=NOW)


def test_the_kind_of_an_item_stays():
    item = SystemFactory.create()

    with pytest.raises(cmdb.ItemProblemError, match="类型不能更改"):
        update_item(item, SERVER, by=SYSTEM, now=NOW)


def test_only_what_changed_is_audited():
    item = ItemFactory.create(code="SRV-1", name="旧名", contract="", attributes={"address": "10.0.0.1", "os": "麒麟"})  # fmt: skip

    update_item(item, SERVER, by=SYSTEM, now=NOW)

    line = audit.history(cmdb.get(item.pk).subject)[0]
    assert (line.before, line.after) == ({"name": "旧名"}, {"name": "文件服务器"})


def test_an_item_that_others_depend_on_is_not_retired():
    relation = RelationFactory.create(source__name="公文系统")

    with pytest.raises(cmdb.ItemInUseError, match="公文系统 还依赖"):
        retire_item(relation.target, reason="换新", by=SYSTEM, now=NOW)


def test_an_item_is_not_related_to_itself():
    item = ItemFactory.create()

    with pytest.raises(cmdb.ItemProblemError, match="不能与自己"):
        relate(item, item, type="uses", by=SYSTEM, now=NOW)


def test_impact_follows_relations_and_membership_upwards():
    system = SystemFactory.create()
    application = ItemFactory.create(system=system)
    database = ItemFactory.create()
    RelationFactory.create(source=application, target=database)

    steps = {item.id: depth for item, depth in cmdb.impacted_by(database.pk)}

    assert steps == {application.pk: 1, system.pk: 2}


def test_a_cycle_of_relations_ends():
    first, second = ItemFactory.create(), ItemFactory.create()
    RelationFactory.create(source=first, target=second)
    RelationFactory.create(source=second, target=first)

    assert [item.id for item, _ in cmdb.impacted_by(first.pk)] == [second.pk]
