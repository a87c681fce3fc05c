"""Public data of the demonstration: front-end databases of 邻礼通 with a generated population and
planted faults, registered, surveyed and collected for real.

People, homes and households are in PostgreSQL; vehicles and places in a private MariaDB where the
machine has that server. STEWARD_DEMO_PEOPLE: how many people (20,000; 0 leaves this part out).
STEWARD_DEMO_MYSQL: the URL of an empty MySQL or MariaDB database to be used instead.
"""

import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import quote

import psycopg
from django.db import connection
from psycopg import sql

from steward.core.organizations.choices import Kind
from steward.data.collection import api as collection
from steward.data.entities import api as entities
from steward.data.sources import api as sources
from steward.engine.connectors.location import Location
from steward.kernel.instants import local_date
from steward.site import private_mariadb
from steward.site.demo.people import DEMO, SUPPLIER, Cast, Person, add_account, add_body
from steward.site.demo.queue import forget_queue, work_off
from steward.site.home import home

CONTRACT = "kecheng-2024"
OFFICE, OWNER = "kecheng-office", "kecheng-szzx"
COUNTY = "330802000000"
PEOPLE = 20_000
READER, MANAGER, DEPARTMENT = "steward_demo_reader", "steward_demo_dba", "steward_demo_police"
SECOND = "qzk_cl"
ENGINEER = Person("data", "数据工程师", "数据工程师", SUPPLIER, "data_engineer")
MOVED = ("vehicle", "place")
RETURNED, IN_PLACE = "home", "place"
DAILY = "0 2 * * *"
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Planted:
    """What is in the front-end databases: entity → rule → rows that must fail; what is right in
    the rows of the entities that are corrected."""

    rows: int
    tables: int
    faults: Mapping[str, Mapping[str, int]]
    truths: Mapping[str, entities.Truth]

    @property
    def total(self) -> int:
        return sum(sum(found.values()) for found in self.faults.values())


def people_wanted(asked: int | None = None) -> int:
    """How many people to generate: as asked, else STEWARD_DEMO_PEOPLE, else a few.

    InvalidPopulationError for a number that cannot be; 0 is none at all.
    """
    given = os.environ.get("STEWARD_DEMO_PEOPLE", str(PEOPLE))
    if asked is None and not given.isdecimal():
        raise entities.InvalidPopulationError(f"STEWARD_DEMO_PEOPLE 须为整数，现为“{given}”")
    people = int(given) if asked is None else asked
    if people:
        entities.check_size(people)
    return people


def load_data(
    cast: Cast, *, since: date, now: datetime, password: str, say: Say, people: int
) -> Planted | None:
    """Bodies, databases, sources, tasks, one run of each; None for no people, and where no
    database may be made."""
    if not people:
        return None
    cast.actors["data"] = add_account(ENGINEER, cast, since=since, now=now, password=password)
    try:
        url = _front_end()
    except psycopg.errors.InsufficientPrivilege:
        say("  数据库账号不能建库，不载入公共数据演示")
        return None
    recipe = entities.Recipe(people=people, today=local_date(now))
    _add_bodies(cast, recipe, now=now)
    second = _second_front_end(say)
    with entities.generate(recipe) as population:
        say(f"  生成 {people} 人及其房、户、车、场所")
        planted = _deliver(population, url, second)
    words = "PostgreSQL 和 MariaDB 两个前置库" if second else "PostgreSQL 前置库"
    say(f"  {words}：{planted.tables} 张表 {planted.rows} 行，埋有 {planted.total} 处问题")
    forget_queue(now)
    _collect_all(cast.bodies[OWNER], (url, second), now=now)
    read = sum(task.rows_total or 0 for task in collection.all_tasks())
    say(f"  归集 {len(collection.all_tasks())} 张表 {read} 行，两侧行数和校验和一致")
    entities.load_standard(by=DEMO, now=now)
    return planted


