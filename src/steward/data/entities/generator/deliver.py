"""Write a generated population into front-end databases: PostgreSQL and MySQL / MariaDB.

As in a business system that is kept in order, the database itself moves `updated_at` whenever a
row changes, and has an index on it.
"""

import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
import pymysql
from psycopg import sql

from steward.data.entities.generator.build import Population
from steward.data.entities.library import Entity, delivered, entity
from steward.engine.connectors.base import open_connector
from steward.engine.connectors.location import Location
from steward.kernel.errors import InvalidError

POSTGRES = {
    "text": "text",
    "integer": "integer",
    "decimal": "numeric(14,6)",
    "date": "date",
    "timestamp": "timestamp",
}
MYSQL = POSTGRES | {"text": "varchar(255)", "integer": "int", "decimal": "decimal(14,6)",
                    "timestamp": "datetime(6)"}  # fmt: skip
MYSQL_SCHEMES = ("mysql", "mariadb")
NO_LOCAL_FILES = (1148, 3948, 4166)
MOVED = "updated_at"
QUOTE = '"'
TOUCH = """
CREATE OR REPLACE FUNCTION moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.updated_at := timezone('Asia/Shanghai', clock_timestamp());
  RETURN NEW;
END $$
"""
TRIGGER = 'CREATE TRIGGER moved BEFORE UPDATE ON "{}" FOR EACH ROW EXECUTE FUNCTION moved()'


class UnknownDatabaseError(InvalidError):
    """A front-end database of a kind that is not filled."""

    code = "entities.unknown_database"


def deliver(population: Population, url: str, *, tables: tuple[str, ...] = ()) -> dict[str, int]:
    """Make the tables in a database and fill them; rows by table.

    `url` as the engine's connectors take it; no `tables`: all of them. Tables of these names that
    are there are made anew. UnknownDatabaseError for another kind of database.
    """
    wanted = [entity(code) for code in tables] if tables else list(delivered())
    scheme = Location.parse(url).scheme
    if scheme in MYSQL_SCHEMES:
        return _into_mysql(population, url, wanted)
    if scheme in ("postgresql", "postgres", "kingbase"):
        return _into_postgres(population, url, wanted)
    raise UnknownDatabaseError(f"不能写入“{scheme}”类型的数据库，可用 postgresql、mysql")


def _into_postgres(population: Population, url: str, models: list[Entity]) -> dict[str, int]:
    """Filled first, keyed and indexed after: that is what takes the time."""
    rows = {}
    plain = url.replace("kingbase://", "postgresql://", 1)
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(TOUCH.encode())
        for model in models:
            for statement in postgres_ddl(model):
                connection.execute(statement.encode())
            rows[model.table] = open_connector(f"{url}#{model.table}").write(
                population.reader(model.code), mode="overwrite"
            )
            for statement in postgres_keys(model):
                connection.execute(statement.encode())
            connection.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(model.table)))
    return rows


def postgres_ddl(model: Entity) -> list[str]:
    """CREATE TABLE and the comments that name its columns."""
    lines = [f'"{code}" {POSTGRES[column.type]}' for code, column in model.columns.items()]
    comments = [
        f'COMMENT ON COLUMN "{model.table}"."{code}" IS \'{column.name}\''
        for code, column in model.columns.items()
    ]
    return [
        f'DROP TABLE IF EXISTS "{model.table}"',
        f'CREATE TABLE "{model.table}" ({", ".join(lines)})',
        f"COMMENT ON TABLE \"{model.table}\" IS '{model.comment}'",
        *comments,
    ]


def postgres_keys(model: Entity) -> list[str]:
    """The primary key, and what keeps `updated_at` where there is one."""
    keys = [f'ALTER TABLE "{model.table}" ADD PRIMARY KEY ({_listed(model.key, QUOTE)})']
    if MOVED not in model.columns:
        return keys
    return [
        *keys,
        f'CREATE INDEX ON "{model.table}" ({MOVED})',
        TRIGGER.format(model.table),
    ]


def _into_mysql(population: Population, url: str, models: list[Entity]) -> dict[str, int]:
    rows = {}
    with _mysql(url) as cursor:
        for model in models:
            cursor.execute(f"DROP TABLE IF EXISTS `{model.table}`")
            cursor.execute(mysql_ddl(model))
            loaded = _load(population, cursor, model)
            if loaded is None:
                target = open_connector(f"{url}#{model.table}")
                loaded = target.write(population.reader(model.code), mode="overwrite")
            rows[model.table] = loaded
    return rows


def _load(population: Population, cursor: pymysql.cursors.Cursor, model: Entity) -> int | None:
    """By LOAD DATA of a file at this end, ten times as fast as INSERTs; None where it is refused."""
    with tempfile.TemporaryDirectory(prefix="steward-deliver-") as folder:
        path = Path(folder) / f"{model.table}.csv"
        population.write_csv(model.code, path)
        try:
            cursor.execute(mysql_load(model), (str(path),))
        except pymysql.MySQLError as error:
            if error.args[0] in NO_LOCAL_FILES:
                return None
            raise
    return int(cursor.rowcount)


@contextmanager
def _mysql(url: str) -> Iterator[pymysql.cursors.Cursor]:
    place = Location.parse(url)
    with (
        closing(
            pymysql.connect(
                host=place.host,
                port=place.port or 3306,
                user=place.user,
                password=place.secret.reveal(),
                database=place.path.strip("/"),
                charset="utf8mb4",
                autocommit=True,
                local_infile=True,
            )
        ) as connection,
        connection.cursor() as cursor,
    ):
        yield cursor


def mysql_ddl(model: Entity) -> str:
    """CREATE TABLE with the comments of its columns."""
    lines = [
        f"`{code}` {MYSQL[column.type]}{_moving(code)} COMMENT '{column.name}'"
        for code, column in model.columns.items()
    ]
    lines.append(f"PRIMARY KEY ({_listed(model.key, '`')})")
    if MOVED in model.columns:
        lines.append(f"KEY ({MOVED})")
    return (
        f"CREATE TABLE `{model.table}` ({', '.join(lines)}) "
        f"COMMENT '{model.comment}' CHARACTER SET utf8mb4"
    )


def _moving(column: str) -> str:
    return " ON UPDATE CURRENT_TIMESTAMP(6)" if column == MOVED else ""


def mysql_load(model: Entity) -> str:
    r"""LOAD DATA of a file with quoted values, in which NULL is an unquoted \N."""
    return (
        f"LOAD DATA LOCAL INFILE %s INTO TABLE `{model.table}` CHARACTER SET utf8mb4 "
        "FIELDS TERMINATED BY ',' OPTIONALLY ENCLOSED BY '\"' ESCAPED BY '\\\\' "
        f"({_listed(tuple(model.columns), '`')})"
    )


def _listed(names: tuple[str, ...], quote: str) -> str:
    return ", ".join(f"{quote}{name}{quote}" for name in names)
