"""The data catalogue of the Kecheng contract: what the live front-end databases hold, with true
differences, other departments over databases of their own, a rate that moved."""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import psycopg
from django.db import connection
from psycopg import sql

from steward.core.accounts import api as accounts
from steward.core.approvals import api as approvals
from steward.core.organizations import api as organizations
from steward.data.catalog import api as catalog
from steward.data.catalog.models import Catalogue, RateDay
from steward.data.catalog.publishing import take_decision
from steward.data.catalog.surveying import item_from
from steward.data.collection import api as collection
from steward.data.entities import api as entities
from steward.data.sources import api as sources
from steward.engine.connectors.location import Location
from steward.kernel.actors import Actor
from steward.kernel.identifiers.organisation import make_credit_code
from steward.kernel.instants import local_date
from steward.site.demo.data import database_url
from steward.site.demo.people import DEMO, Cast

CONTRACT, CLIENT, OWNER = "kecheng-2024", "kecheng-office", "owner-kecheng"
DAY = timedelta(days=1)
WEEKS = 12
ROWS = 300
UNLISTED_TABLES, UNLISTED_COLUMNS = ("building",), {"person": ("education",)}
GONE_COLUMN = catalog.ItemDraft(code="politics", name="政治面貌", type="C", length=2,
                                sensitivity="L2", sharing="conditional", source_type="text")  # fmt: skip
OLDER_TYPES = {("household", "members"): "smallint", ("home", "area"): "integer"}
GONE_TABLE = "pet_dog"


@dataclass(frozen=True, slots=True)
class Told:
    """One department: its system, and what is catalogued of it (name, cycle, when collected)."""

    code: str
    name: str
    system: str
    listed: tuple[tuple[str, str, int | None], ...]


TOLD = (
    Told("kc-mz", "区民政局", "大救助信息系统", (
        ("低保对象基本信息", "monthly", 1), ("特困人员供养信息", "monthly", 2),
        ("临时救助发放信息", "weekly", 5), ("婚姻登记信息", "daily", None),
    )),
    Told("kc-cl", "区残联", "残疾人服务平台", (
        ("持证残疾人基本信息", "monthly", 1), ("残疾人两项补贴发放信息", "monthly", 3),
        ("残疾人辅具适配信息", "quarterly", None),
    )),
    Told("kc-wj", "区卫生健康局", "基层医疗卫生系统", (
        ("家庭医生签约信息", "monthly", 2), ("出生医学证明信息", "daily", 4),
    )),
    Told("kc-sj", "区市场监管局", "企业登记系统", (
        ("个体工商户登记信息", "daily", 1), ("特种设备登记信息", "monthly", 7),
        ("食品经营许可信息", "daily", 1),
    )),
)  # fmt: skip
PERSON = (
    catalog.ItemDraft(code="rowid", name="记录编号", type="C", length=32, sensitivity="L1",
                      is_key=True, nullable=False, sharing="unconditional"),
    catalog.ItemDraft(code="xm", name="姓名", type="C", length=50, sensitivity="L2",
                      sharing="conditional"),
    catalog.ItemDraft(code="sfzh", name="身份证号", type="C", length=18, sensitivity="L3",
                      sharing="conditional"),
    catalog.ItemDraft(code="gxsj", name="更新时间", type="T", sensitivity="L1",
                      sharing="unconditional"),
)  # fmt: skip
BARE = (
    catalog.ItemDraft(code="id", name="记录编号", type="C", length=32, sensitivity="L1"),
    catalog.ItemDraft(code="jgmc", type="C", length=100),
)


def load_catalog(cast: Cast, *, now: datetime) -> int:
    """Publish the catalogues, keep twelve weeks of the rate, leave some work open; how many."""
    start = now - WEEKS * 7 * DAY
    owner = _owner()
    made: list[tuple[Catalogue, int | None]] = [(row, 1) for row in _front_ends(owner, start=start)]
    for number, told in enumerate(TOLD, start=1):
        body = _body(told, number, cast.bodies[CLIENT], now=start)
        source = _department_source(told, body, now=now)
        system = catalog.register_system(
            catalog.SystemDraft(code=f"{told.code}-xt", name=told.system, organization_id=body,
                                contract=CONTRACT, source_id=source), by=DEMO, now=start)  # fmt: skip
        for table, (name, cycle, week) in enumerate(told.listed, start=1):
            draft = _draft(system.pk, name, cycle)
            if source is not None and week is not None:
                draft = replace(draft, source_id=source, source_table=f"public.t_{table:02d}")
            since = week if source is not None else None
            made.append((_publish(draft, PERSON, by=owner, now=start), since))
    _tell_the_weeks(made, start=start)
    catalog.take_rates(now=now)
    row = next(one for one, week in made if one.name == "婚姻登记信息")
    changed = replace(
        catalog.draft_of(row), cycle="weekly", summary="全区婚姻登记与补领证件，按周汇总"
    )
    catalog.change_catalogue(row.pk, changed, by=DEMO, now=now - 3 * DAY)
    bare = catalog.create_catalogue(
        catalog.CatalogueDraft(system_id=row.system_id, name="养老机构信息"), BARE,
        by=DEMO, now=now - 2 * DAY,
    )  # fmt: skip
    catalog.check_catalogues([bare.pk, *(one.pk for one, _ in made)], now=now)
    for place in sources.all_sources():
        if place.is_database and place.contract == CONTRACT:
            catalog.compare_source(place.id, now=now)
    _ask(made, row, by=owner, now=now)
    return len(made) + 1


