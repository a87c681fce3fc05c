"""Write a generated population into front-end databases: PostgreSQL and MySQL / MariaDB."""

from contextlib import closing

import psycopg
import pymysql

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
QUOTE = '"'


class UnknownDatabaseError(InvalidError):
    """A front-end database of a kind that is not filled."""

    code = "entities.unknown_database"


def deliver(population: Population, url: str, *, tables: tuple[str, ...] = ()) -> dict[str, int]:
    """Make the tables in an empty database and fill them; rows by table.

    `url` as the engine's connectors take it; no `tables`: all of them. Tables that are there are
    emptied first. UnknownDatabaseError for another kind of database.
    """
    wanted = [entity(code) for code in tables] if tables else list(delivered())
    scheme = Location.parse(url).scheme
    if scheme in MYSQL_SCHEMES:
        _make_mysql(url, wanted)
    elif scheme in ("postgresql", "postgres", "kingbase"):
        _make_postgres(url, wanted)
    else:
        raise UnknownDatabaseError(f"不能写入“{scheme}”类型的数据库，可用 postgresql、mysql")
    return {
        model.table: open_connector(f"{url}#{model.table}").write(
            population.reader(model.code), mode="overwrite", keys=model.key
        )
        for model in wanted
    }


def _make_postgres(url: str, models: list[Entity]) -> None:
    with psycopg.connect(url.replace("kingbase://", "postgresql://", 1)) as connection:
        for model in models:
            for statement in postgres_ddl(model):
                connection.execute(statement.encode())


def postgres_ddl(model: Entity) -> list[str]:
    """CREATE TABLE and the comments that name its columns."""
    lines = [f'"{code}" {POSTGRES[column.type]}' for code, column in model.columns.items()]
    lines.append(f"PRIMARY KEY ({_listed(model.key, QUOTE)})")
    comments = [
        f'COMMENT ON COLUMN "{model.table}"."{code}" IS \'{column.name}\''
        for code, column in model.columns.items()
    ]
    return [
        f'CREATE TABLE IF NOT EXISTS "{model.table}" ({", ".join(lines)})',
        f"COMMENT ON TABLE \"{model.table}\" IS '{model.comment}'",
        *comments,
    ]


def _make_mysql(url: str, models: list[Entity]) -> None:
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
            )
        ) as connection,
        connection.cursor() as cursor,
    ):
        for model in models:
            cursor.execute(mysql_ddl(model))


def mysql_ddl(model: Entity) -> str:
    """CREATE TABLE with the comments of its columns."""
    lines = [
        f"`{code}` {MYSQL[column.type]} COMMENT '{column.name}'"
        for code, column in model.columns.items()
    ]
    lines.append(f"PRIMARY KEY ({_listed(model.key, '`')})")
    return (
        f"CREATE TABLE IF NOT EXISTS `{model.table}` ({', '.join(lines)}) "
        f"COMMENT '{model.comment}' CHARACTER SET utf8mb4"
    )


def _listed(names: tuple[str, ...], quote: str) -> str:
    return ", ".join(f"{quote}{name}{quote}" for name in names)
