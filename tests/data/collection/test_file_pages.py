"""Tasks over files, uploads and the register as people meet them."""

import re
from urllib.parse import urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from steward.core.audit.models import AuditEntry
from steward.core.findings.models import Finding
from steward.data.collection.models import CollectedFile, CollectionRun, CollectionTask
from steward.data.sources.models import Source
from tests.data.collection.files_support import PEOPLE, filing_on, upload_source
from tests.data.collection.support import FILL, TABLE, rows, run
from tests.data.sources.test_services import run as execute
from tests.factories.accounts import user_with
from tests.factories.organizations import body
from tests.factories.sources import draft as source_draft
from tests.factories.sources import source_at
from tests.support import drain_jobs

pytestmark = pytest.mark.django_db
ALL = (
    "collection.task.view", "collection.task.change", "collection.task.run",
    "collection.task.recall", "collection.file.view", "collection.file.download",
    "collection.file.upload", "sources.source.view", "sources.source.change",
)  # fmt: skip
PLAN = {"schedule": "30 2 * * *", "max_lag_hours": "48", "max_mb": "100"}


@pytest.fixture
def inside(client):
    client.force_login(user_with(*ALL))
    return client


def seen(answer):
    """What a page says, without its tags."""
    return re.sub(r"<[^>]+>|\s+", " ", answer.content.decode()).replace("&quot;", '"')


def register(client, url, **fields):
    """登记数据源 on its page."""
    given = source_draft(url, **fields)
    names = ("code", "name", "purpose", "engine", "host", "port", "database", "username",
             "password")  # fmt: skip
    form = {name: getattr(given, name) for name in names}
    form |= {"organization": body(f"单位{given.code}").name, "port": given.port or ""}
    client.post("/data/sources/new/", form)
    return Source.objects.get(code=given.code)


def sent(name, text):
    content = text if isinstance(text, bytes) else text.encode()
    return SimpleUploadedFile(name, content)


@pytest.mark.clause("K11.3")
def test_local_data_is_collected_from_databases_tables_in_files_and_documents(
    inside, postgres_server, sftp, *, root
):
    """The whole clause on the pages: three kinds of sources, three shapes, both sides counted."""
    url = postgres_server.create_database()
    execute(url, TABLE, FILL)
    database = register(inside, url)
    inside.post(f"/data/sources/{database.pk}/act/survey/")
    server = register(inside, sftp, purpose="files", port=urlsplit(sftp).port)
    (root / "b.csv").unlink()
    (root / "名册_1.csv").write_bytes("编号,姓名\n001,张三\n002,李四\n".encode("gb18030"))

    new = "/data/collection/new"
    inside.post(
        f"{new}/?source={database.pk}&table=public.person",
        {"name": "人口库", "target": "ods.人口", "origin": "local", "mode": "mirror",
         "cursor": "changed", "keys": ["id"], "max_lag_hours": "48", "schedule": "30 2 * * *"},
    )  # fmt: skip
    files = f"{new}-files/{server.pk}/"
    offered = seen(inside.get(f"{files}?shape=sheet&pattern=名册_*.csv"))
    inside.post(
        f"{files}?shape=sheet&pattern=名册_*.csv",
        PLAN | {"name": "名册", "target": "ods.名册", "mode": "incremental", "keys": ["编号"],
                "type_0": "text", "type_1": "text"},
    )  # fmt: skip
    inside.post(f"{files}?shape=files&pattern=2026/*", PLAN | {"name": "照片", "target": "照片"})
    tasks = {task.name: task for task in CollectionTask.objects.all()}
    for task in tasks.values():
        inside.post(f"/data/collection/tasks/{task.pk}/act/run/")
    drain_jobs()
    (root / "名册_2.csv").write_text("编号,姓名\n002,李四改\n003,王五\n", encoding="utf-8")
    for task in tasks.values():
        inside.post(f"/data/collection/tasks/{task.pk}/act/run/")
    drain_jobs()

    assert "GB18030 编码" in offered
    assert set(CollectionRun.objects.values_list("state", flat=True)) == {"succeeded"}
    assert len(rows("ods.人口")) == 1000
    assert rows("ods.名册", "编号, 姓名") == [("001", "张三"), ("002", "李四改"), ("003", "王五")]
    assert CollectedFile.objects.filter(task=tasks["照片"]).count() == 1
    board = seen(inside.get("/data/collection/"))
    assert all(name in board for name in ("人口库", "名册", "照片", "1 个文件"))
    for run_id in CollectionRun.objects.values_list("pk", flat=True):
        assert "相符" in seen(inside.get(f"/data/collection/runs/{run_id}/"))