def _front_ends(owner: Actor, *, start: datetime) -> list[Catalogue]:
    """The tables of every front-end database of the contract, as they were some months ago."""
    made = []
    credit = make_credit_code("330802", 899)
    for source in sources.all_sources():
        if not source.is_database or source.contract != CONTRACT:
            continue
        system = catalog.register_system(
            catalog.SystemDraft(code=f"{source.code}-xt", name=f"{source.name}所属系统",
                                organization_id=source.organization_id, contract=CONTRACT,
                                source_id=source.id), by=DEMO, now=start)  # fmt: skip
        for table in sources.tables_of(source.id):
            code = table.name.rpartition(".")[2]
            if code not in UNLISTED_TABLES:
                name = table.comment.partition("，")[0] or code
                draft = replace(
                    _draft(system.pk, f"{name}信息".replace("信息信息", "信息"), "daily"),
                    credit_code=credit, source_id=source.id, source_table=table.name,
                )  # fmt: skip
                made.append(_publish(draft, _items(code, table), by=owner, now=start))
        if source.engine == "postgresql":
            draft = replace(_draft(system.pk, "邻礼通犬只登记信息", "monthly"),
                            credit_code=credit,
                            source_id=source.id, source_table=f"public.{GONE_TABLE}")  # fmt: skip
            made.append(_publish(draft, PERSON, by=owner, now=start))
    return made


def _items(code: str, table: sources.TableInfo) -> tuple[catalog.ItemDraft, ...]:
    """The items as they were listed: a column came since, one went, some changed their type."""
    model = entities.entity_of_table(code)
    levels = {} if model is None else {name: one.level for name, one in model.columns.items()}
    found = []
    for column in table.columns:
        item = item_from(column, table.keys)
        if column.name in UNLISTED_COLUMNS.get(code, ()):
            continue
        level = levels.get(column.name, item.sensitivity)
        sharing = "conditional" if level in ("L3", "L4") else "unconditional"
        older = OLDER_TYPES.get((code, column.name), item.source_type)
        found.append(replace(item, sensitivity=level, sharing=sharing, source_type=older,
                             length=item.length or (100 if item.type == "C" else None)))  # fmt: skip
    return (*found, GONE_COLUMN) if code == "person" else tuple(found)


def _department_source(told: Told, body: int, *, now: datetime) -> int | None:
    """A front-end database of a department with a table for each collected catalogue, collected
    for real; None where no database may be made, or none is wanted."""
    if sources.find("kecheng-qzk") is None:
        return None
    name = f"{connection.settings_dict['NAME']}_{told.code.replace('-', '_')}"
    role, secret = f"steward_demo_{told.code.replace('-', '_')}", secrets.token_urlsafe(18)
    with psycopg.connect(
        database_url(str(connection.settings_dict["NAME"])), autocommit=True
    ) as server:
        named = sql.Identifier(name)
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(named))
        server.execute(sql.SQL("CREATE DATABASE {}").format(named))
        known = server.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
        verb = "ALTER" if known else "CREATE"
        words = sql.SQL(verb + " ROLE {} LOGIN PASSWORD {}")
        server.execute(words.format(sql.Identifier(role), secret))
    url = database_url(name)
    tables = [(place, title) for place, (title, _, week) in enumerate(told.listed, start=1)
              if week is not None]  # fmt: skip
    with psycopg.connect(url, autocommit=True) as server:
        for place, title in tables:
            _fill(server, f"t_{place:02d}", title)
        grant = sql.SQL("GRANT SELECT ON ALL TABLES IN SCHEMA public TO {}")
        server.execute(grant.format(sql.Identifier(role)))
    location = Location.parse(url)
    draft = sources.SourceDraft(
        code=f"{told.code}-qzk", name=f"{told.name}前置库", purpose="front_end", engine="postgresql",
        organization_id=body, contract=CONTRACT, host=location.host or location.options["host"],
        port=location.port or 5432, database=name, username=role, password=secret,
    )  # fmt: skip
    source = sources.register_source(draft, by=DEMO, now=now).pk
    sources.survey_source(source, by=DEMO, now=now)
    for place, title in tables:
        _collect(source, f"t_{place:02d}", (title, f"ods.{told.code.replace('-', '_')}_{place:02d}"),
                 now=now)  # fmt: skip
    return source