def _add_bodies(cast: Cast, recipe: entities.Recipe, *, now: datetime) -> None:
    """Who governs the data, and every street and town that has a part in it."""
    office = cast.bodies.get(OFFICE)
    cast.bodies[OWNER] = add_body(OWNER, "柯城区社会治理中心", office, region=COUNTY,
                                  level="county", now=now)  # fmt: skip
    for code, name in entities.towns(recipe).items():
        title = f"{name}办事处" if name.endswith("街道") else f"{name}人民政府"
        cast.bodies[code] = add_body(code, title, office, region=code, level="town",
                                     kind=Kind.TOWN, now=now)  # fmt: skip


def _deliver(population: entities.Population, url: str, second: "SecondFrontEnd | None") -> Planted:
    """The tables into the databases, and what of the generated facts is needed later."""
    here = tuple(m.code for m in entities.delivered() if not (second and m.code in MOVED))
    rows = entities.deliver(population, url, tables=here)
    if second:
        rows |= entities.deliver(population, second.url, tables=MOVED)
    return Planted(
        rows=sum(rows.values()),
        tables=len(rows),
        faults=population.planted,
        truths={code: population.truth(code) for code in (RETURNED, IN_PLACE)},
    )


def _front_end() -> str:
    """An empty database beside the platform's own, and a role that may only read it; its URL."""
    name = f"{connection.settings_dict['NAME']}_qzk"
    with psycopg.connect(
        database_url(str(connection.settings_dict["NAME"])), autocommit=True
    ) as server:
        server.execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        )
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        known = {row[0] for row in server.execute("SELECT rolname FROM pg_roles").fetchall()}
        for role in (READER, DEPARTMENT):
            if role not in known:
                server.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(role)))
    return database_url(name)


def database_url(database: str) -> str:
    """A database of the platform's own server, as Django reaches it."""
    given = connection.settings_dict
    user, secret = quote(str(given["USER"]), safe=""), quote(str(given["PASSWORD"]), safe="")
    host, port = str(given["HOST"]), str(given["PORT"])
    if host.startswith("/"):
        return f"postgresql://{user}:{secret}@/{database}?host={quote(host)}"
    return f"postgresql://{user}:{secret}@{host}:{port or 5432}/{database}"


@dataclass(frozen=True, slots=True)
class SecondFrontEnd:
    """The MySQL or MariaDB database: its URL as the managing account, and who reads it."""

    url: str
    reader: str
    secret: str
    departments: bool = False


def _second_front_end(say: Say) -> SecondFrontEnd | None:
    """The database that is given, else one of the private server; None where there is no server."""
    given = os.environ.get("STEWARD_DEMO_MYSQL", "")
    if given:
        place = Location.parse(given)
        return SecondFrontEnd(given, place.user, place.secret.reveal())
    if not private_mariadb.is_installed():
        say("  这台机器没有 MariaDB，车辆和场所也放在 PostgreSQL 前置库")
        return None
    try:
        port = private_mariadb.start_private(home())
    except private_mariadb.MariadbNotStartedError as error:
        say(f"  {error.message}；车辆和场所也放在 PostgreSQL 前置库")
        return None
    return _private_second(port)


def _private_second(port: int) -> SecondFrontEnd:
    """An empty database with an account that manages it, one that reads it, one of a department."""
    manager, reader, department = (secrets.token_urlsafe(18) for _ in range(3))
    host = private_mariadb.HOST
    with private_mariadb.administer(home()) as cursor:
        cursor.execute(f"CREATE OR REPLACE DATABASE {SECOND} CHARACTER SET utf8mb4")
        for account, secret in ((MANAGER, manager), (READER, reader), (DEPARTMENT, department)):
            cursor.execute(f"CREATE OR REPLACE USER {account}@'{host}' IDENTIFIED BY %s", (secret,))
        cursor.execute(f"GRANT ALL ON {SECOND}.* TO {MANAGER}@'{host}' WITH GRANT OPTION")
        cursor.execute(f"GRANT SELECT ON mysql.* TO {MANAGER}@'{host}'")
        cursor.execute(f"GRANT SELECT ON {SECOND}.* TO {READER}@'{host}'")
    url = f"mysql://{MANAGER}:{manager}@{host}:{port}/{SECOND}"
    return SecondFrontEnd(url, READER, reader, departments=True)


