import factory
from factory.django import DjangoModelFactory

from steward.assets.cmdb.models import Item, Relation
from tests.support import NOW


class ItemFactory(DjangoModelFactory[Item]):
    """A server, unless told otherwise."""

    class Meta:
        model = Item

    code = factory.Sequence(lambda n: f"SRV-{n:04d}")
    name = factory.Sequence(lambda n: f"应用服务器 {n}")
    kind = "server"
    contract = "huaian-2025"
    attributes = factory.LazyFunction(lambda: {"address": "10.1.0.8", "os": "麒麟 V10"})
    created_at = NOW
    updated_at = NOW


class SystemFactory(ItemFactory):
    code = factory.Sequence(lambda n: f"SYS-{n:03d}")
    name = factory.Sequence(lambda n: f"电子公文系统 {n}")
    kind = "system"
    attributes = factory.LazyFunction(dict)


class RelationFactory(DjangoModelFactory[Relation]):
    class Meta:
        model = Relation

    source = factory.SubFactory(ItemFactory)
    target = factory.SubFactory(ItemFactory)
    type = "uses"