@pytest.mark.clause("K11.3")
def test_files_are_uploaded_on_the_page_and_the_good_one_is_kept(inside):
    source = register(
        inside, "ftp://u:p@x:1/", engine="upload", host="", username="", port=0, purpose="files"
    )
    start = f"/data/collection/new-files/{source.pk}/"
    first = {"shape": "sheet", "pattern": "人口*.csv", "header": "1"}
    page = inside.post(start, first | {"sample": sent("人口.csv", PEOPLE)})
    preview = seen(inside.get(page.url))
    form = PLAN | {"name": "人口文件", "target": "ods.people", "mode": "incremental",
                   "keys": ["证件号"], "type_0": "text", "type_1": "text", "type_2": "int",
                   "collect_sample": "on"}  # fmt: skip
    inside.post(page.url, form)
    drain_jobs()
    task = CollectionTask.objects.get()

    files = [sent("人口2.csv", "证件号,姓名,年龄\n003,王五,9\n"), sent("房屋.csv", "a\n1\n"),
             sent("人口3.csv", PEOPLE)]  # fmt: skip
    answer = inside.post(f"/data/collection/tasks/{task.pk}/upload/", {"files": files})
    told = seen(inside.get(answer.url))
    drain_jobs()
    result = seen(inside.get(answer.url))

    assert "张*" in preview
    assert "收到 1 个文件" in told
    assert "没有收下“房屋.csv”" in told
    assert "没有收下“人口3.csv”：与" in told
    assert "人口2.csv" in result
    assert "已写入" in result
    assert len(rows("ods.people", "证件号")) == 3


def test_a_script_is_told_where_to_go_on(inside):
    task = filing_on(upload_source())

    answer = inside.post(
        f"/data/collection/tasks/{task.pk}/upload/",
        {"files": [sent("通知.pdf", b"1")]},
        headers={"X-Requested-With": "XMLHttpRequest"},
    )

    assert answer.json()["next"] == f"/data/collection/runs/{CollectionRun.objects.get().pk}/"


def test_the_register_is_searched_and_a_file_downloaded_on_record(inside, ftp):
    task = filing_on(source_at(ftp))
    run(task)
    photo = CollectedFile.objects.get(path="2026/照片.jpg")

    found = seen(inside.get(f"/data/collection/files/?q={photo.sha256[:10]}"))
    page = seen(inside.get(f"/data/collection/files/{photo.pk}/"))
    answer = inside.get(f"/data/collection/files/{photo.pk}/download/")

    assert "2026/照片.jpg" in found
    assert "a.csv" not in found
    assert photo.sha256 in page
    assert len(b"".join(answer.streaming_content)) == photo.size
    assert AuditEntry.objects.filter(code="collection.file.downloaded").count() == 1


def test_a_recalled_file_is_not_downloaded_any_more(inside, ftp):
    task = filing_on(source_at(ftp))
    run(task)
    photo = CollectedFile.objects.get(path="2026/照片.jpg")
    words = {"reason": "收回", "document": "函 12 号"}

    proof = seen(inside.post(f"/data/collection/tasks/{task.pk}/recall/", words, follow=True))

    assert "3 个文件（含各版本），剩余 0 个" in proof
    assert inside.get(f"/data/collection/files/{photo.pk}/download/").status_code == 404


def test_a_waiting_upload_is_shown_and_thrown_away(inside):
    task = filing_on(upload_source())
    inside.post(f"/data/collection/tasks/{task.pk}/upload/", {"files": [sent("a.pdf", b"1")]})
    before = seen(inside.get(f"/data/collection/tasks/{task.pk}/upload/"))

    inside.post(f"/data/collection/tasks/{task.pk}/upload/discard/", {"name": "a.pdf"})

    assert "等待归集" in before
    assert "等待归集" not in seen(inside.get(f"/data/collection/tasks/{task.pk}/"))


def test_why_a_file_cannot_be_read_is_said_before_there_is_a_task(inside, ftp, root):
    source = source_at(ftp)
    (root / "坏.xlsx").write_bytes(b"no workbook")
    start = f"/data/collection/new-files/{source.pk}/"

    broken = seen(inside.get(f"{start}?shape=sheet&pattern=坏.xlsx"))
    nothing = seen(inside.get(f"{start}?shape=sheet&pattern=没有*.csv"))

    assert "坏.xlsx 已损坏、加密或不是 Excel 文件" in broken
    assert "没有与“没有*.csv”相符的表格文件" in nothing


def test_a_failed_file_is_on_the_board_and_a_finding(inside, ftp, root):
    (root / "b.csv").write_bytes(b"")
    task = filing_on(source_at(ftp))

    run(task)

    assert "b.csv：是空文件" in seen(inside.get("/data/collection/"))
    assert Finding.objects.get(fingerprint=f"failed:{task.pk}").state == "open"


def test_other_bodies_see_no_files(client, ftp):
    task = filing_on(source_at(ftp))
    run(task)
    photo = CollectedFile.objects.get(path="2026/照片.jpg")
    client.force_login(user_with(*ALL, organization_id=body().id))

    answers = [
        client.get(f"/data/collection/files/{photo.pk}/").status_code,
        client.get(f"/data/collection/files/{photo.pk}/download/").status_code,
        client.get(f"/data/collection/new-files/{task.source_id}/").status_code,
        client.post(f"/data/collection/tasks/{task.pk}/upload/", {}).status_code,
    ]

    assert answers == [404] * 4
    assert "照片" not in seen(client.get("/data/collection/files/"))
