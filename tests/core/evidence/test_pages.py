from io import BytesIO
from zipfile import ZipFile

import pytest

from steward.core.evidence import api as evidence
from steward.kernel.subjects import Subject
from tests.support import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def record() -> int:
    kept = evidence.keep(
        evidence.Fact(
            contract="huaian-2025",
            kind="monitoring.span",
            subject=Subject("monitoring.span", "1", "停机 1"),
            occurred_at=NOW,
            source="monitoring",
            grade="A",
            payload={"seconds": 61},
        ),
        now=NOW,
    )
    evidence.seal("huaian-2025", now=NOW)
    return kept


def test_the_list_is_filtered_by_what_a_figure_links_to(admin_client, record):
    found = admin_client.get("/evidence/?subject_kind=monitoring.span&subject_key=1")
    nothing = admin_client.get("/evidence/?subject_key=2")

    assert [row.pk for row in found.context["records"]] == [record]
    assert "没有符合条件的证据" in nothing.content.decode()


@pytest.mark.clause("C7")
def test_the_page_of_a_record_recomputes_its_hash(admin_client, record):
    body = admin_client.get(f"/evidence/{record}/").content.decode()

    assert "内容与摘要一致" in body
    assert "第 1 封" in body


def test_all_seals_can_be_checked_on_the_page(admin_client, record):
    body = admin_client.get("/evidence/seals/huaian-2025/?check=1").content.decode()

    assert "没有被改动的证据" in body


def test_the_bundle_can_be_downloaded(admin_client, record):
    answer = admin_client.get("/evidence/seals/huaian-2025/bundle/")

    assert sorted(ZipFile(BytesIO(answer.content)).namelist()) == [
        "evidence.jsonl", "manifest.json", "seals.jsonl", "signature.json",
    ]  # fmt: skip


def test_unknown_records_and_contracts_are_not_found(admin_client, record):
    assert admin_client.get("/evidence/999999/").status_code == 404
    assert admin_client.get("/evidence/seals/none/").status_code == 404
    assert admin_client.get("/evidence/seals/none/bundle/").status_code == 404