def _collect_all(owner: int, urls: tuple[str, SecondFrontEnd | None], *, now: datetime) -> None:
    """Both sources with the right of a department, a daily task for each table, a run of each."""
    url, second = urls
    source = _postgres_source(url, owner, now=now)
    _grant(source, owner, "public.person", now=now)
    places = {model.code: source for model in entities.delivered()}
    if second:
        moved = _mysql_source(second, owner, now=now)
        places |= dict.fromkeys(MOVED, moved)
        if second.departments:
            _grant(moved, owner, "vehicle", now=now)
    for code, place in places.items():
        task = collection.create_task(_task(place, entities.entity(code)), by=DEMO, now=now)
        collection.request_run(task.pk, by=DEMO, now=now)
    work_off()


def _grant(source: int, owner: int, table: str, *, now: datetime) -> None:
    right = sources.RightDraft(
        source_id=source,
        organization_id=owner,
        account=DEPARTMENT,
        table=table,
        privileges=("SELECT",),
        reason="人口核对工作",
    )
    sources.grant_right(right, by=DEMO, now=now)


def _postgres_source(url: str, owner: int, *, now: datetime) -> int:
    """The front-end database as a source, read by an account that can only read."""
    secret = secrets.token_urlsafe(18)
    with psycopg.connect(url, autocommit=True) as server:
        reader = sql.Identifier(READER)
        server.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(reader, secret))
        server.execute(sql.SQL("GRANT SELECT ON ALL TABLES IN SCHEMA public TO {}").format(reader))
    place = Location.parse(url)
    draft = sources.SourceDraft(
        code="kecheng-qzk",
        name="邻礼通前置库",
        purpose="front_end",
        engine="postgresql",
        organization_id=owner,
        contract=CONTRACT,
        host=place.host or place.options["host"],
        port=place.port or 5432,
        database=place.path.strip("/"),
        username=READER,
        password=secret,
        manager=place.user,
        manager_password=place.secret.reveal(),
    )
    return _registered(draft, now=now)


def _mysql_source(second: SecondFrontEnd, owner: int, *, now: datetime) -> int:
    place = Location.parse(second.url)
    draft = sources.SourceDraft(
        code="kecheng-qzk-cl",
        name="邻礼通车辆场所前置库",
        purpose="front_end",
        engine="mysql",
        organization_id=owner,
        contract=CONTRACT,
        host=place.host,
        port=place.port or 3306,
        database=place.path.strip("/"),
        username=second.reader,
        password=second.secret,
        manager=place.user,
        manager_password=place.secret.reveal(),
    )
    return _registered(draft, now=now)


def _registered(draft: sources.SourceDraft, *, now: datetime) -> int:
    source = sources.register_source(draft, by=DEMO, now=now).pk
    sources.survey_source(source, by=DEMO, now=now)
    return source


def _task(source: int, model: entities.Entity) -> collection.TaskDraft:
    """An entity is mirrored by its time of change, a reference table taken whole."""
    names = [table.name for table in sources.tables_of(source)]
    entity = model.role == "entity"
    return collection.TaskDraft(
        name=f"归集{model.comment.partition('，')[0]}",
        source_id=source,
        source_table=next(name for name in names if name.rpartition(".")[2] == model.table),
        target=f"ods.{model.table}",
        mode="mirror" if entity else "full",
        keys=model.key,
        cursor="updated_at" if entity else "",
        schedule=DAILY,
    )
