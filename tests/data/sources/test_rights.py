from itertools import count

import pytest

from steward.core.audit.models import AuditEntry
from steward.core.findings.models import Finding
from steward.data.sources import api as sources
from steward.data.sources.models import FrontEndRight
from tests.data.sources.test_services import run
from tests.factories.organizations import body
from tests.factories.sources import source_at
from tests.support import NOW, SYSTEM

pytestmark = pytest.mark.django_db
_numbers = count(1)


class Postgres:
    table = "public.exchange"

    def __init__(self, server):
        self.url = server.create_database()
        self.account = f"bureau_{next(_numbers)}"
        self.run("CREATE TABLE exchange (id int)", f"CREATE ROLE {self.account} LOGIN")

    def run(self, *statements):
        run(self.url, *statements)


class Mariadb:
    table = "exchange"

    def __init__(self, server):
        self.server = server
        server.execute("GRANT ALL ON *.* TO 'steward'@'127.0.0.1' WITH GRANT OPTION")
        self.url = server.create_database()
        self.database = self.url.rpartition("/")[2]
        self.account = f"bureau_{next(_numbers)}"
        self.run("CREATE TABLE exchange (id int)", f"CREATE USER {self.account}@'127.0.0.1'")

    def run(self, *statements):
        for statement in statements:
            self.server.execute(statement.replace("exchange", f"{self.database}.exchange"))


@pytest.fixture(params=["postgres", pytest.param("mariadb", marks=pytest.mark.mariadb)])
def place(request):
    kind = {"postgres": Postgres, "mariadb": Mariadb}[request.param]
    return kind(request.getfixturevalue(f"{request.param}_server"))


@pytest.fixture
def source(place):
    row = source_at(place.url)
    sources.survey_source(row.pk, by=SYSTEM, now=NOW)
    return row


@pytest.fixture
def draft(place, source):
    return sources.RightDraft(
        source_id=source.pk,
        organization_id=body("区卫健局").id,
        account=place.account,
        table=place.table,
        privileges=("SELECT", "INSERT"),
        reason="推送出生医学证明",
    )


def held(source, place):
    found = sources.audit_rights(source.pk, by=SYSTEM, now=NOW)
    ours = {r.privilege for r in found.matching if r.account == place.account}
    return ours, {r.privilege for r in found.unregistered if r.account == place.account}


def test_a_right_is_granted_on_the_real_server_and_registered(source, place, draft):
    sources.grant_right(draft, by=SYSTEM, now=NOW)

    assert held(source, place)[0] == {"SELECT", "INSERT"}
    assert AuditEntry.objects.filter(code="sources.right.granted").exists()


def test_a_right_is_taken_back_on_the_real_server(source, place, draft):
    row = sources.grant_right(draft, by=SYSTEM, now=NOW)

    sources.revoke_right(row.pk, reason="任务下线", by=SYSTEM, now=NOW)

    assert held(source, place) == (set(), set())
    assert FrontEndRight.objects.get().state == "revoked"


def test_a_right_given_behind_our_back_is_found(source, place, draft):
    host = "@'127.0.0.1'" if isinstance(place, Mariadb) else ""
    place.run(f"GRANT DELETE ON exchange TO {place.account}{host}")

    assert held(source, place)[1] == {"DELETE"}
    assert "与登记不符" in Finding.objects.get(fingerprint=f"rights:{source.pk}").title


def test_a_right_lost_on_the_server_is_found(source, place, draft):
    sources.grant_right(draft, by=SYSTEM, now=NOW)
    host = "@'127.0.0.1'" if isinstance(place, Mariadb) else ""
    place.run(f"REVOKE INSERT ON exchange FROM {place.account}{host}")

    found = sources.audit_rights(source.pk, by=SYSTEM, now=NOW)

    assert [right.privilege for right in found.missing] == ["INSERT"]


def test_an_account_that_does_not_exist_is_named(source, draft):
    wrong = sources.RightDraft(
        **{name: getattr(draft, name) for name in draft.__slots__} | {"account": 'no"body'}
    )

    with pytest.raises(sources.RightRefusedError, match='没有账号“no"body”'):
        sources.grant_right(wrong, by=SYSTEM, now=NOW)

    assert not FrontEndRight.objects.exists()


def test_the_same_right_is_not_granted_twice(source, draft):
    sources.grant_right(draft, by=SYSTEM, now=NOW)

    with pytest.raises(sources.RightRefusedError, match="已有授权"):
        sources.grant_right(draft, by=SYSTEM, now=NOW)


def test_without_a_managing_account_no_right_can_be_given(place, draft):
    row = source_at(place.url, manager="")
    sources.survey_source(row.pk, by=SYSTEM, now=NOW)
    other = sources.RightDraft(
        **{name: getattr(draft, name) for name in draft.__slots__} | {"source_id": row.pk}
    )

    with pytest.raises(Exception, match="没有登记授权账号"):
        sources.grant_right(other, by=SYSTEM, now=NOW)
