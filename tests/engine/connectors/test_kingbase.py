"""KingbaseES as its manual describes it, played by PostgreSQL; no real server was at hand."""

from datetime import date

import psycopg
import pyarrow as pa
import pytest

from steward.engine.connectors.base import Read, open_connector
from steward.engine.connectors.errors import SourceMissingError

CATALOGS = {
    "class": "oid, relname, relnamespace, relkind, reltuples",
    "namespace": "oid, nspname",
    "attribute": "attrelid, attname, attnum, atttypid, atttypmod, attnotnull, attisdropped",
    "type": "oid, typname",
    "index": "indrelid, indkey, indisprimary",
}


@pytest.fixture
def kingbase(postgres_server):
    """A database with KingbaseES's version text, catalogs named sys_… and names in capitals."""
    url = postgres_server.create_database()
    with psycopg.connect(url, autocommit=True) as connection:
        name = connection.info.dbname
        connection.execute("CREATE SCHEMA sys_catalog")
        connection.execute("CREATE SCHEMA sysaudit")
        connection.execute("CREATE TABLE sysaudit.log (a int)")
        for catalog, columns in CATALOGS.items():
            connection.execute(
                f"CREATE VIEW sys_catalog.sys_{catalog} AS "  # noqa: S608
                f"SELECT {columns} FROM pg_catalog.pg_{catalog}"
            )
        connection.execute(
            "CREATE FUNCTION public.version() RETURNS text LANGUAGE sql AS "
            "$$ SELECT 'KingbaseES V008R006C008B0014 on x86_64-pc-linux-gnu' $$"
        )
        connection.execute(f'ALTER DATABASE "{name}" SET search_path = public, pg_catalog')
        connection.execute('CREATE TABLE "RK_JBXX" ("ID" int PRIMARY KEY, "XM" text, "CSRQ" date)')
        connection.execute("INSERT INTO \"RK_JBXX\" VALUES (1, '张三', '1990-01-02')")
    return url.replace("postgresql://", "kingbase://")


def rows(location):
    with open_connector(location).open(Read()) as stream:
        return stream.reader.read_all().to_pylist()


def test_the_server_of_these_tests_calls_itself_kingbase(kingbase):
    with psycopg.connect(kingbase.replace("kingbase://", "postgresql://")) as connection:
        assert connection.execute("SELECT version()").fetchone()[0].startswith("KingbaseES")


def test_a_table_is_found_and_read_whatever_the_case_of_its_name(kingbase):
    expected = [{"ID": 1, "XM": "张三", "CSRQ": date(1990, 1, 2)}]

    assert rows(f"{kingbase}#public.RK_JBXX") == expected
    assert rows(f"{kingbase}#rk_jbxx") == expected


def test_two_names_that_differ_by_case_alone_must_be_told_apart(kingbase):
    with psycopg.connect(kingbase.replace("kingbase://", "postgresql://")) as connection:
        connection.execute('CREATE TABLE "Rk_Jbxx" (a int)')

    with pytest.raises(SourceMissingError, match=r"只差大小写的public\.RK_JBXX、public\.Rk_Jbxx"):
        rows(f"{kingbase}#rk_jbxx")


def test_keys_are_known_and_the_tables_of_the_system_are_not_listed(kingbase):
    tables = open_connector(kingbase).tables()

    assert [(table.name, table.keys) for table in tables] == [("public.RK_JBXX", ("ID",))]


def test_a_schema_of_the_users_own_that_begins_with_sys_is_listed(kingbase):
    with psycopg.connect(kingbase.replace("kingbase://", "postgresql://")) as connection:
        connection.execute("CREATE SCHEMA system_data")
        connection.execute("CREATE TABLE system_data.t (a int)")

    assert "system_data.t" in [table.name for table in open_connector(kingbase).tables()]


def test_a_type_of_a_known_name_but_another_number_is_read_as_text(kingbase):
    with psycopg.connect(kingbase.replace("kingbase://", "postgresql://")) as connection:
        connection.execute("CREATE SCHEMA sys")
        connection.execute("CREATE DOMAIN sys.date AS timestamp(0)")
        connection.execute("CREATE TABLE public.d (a sys.date)")
        connection.execute("INSERT INTO public.d VALUES ('2024-05-17 10:11:12')")

    assert rows(f"{kingbase}#public.d") == [{"a": "2024-05-17 10:11:12"}]


def test_rows_are_written(kingbase):
    table = pa.table({"k": [1, 2], "v": ["甲", "乙"]})

    open_connector(f"{kingbase}#public.neu").write(table.to_reader(), mode="append")

    assert rows(f"{kingbase}#public.neu") == table.to_pylist()
