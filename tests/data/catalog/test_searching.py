import pytest

from steward.data.catalog import api as catalog
from steward.data.catalog.models import Catalogue, DataItem
from steward.data.catalog.searching import grams_of, matching, ranked, reindex_all
from tests.factories.catalog import catalogue_in, provider, published, system_of
from tests.support import NOW, SYSTEM

pytestmark = pytest.mark.django_db


def found(text):
    rows = ranked(matching(Catalogue.objects.all(), text), text)
    return list(rows.values_list("name", flat=True))


def test_a_word_inside_a_name_is_found_and_the_nearest_name_comes_first():
    system = system_of()
    items = (catalog.ItemDraft(code="rk", name="人口数量", type="I"),)
    catalogue_in(system, name="乡镇街道概况", items=items)
    catalogue_in(system, name="车辆信息", summary="不含人口")
    for name in ("常住人口信息", "人口死亡登记", "人口"):
        catalogue_in(system, name=name)

    assert found("人口") == ["人口", "人口死亡登记", "常住人口信息", "乡镇街道概况", "车辆信息"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("号牌", ["车辆信息"]), ("CPHM", ["车辆信息"]), ("车", ["车辆信息"]), ("车辆 号牌", ["车辆信息"]),
        ("车牌信息", []), ("区公安分局", ["车辆信息"]), ("执法系统 车辆", ["车辆信息"]), ("残疾", ["残疾人信息"]),
        ("%", []), ("  ", ["车辆信息", "残疾人信息"]),
    ],
)  # fmt: skip
def test_every_word_must_be_found_somewhere(text, names):
    system = system_of(provider("区公安分局").id, name="交通执法系统")
    items = (catalog.ItemDraft(code="cphm", name="号牌号码", type="C"),)
    catalogue_in(system, name="车辆信息", items=items)
    catalogue_in(system_of(), name="残疾人信息", items=())

    assert sorted(found(text)) == sorted(names)


def test_a_changed_name_and_changed_items_are_found_at_once():
    row = catalogue_in(system_of(), name="车辆信息")

    catalog.put_items(
        row.pk, (catalog.ItemDraft(code="a", name="发动机号"),), by=SYSTEM, now=NOW
    )  # fmt: skip

    assert (found("发动机"), found("姓名")) == (["车辆信息"], [])


def test_the_index_is_built_again_from_the_rows():
    row = catalogue_in(system_of(), name="车辆信息", items=())
    DataItem.objects.create(catalogue=row, position=1, code="x", name="发动机号")
    told = []

    count = reindex_all(lambda done, total: told.append((done, total)))

    assert (count, told, found("发动机号")) == (1, [(1, 1)], ["车辆信息"])


def test_suggestions_look_only_at_what_is_near(django_assert_max_num_queries):
    system = system_of()
    for name in ("婚姻登记信息", "车辆年检信息", "食品经营许可", "个体户登记信息"):
        published(catalogue_in(system, name=name))

    with django_assert_max_num_queries(6):
        suggested = catalog.suggest("婚姻登记情况", ("姓名",))

    assert suggested[0].catalogue.name == "婚姻登记信息"


def test_grams_do_not_cross_words():
    assert grams_of("人口 信息AB") == ["ab", "人口", "信息", "息a"]