def _fill(server: psycopg.Connection, table: str, title: str) -> None:
    """A small table of made-up rows with the columns of `PERSON`."""
    named = sql.Identifier(table)
    columns = "rowid text PRIMARY KEY, xm text, sfzh text, gxsj timestamp"
    server.execute(sql.SQL("CREATE TABLE {} (" + columns + ")").format(named))
    server.execute(sql.SQL("COMMENT ON TABLE {} IS {}").format(named, title))
    for item in PERSON:
        place = sql.SQL("COMMENT ON COLUMN {}.{} IS {}")
        server.execute(place.format(named, sql.Identifier(item.code), item.name))
    rows = (
        "INSERT INTO {} SELECT lpad(n::text, 8, '0'), '居民' || n, "
        "'33080219900101' || lpad(n::text, 4, '0'), timestamp '2026-01-01' + n * interval '1 hour' "
        "FROM generate_series(1, {}) AS n"
    )
    server.execute(sql.SQL(rows).format(named, sql.Literal(ROWS)))


def _collect(source: int, table: str, names: tuple[str, str], *, now: datetime) -> None:
    title, target = names
    draft = collection.TaskDraft(
        name=f"归集{title}", source_id=source, source_table=f"public.{table}", target=target,
        keys=("rowid",), schedule="30 2 * * *",
    )  # fmt: skip
    task = collection.create_task(draft, by=DEMO, now=now)
    run = collection.request_run(task.pk, by=DEMO, now=now)
    collection.execute_run(run.pk, now=now, progress=lambda _step, _rows: None)


def _owner() -> Actor:
    user = accounts.find_user(OWNER)
    if user is None:
        raise LookupError("the Kecheng contract is not loaded")
    return Actor(user.id, user.name)


def _body(told: Told, number: int, parent: int, *, now: datetime) -> int:
    new = organizations.NewOrganization(
        code=told.code, name=told.name, parent_id=parent, region_code="330802000000",
        level="county", credit_code=make_credit_code("330802", 900 + number),
    )  # fmt: skip
    return organizations.create(new, by=DEMO, now=now).id


def _draft(system_id: int, name: str, cycle: str) -> catalog.CatalogueDraft:
    return catalog.CatalogueDraft(
        system_id=system_id,
        name=name,
        summary=f"本区{name.removesuffix('信息')}的登记与办理情况",
        sharing="conditional",
        sharing_condition="因行政审批、公共服务核验需要",
        sharing_method="platform",
        openness="none",
        cycle=cycle,
    )


def _publish(
    draft: catalog.CatalogueDraft,
    items: tuple[catalog.ItemDraft, ...],
    *,
    by: Actor,
    now: datetime,
) -> Catalogue:
    row = catalog.create_catalogue(draft, items, by=DEMO, now=now)
    asked = catalog.submit_catalogue(row.pk, reason="首次编目", by=DEMO, now=now)
    approvals.decide(asked.approval_id or 0, approve=True, comment="同意发布", by=by, now=now)
    take_decision(row.pk, approved=True, now=now)
    row.refresh_from_db()
    return row


def _tell_the_weeks(made: list[tuple[Catalogue, int | None]], *, start: datetime) -> None:
    """The rate of the weeks before today: what is collected now came one after the other."""
    bodies = {row.organization_id for row, _ in made}
    for week in range(WEEKS):
        at = start + week * 7 * DAY
        RateDay.objects.bulk_create(
            RateDay(
                contract=CONTRACT,
                organization_id=body,
                day=local_date(at),
                listed=[row.pk for row, _ in made if row.organization_id == body],
                collected=[
                    row.pk
                    for row, since in made
                    if row.organization_id == body and since is not None and since <= week
                    and row.collected_into
                ],
                taken_at=at,
            )
            for body in sorted(bodies)
        )  # fmt: skip


def _ask(
    made: list[tuple[Catalogue, int | None]], row: Catalogue, *, by: Actor, now: datetime
) -> None:
    missing = [one for one, week in made if week is None]
    catalog.decide_uncollected(
        missing[-1].pk, decision="collect", reason="应归尽归", by=by, now=now - 5 * DAY,
        due_on=local_date(now) + 30 * DAY,
    )  # fmt: skip
    catalog.submit_demand(
        catalog.DemandDraft(
            catalogue_id=row.pk, organization_id=made[-1][0].organization_id,
            title="婚姻状况核验", items=("xm", "sfzh"), purpose="公积金提取核验", basis="需求清单 2026-11",
        ), by=DEMO, now=now - DAY,
    )  # fmt: skip
