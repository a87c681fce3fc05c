from datetime import timedelta

import pytest

from steward.data.sources import api as sources
from steward.data.sources.models import SchemaChange, Source
from steward.kernel.errors import StewardError
from tests.data.sources.test_services import run
from tests.factories.sources import source_at
from tests.support import NOW, SYSTEM

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=1)


@pytest.fixture
def url(postgres_server):
    url = postgres_server.create_database()
    run(
        url,
        "CREATE TABLE person (id int PRIMARY KEY, 姓名 varchar(50), born date)",
        "COMMENT ON TABLE person IS '人口'",
        "CREATE TABLE home (id int)",
    )
    return url


@pytest.fixture
def source(url):
    row = source_at(url)
    sources.survey_source(row.pk, by=SYSTEM, now=NOW)
    return row


def look(source):
    changes = sources.survey_source(source.pk, by=SYSTEM, now=LATER)
    return sorted((c.kind, c.table, c.column, c.before, c.after) for c in changes)


def test_the_first_look_tells_tables_columns_and_keys_and_no_change(source):
    table = sources.table(source.pk, "public.person")

    assert (table.comment, table.keys) == ("人口", ("id",))
    assert [c.name for c in table.columns] == ["id", "姓名", "born"]
    assert not SchemaChange.objects.exists()


def test_nothing_changed_is_no_change(source):
    assert look(source) == []


def test_every_kind_of_difference_is_named(source, url):
    run(
        url,
        "DROP TABLE home",
        "CREATE TABLE vehicle (id int)",
        "ALTER TABLE person ADD phone text, DROP born, ALTER 姓名 TYPE varchar(80)",
    )

    assert look(source) == [
        ("column_added", "public.person", "phone", "", "text"),
        ("column_gone", "public.person", "born", "date", ""),
        ("table_added", "public.vehicle", "", "", ""),
        ("table_gone", "public.home", "", "", ""),
        ("type_changed", "public.person", "姓名", "character varying(50)", "character varying(80)"),
    ]


def test_a_table_that_vanished_keeps_its_shape_and_may_come_back(source, url):
    run(url, "DROP TABLE home")
    look(source)
    gone = sources.table(source.pk, "public.home")
    run(url, "CREATE TABLE home (id int)")

    again = look(source)

    assert (gone.gone_at, len(gone.columns)) == (LATER, 1)
    assert again == [("table_back", "public.home", "", "", "")]


def test_a_source_that_cannot_be_read_keeps_what_was_known(source):
    Source.objects.filter(pk=source.pk).update(host="127.0.0.1", port=1)

    with pytest.raises(StewardError, match=r"127\.0\.0\.1"):
        sources.survey_source(source.pk, by=SYSTEM, now=LATER)

    source.refresh_from_db()
    assert source.health == "down"
    assert len(sources.tables_of(source.pk)) == 2


@pytest.mark.mariadb
def test_mariadb_is_surveyed_alike(mariadb_server):
    url = mariadb_server.create_database()
    name = url.rpartition("/")[2]
    mariadb_server.execute(f"CREATE TABLE {name}.人员 (编号 int PRIMARY KEY COMMENT '号')")
    row = source_at(url)

    sources.survey_source(row.pk, by=SYSTEM, now=NOW)

    (table,) = sources.tables_of(row.pk)
    assert (table.name, table.keys, table.columns[0].comment) == ("人员", ("编号",), "号")
