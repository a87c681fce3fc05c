from contextlib import closing

import psycopg
import pytest

from steward.core.audit.models import AuditEntry
from steward.core.findings.models import Finding
from steward.data.sources import api as sources
from steward.data.sources.models import Source
from tests.factories.sources import draft, source_at
from tests.support import NOW, SYSTEM

pytestmark = pytest.mark.django_db


def run(url, *statements):
    with closing(psycopg.connect(url, autocommit=True)) as connection:
        for statement in statements:
            connection.execute(statement)


def test_a_source_is_connected_to_when_it_is_registered(postgres_server):
    row = source_at(postgres_server.create_database())

    assert row.health == "warned"
    assert "超级用户" in row.health_words


def test_an_account_that_only_reads_is_good(postgres_server):
    url = postgres_server.create_database()
    run(
        url,
        "CREATE TABLE person (id int PRIMARY KEY)",
        "DROP ROLE IF EXISTS only_reads",
        "CREATE ROLE only_reads LOGIN",
        "GRANT SELECT ON person TO only_reads",
    )

    row = source_at(url, username="only_reads")

    assert (row.health, "只能读" in row.health_words) == ("good", True)


def test_an_account_that_may_write_is_named_with_how_many_tables(postgres_server):
    url = postgres_server.create_database()
    run(
        url,
        "CREATE TABLE person (id int PRIMARY KEY)",
        "DROP ROLE IF EXISTS writes",
        "CREATE ROLE writes LOGIN",
        "GRANT SELECT, DELETE ON person TO writes",
    )

    row = source_at(url, username="writes")

    assert "可改写 1 张表" in row.health_words


@pytest.mark.mariadb
def test_mariadb_says_what_its_account_may_do(mariadb_server):
    row = source_at(mariadb_server.create_database())

    assert (row.health, "全部权限" in row.health_words) == ("warned", True)


def test_a_dead_source_is_kept_and_becomes_a_finding(postgres_server):
    url = postgres_server.create_database()

    row = source_at(url, host="127.0.0.1", port=1, password="x")

    assert row.health == "down"
    assert Finding.objects.get().title == "数据源“区民政局前置库”无法连接"


def test_the_finding_closes_when_the_source_is_back(postgres_server):
    url = postgres_server.create_database()
    row = source_at(url, host="127.0.0.1", port=1, password="x")

    sources.change_source(row.pk, draft(url, code=row.code), by=SYSTEM, now=NOW)

    assert Finding.objects.get().state == "closed"


def test_the_password_is_nowhere_in_clear(postgres_server, caplog):
    secret = "Qz-2026-secret!"

    source_at(postgres_server.create_database(), host="127.0.0.1", port=1, password=secret)

    row = Source.objects.get()
    told = [row.secrets, row.health_words, caplog.text, str(Finding.objects.get().detail)]
    told += [str(entry.__dict__) for entry in AuditEntry.objects.all()]
    assert not [text for text in told if secret in text]


def test_an_empty_password_keeps_the_stored_one(postgres_server):
    url = postgres_server.create_database()
    row = source_at(url, password="first", manager_password="second")
    before = sources.connect(row.pk).location.secret.reveal()

    sources.change_source(
        row.pk, draft(url, code=row.code, password="", manager_password=""), by=SYSTEM, now=NOW
    )

    assert (before, sources.connect(row.pk).location.secret.reveal()) == ("first", "first")


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("code", "前置库", "编码用小写字母"),
        ("name", " ", "请填写名称"),
        ("host", "", "请填写地址"),
        ("engine", "oracle", "不支持的类型“oracle”"),
        ("purpose", "x", "没有名为“x”的用途"),
        ("port", 70000, "端口 70000 不在"),
        ("database", "", "请填写数据库名"),
    ],
)
def test_a_wrong_field_is_named(field, value, words):
    url = "postgresql://u:p@127.0.0.1:1/db"

    with pytest.raises(sources.InvalidSourceError) as error:
        source_at(url, **{field: value})

    assert words in error.value.message
    assert not Source.objects.exists()


def test_two_sources_cannot_share_a_code(postgres_server):
    url = postgres_server.create_database()
    row = source_at(url)

    with pytest.raises(sources.InvalidSourceError, match="已有数据源使用"):
        source_at(url, code=row.code)


def test_a_source_is_disabled_only_with_a_reason(postgres_server):
    row = source_at(postgres_server.create_database())

    with pytest.raises(sources.InvalidSourceError, match="请写明理由"):
        sources.switch_source(
            row.pk, to=sources.SourceState.DISABLED, reason=" ", by=SYSTEM, now=NOW
        )


def test_files_on_a_server_are_a_source_too(tmp_path):
    row = source_at("sftp://u:p@127.0.0.1:1/in", purpose="files")

    assert row.health == "down"
