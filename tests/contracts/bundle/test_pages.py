from io import BytesIO

import pytest

from steward.contracts.bundle.models import AcceptanceBundle
from steward.core.audit.models import AuditEntry
from tests.contracts.support import CODE, Year, load_huaian, year
from tests.factories.accounts import user_with
from tests.support import drain_jobs

pytestmark = pytest.mark.django_db
ALL = ("bundle.bundle.view", "bundle.bundle.build")


@pytest.fixture
def inside(client):
    load_huaian()
    client.force_login(user_with(*ALL))
    return client


@pytest.fixture
def built(inside):
    with year(Year()):
        inside.post(f"/bundles/build/{CODE}/")
        drain_jobs()
    return AcceptanceBundle.objects.get()


def test_a_bundle_is_built_listed_and_downloaded_on_record(inside, built):
    listed = inside.get("/bundles/").content.decode()
    page = inside.get(f"/bundles/{built.pk}/").content.decode()
    content = b"".join(inside.get(f"/bundles/{built.pk}/download/").streaming_content)

    assert built.name in listed
    assert built.sha256 in page
    assert content[:2] == b"PK"
    assert AuditEntry.objects.filter(code="bundle.downloaded").count() == 1


def test_the_page_checks_an_uploaded_bundle_with_the_same_program(inside, built):
    content = b"".join(inside.get(f"/bundles/{built.pk}/download/").streaming_content)

    sound = inside.post("/bundles/verify/", {"file": BytesIO(content)})
    cut = inside.post("/bundles/verify/", {"file": BytesIO(content[:-99])})

    assert "完好" in sound.content.decode()
    assert "发现 1 处问题" in cut.content.decode()


def test_the_program_is_plain_python(inside):
    program = inside.get("/bundles/verify.py").content

    compile(program, "verify.py", "exec")
    assert b"import django" not in program


def test_who_may_not_see_the_contract_finds_nothing(client, built):
    client.force_login(user_with("bundle.bundle.build"))

    answers = [
        client.get("/bundles/").status_code,
        client.get(f"/bundles/{built.pk}/").status_code,
        client.get(f"/bundles/{built.pk}/download/").status_code,
    ]

    assert answers == [404, 404, 404]
