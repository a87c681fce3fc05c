"""A population arrives whole in real databases."""

import psycopg
import pytest

from steward.data.entities.generator.build import Recipe, generate
from steward.data.entities.generator.deliver import UnknownDatabaseError, deliver
from steward.data.entities.library import delivered, entity
from steward.engine.connectors.base import Read, open_connector

TABLES = tuple(item.code for item in delivered())


@pytest.fixture(scope="module")
def population():
    with generate(Recipe(people=600)) as made:
        yield made


def test_postgresql_gets_every_table_with_its_comments(population, postgres_server):
    url = postgres_server.create_database()

    written = deliver(population, url)

    assert written == {entity(code).table: population.rows(code) for code in TABLES}
    person = open_connector(f"{url}#person").describe()
    assert person.comment == entity("person").comment
    assert {column.name: column.comment for column in person.columns}[
        "citizen_id"
    ] == "公民身份号码"


def test_filling_twice_leaves_the_rows_once(population, postgres_server):
    url = postgres_server.create_database()
    deliver(population, url, tables=("place",))

    written = deliver(population, url, tables=("place",))

    assert written == {"place": population.rows("place")}


def test_a_row_that_changes_moves_its_time_of_change(population, postgres_server):
    url = postgres_server.create_database()
    deliver(population, url, tables=("place",))

    with psycopg.connect(url) as connection:
        newest = connection.execute("SELECT max(updated_at) FROM place").fetchone()[0]
        connection.execute("UPDATE place SET name = '新名' WHERE place_id = 'C00000007'")
        moved = connection.execute(
            "SELECT updated_at FROM place WHERE place_id = 'C00000007'"
        ).fetchone()[0]

    assert moved > newest


@pytest.mark.mariadb
def test_mariadb_holds_the_same_values(population, mariadb_server):
    url = mariadb_server.create_database()
    deliver(population, url, tables=("place",))

    with open_connector(f"{url}#place").open(Read()) as stream:
        there = stream.reader.read_all().sort_by("place_id")

    made = population.reader("place").read_all().sort_by("place_id")
    assert there.to_pylist() == made.to_pylist()


@pytest.mark.mariadb
def test_a_server_without_local_files_gets_the_rows_all_the_same(population, mariadb_server):
    url = mariadb_server.create_database()
    mariadb_server.execute("SET GLOBAL local_infile = OFF")

    written = deliver(population, url, tables=("place",))

    mariadb_server.execute("SET GLOBAL local_infile = ON")
    assert written == {"place": population.rows("place")}


@pytest.mark.mariadb
def test_mariadb_gets_vehicles_and_places(population, mariadb_server):
    url = mariadb_server.create_database()

    written = deliver(population, url, tables=("vehicle", "place"))

    assert written == {code: population.rows(code) for code in ("vehicle", "place")}


def test_another_kind_of_database_is_refused(population):
    with pytest.raises(UnknownDatabaseError, match="sqlite"):
        deliver(population, "sqlite:///x.db")
