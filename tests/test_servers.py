import psycopg
import pymysql
import pytest

from tests.servers import mariadb_server, postgres_server  # noqa: F401


def test_each_postgres_database_is_new_and_reachable(postgres_server):  # noqa: F811
    first, second = postgres_server.create_database(), postgres_server.create_database()

    with psycopg.connect(first) as connection:
        answer = connection.execute("SELECT 1").fetchone()

    assert first != second
    assert answer == (1,)


@pytest.mark.mariadb
def test_a_mariadb_database_is_reachable_by_its_url(mariadb_server):  # noqa: F811
    url = mariadb_server.create_database()

    host, _, rest = url.removeprefix("mysql://steward:secret@").partition(":")
    port, _, name = rest.partition("/")
    with (
        pymysql.connect(
            host=host, port=int(port), user="steward", password="secret", database=name
        ) as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT DATABASE()")
        answer = cursor.fetchone()

    assert answer == (name,)
