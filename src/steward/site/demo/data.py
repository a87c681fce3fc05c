"""Public data of the demonstration: a front-end database of 邻礼通 with a generated population and
planted faults, registered, surveyed and collected for real.

STEWARD_DEMO_PEOPLE: how many people (20,000; 0 leaves this part out). STEWARD_DEMO_MYSQL: the URL
of an empty MySQL or MariaDB database that takes vehicles and places.
"""

import os
import secrets
from collections.abc import Callable
from datetime import date, datetime
from urllib.parse import quote

import psycopg
from django.db import connection
from psycopg import sql

from steward.data.collection import api as collection
from steward.data.entities import api as entities
from steward.data.sources import api as sources
from steward.engine.connectors.location import Location
from steward.kernel.instants import local_date
from steward.site.demo.people import DEMO, SUPPLIER, Cast, Person, add_account, add_body

CONTRACT = "kecheng-2024"
OFFICE = "kecheng-office"
PEOPLE = 20_000
READER, DEPARTMENT = "steward_demo_reader", "steward_demo_police"
ENGINEER = Person("data", "数据工程师", "数据工程师", SUPPLIER, "data_engineer")
MOVED = ("vehicle", "place")
DAILY = "0 18 * * *"
Say = Callable[[str], None]


def load_data(cast: Cast, *, since: date, now: datetime, password: str, say: Say) -> None:
    """Bodies, databases, sources, tasks, one run of each; nothing where no database may be made."""
    people = int(os.environ.get("STEWARD_DEMO_PEOPLE", PEOPLE))
    if not people:
        return
    cast.actors["data"] = add_account(ENGINEER, cast, since=since, now=now, password=password)
    try:
        url = _front_end()
    except psycopg.errors.InsufficientPrivilege:
        say("  数据库账号不能建库，不载入公共数据演示")
        return
    owner = add_body("kecheng-szzx", "柯城区社会治理中心", cast.bodies.get(OFFICE),
                     region="330802000000", level="county", now=now)  # fmt: skip
    cast.bodies["kecheng-szzx"] = owner
    moved_url = os.environ.get("STEWARD_DEMO_MYSQL", "")
    recipe = entities.Recipe(people=people, today=local_date(now))
    with entities.generate(recipe) as population:
        here = tuple(m.code for m in entities.delivered() if not (moved_url and m.code in MOVED))
        rows = entities.deliver(population, url, tables=here)
        if moved_url:
            rows |= entities.deliver(population, moved_url, tables=MOVED)
        faults = sum(sum(found.values()) for found in population.planted.values())
    source = _postgres_source(url, owner, now=now)
    tables = [(source, model) for model in entities.delivered() if model.code in here]
    if moved_url:
        second = _mysql_source(moved_url, owner, now=now)
        tables += [(second, entities.entity(code)) for code in MOVED]
    for place, model in tables:
        _collect(place, model, now=now)
    entities.load_standard(by=DEMO, now=now)
    say(f"  公共数据：{len(tables)} 张表 {sum(rows.values())} 行已归集，埋有 {faults} 处质量问题")


def _front_end() -> str:
    """An empty database beside the platform's own, and a role that may only read it; its URL."""
    name = f"{connection.settings_dict['NAME']}_qzk"
    with psycopg.connect(_url(str(connection.settings_dict["NAME"])), autocommit=True) as server:
        server.execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        )
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        known = {row[0] for row in server.execute("SELECT rolname FROM pg_roles").fetchall()}
        for role in (READER, DEPARTMENT):
            if role not in known:
                server.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(role)))
    return _url(name)


def _url(database: str) -> str:
    """A database of the platform's own server, as Django reaches it."""
    given = connection.settings_dict
    user, secret = quote(str(given["USER"]), safe=""), quote(str(given["PASSWORD"]), safe="")
    host, port = str(given["HOST"]), str(given["PORT"])
    if host.startswith("/"):
        return f"postgresql://{user}:{secret}@/{database}?host={quote(host)}"
    return f"postgresql://{user}:{secret}@{host}:{port or 5432}/{database}"


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
    source = sources.register_source(draft, by=DEMO, now=now).pk
    sources.survey_source(source, by=DEMO, now=now)
    right = sources.RightDraft(
        source_id=source,
        organization_id=owner,
        account=DEPARTMENT,
        table="public.person",
        privileges=("SELECT",),
        reason="人口核对工作",
    )
    sources.grant_right(right, by=DEMO, now=now)
    return source


def _mysql_source(url: str, owner: int, *, now: datetime) -> int:
    place = Location.parse(url)
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
        username=place.user,
        password=place.secret.reveal(),
    )
    source = sources.register_source(draft, by=DEMO, now=now).pk
    sources.survey_source(source, by=DEMO, now=now)
    return source


def _collect(source: int, model: entities.Entity, *, now: datetime) -> None:
    """A daily task for a table, run once."""
    names = [table.name for table in sources.tables_of(source)]
    entity = model.role == "entity"
    draft = collection.TaskDraft(
        name=f"归集{model.comment.partition('，')[0]}",
        source_id=source,
        source_table=next(name for name in names if name.rpartition(".")[2] == model.table),
        target=f"ods.{model.table}",
        mode="mirror" if entity else "full",
        keys=model.key,
        cursor="updated_at" if entity else "",
        schedule=DAILY,
    )
    task = collection.create_task(draft, by=DEMO, now=now)
    run = collection.request_run(task.pk, by=DEMO, now=now)
    collection.execute_run(run.pk, now=now, progress=lambda _step, _rows: None)
