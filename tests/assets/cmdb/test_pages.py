from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from steward.assets.cmdb.excel import export_items
from steward.assets.cmdb.models import Item
from tests.factories.cmdb import ItemFactory, RelationFactory, SystemFactory

pytestmark = pytest.mark.django_db


def test_the_tab_counts_agree_with_the_rows(admin_client):
    ItemFactory.create_batch(3)
    SystemFactory.create()

    page = admin_client.get("/assets/?kind=server").context

    assert ("server", "服务器", 3) in page["tabs"]
    assert page["page"].paginator.count == 3


def test_the_list_asks_the_same_number_of_queries_for_many_rows(
    admin_client, django_assert_max_num_queries
):
    ItemFactory.create_batch(40, system=SystemFactory.create())

    with django_assert_max_num_queries(18):
        admin_client.get("/assets/")


def test_an_item_is_registered_on_its_page(admin_client):
    form = {
        "code": "DB-1",
        "name": "公文库",
        "status": "running",
        "importance": "core",
        "a_product": "人大金仓 V8",
        "a_address": "10.0.0.9",
        "a_port": "54321",
    }

    answer = admin_client.post("/assets/new/database/", form)

    item = Item.objects.get(code="DB-1")
    assert answer.headers["Location"] == f"/assets/{item.pk}/"
    assert item.attributes["port"] == 54321


def test_a_taken_code_is_told_on_the_form(admin_client):
    ItemFactory.create(code="DB-1")
    form = {"code": "DB-1", "name": "库", "status": "running", "importance": "core",
            "a_product": "x", "a_address": "h", "a_port": "1"}  # fmt: skip

    answer = admin_client.post("/assets/new/database/", form)

    assert answer.status_code == 422
    assert "已被使用" in answer.content.decode()


def test_the_page_of_an_item_shows_what_hangs_on_it(admin_client):
    relation = RelationFactory.create(source__name="移动办公")

    body = admin_client.get(f"/assets/{relation.target.pk}/").content.decode()

    assert "它停了会影响" in body
    assert "移动办公" in body


def test_the_history_of_an_item_is_on_its_page(admin_client):
    item = ItemFactory.create()
    admin_client.post(f"/assets/{item.pk}/retire/", {"reason": "设备老化"})

    body = admin_client.get(f"/assets/{item.pk}/").content.decode()

    assert "设备老化" in body


def test_an_upload_reports_its_bad_rows(admin_client):
    file = SimpleUploadedFile(
        "资产.xlsx", export_items([ItemFactory.build(code="S1", name="")], [])
    )

    body = admin_client.post("/assets/import/", {"file": file}).content.decode()

    assert "编码和名称不能为空" in body


def test_an_upload_of_something_else_is_refused_on_the_form(admin_client):
    file = SimpleUploadedFile("说明.txt", b"hello")

    answer = admin_client.post("/assets/import/", {"file": file})

    assert answer.status_code == 422
    assert "打不开这个文件" in answer.content.decode()


def test_the_export_is_a_workbook(admin_client):
    ItemFactory.create()

    answer = admin_client.get("/assets/export/")

    assert BytesIO(answer.content).read(2) == b"PK"


def test_an_unknown_kind_or_item_is_not_found(admin_client):
    assert admin_client.get("/assets/new/spaceship/").status_code == 404
    assert admin_client.get("/assets/999999/").status_code == 404
