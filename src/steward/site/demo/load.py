"""Load the demonstration into an empty platform."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from importlib.resources import files

from django.db import connection, transaction

from steward.contracts.assessment import api as assessment
from steward.contracts.packs import api as packs
from steward.core.accounts import api as accounts
from steward.core.evidence import api as evidence
from steward.desk.tickets import api as desk
from steward.kernel.instants import at_local, local_date
from steward.operations.monitoring.models import Monitor
from steward.site.demo import year as demo_year
from steward.site.demo.assets import CONTRACT, load_assets
from steward.site.demo.catalog import load_catalog
from steward.site.demo.confidentiality import load_confidentiality
from steward.site.demo.contracts import TOLD, load_others
from steward.site.demo.data import ENGINEER, load_data, people_wanted
from steward.site.demo.desk import load_desk
from steward.site.demo.files import load_files
from steward.site.demo.money import load_money
from steward.site.demo.monitors import SILENT, free_port, load_monitors, targets
from steward.site.demo.obligations import load_duties
from steward.site.demo.people import CLIENT, DEMO, PEOPLE, Cast, load_people
from steward.site.demo.quality import STREET, load_quality
from steward.site.demo.queue import forget_queue
from steward.site.demo.reports import load_reports
from steward.site.demo.staffing import load_staffing
from steward.site.demo.surveys import load_surveys
from steward.site.demo.target import write_state
from steward.site.home import home

ELAPSED_DAYS = 306
REAL_START, REAL_END = "2025-08-29", "2026-08-29"
Say = Callable[[str], None]


def is_empty() -> bool:
    """Whether nobody has an account yet."""
    return accounts.find_user(PEOPLE[0].username) is None


def demo_people() -> list[str]:
    """The demonstration accounts, one line each."""
    lines = [(p.username, p.name, p.title) for p in (*PEOPLE, ENGINEER, STREET)]
    lines += [(told.owner, f"{told.client_name}业主", "业务科科长") for told in TOLD]
    return [f"{username:<15}{name}（{title}）" for username, name, title in lines]


@transaction.atomic
def load_demonstration(
    *, now: datetime, say: Say, password: str, people: int | None = None
) -> None:
    """People, assets, a contract year of which 306 days have passed, monitors and work.

    `people`: how many the public data is about (None: STEWARD_DEMO_PEOPLE, or 20,000). All or
    nothing: an interrupted load leaves an empty platform.
    """
    people = people_wanted(people)
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit TO off")
    start_day = local_date(now) - timedelta(days=ELAPSED_DAYS)
    start = at_local(start_day)
    cast = load_people(since=start_day, now=now, password=password)
    say("  组织与人员")
    items = load_assets(cast, now=start)
    say(f"  配置项 {len(items)} 个")
    load_contract(start_day, cast, now=start)
    port = free_port()
    write_state(home(), {"port": port, "targets": targets(), "stopped": []})
    monitors = load_monitors(items, port=port, by=DEMO, now=start)
    _live_the_year(cast, monitors, start=start, end=now, say=say)
    load_duties(CONTRACT, cast, start=start, now=now, say=say)
    team = load_staffing(cast, start=start_day, now=now)
    load_confidentiality(cast, team, start=start_day, now=now)
    load_desk(cast, start=start, now=now)
    say(f"  驻场团队 {len(team)} 人，一年的签到、协议与授权")
    load_surveys(cast, start=start, now=now)
    _count_rows()
    _judge(cast, start=start, now=now)
    load_money(cast, start=start, now=now)
    assessment.take_daily_snapshot(CONTRACT, by=DEMO, now=now)
    others = load_others(cast, now=now, password=password)
    _count_rows()
    say(f"  另三份合同：工单 {others} 张，各有扣分或违约金")
    _load_public_data(cast, since=start_day, now=now, password=password, say=say, people=people)
    load_reports(CONTRACT, now=now)
    evidence.seal_all(now=now)
    while desk.scan(now=now):
        continue
    say("  评分、快照、封存、报告")
    forget_queue(now)
    say(f"  演示目标：http://127.0.0.1:{port}（在那里停掉一个服务，看工单和考核随之变化）")
    say(f"  所有演示账号的口令：{password}")


def _load_public_data(
    cast: Cast, *, since: date, now: datetime, password: str, say: Say, people: int
) -> None:
    """Sources, collection, files, governance and the catalogue."""
    planted = load_data(cast, since=since, now=now, password=password, say=say, people=people)
    if planted is not None:
        load_quality(cast, planted, now=now, password=password, say=say)
        say(f"  文件归集：收到 {load_files(cast, now=now)} 个文件")
    listed = load_catalog(cast, now=now)
    say(f"  数据目录 {listed} 个，普查、需求与归集率")


def _count_rows() -> None:
    """Tell the database how much the demonstration has written so far.

    Its own statistics come only after the commit; without them it plans for empty tables.
    """
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def load_contract(start: date, cast: Cast, *, now: datetime) -> None:
    """The real pack with its year moved so that today lies in it."""
    text = (files("steward.contracts.packs.library") / f"{CONTRACT}.yaml").read_text("utf-8")
    end = date(start.year + 1, start.month, min(start.day, 28))
    moved = text.replace(REAL_START, start.isoformat()).replace(REAL_END, end.isoformat())
    packs.load_pack(moved, file=f"{CONTRACT}.yaml", by=DEMO, now=now)
    packs.set_client_organization(CONTRACT, cast.bodies[CLIENT], by=DEMO, now=now)


def _live_the_year(
    cast: Cast, monitors: dict[str, int], *, start: datetime, end: datetime, say: Say
) -> None:
    year = demo_year.Year(cast, monitors)
    year.begin(at=start + timedelta(minutes=1))
    quiet = [code for code in monitors if code != SILENT]
    happened = demo_year.outages(quiet, start=start, end=end)
    tickets = [year.live(outage) for outage in happened]
    say(f"  停机 {len(tickets)} 次，各有工单、时限和证据")
    bodies = [code for code in cast.bodies if code not in ("huaian", "huaian-supplier")]
    days = (end - start).days - 3
    asked = [*demo_year.REQUESTS] * 9
    for number, (kind, title) in enumerate(asked):
        late = number in (29, 44) and kind == "incident"
        filed = demo_year.Asked(
            kind=kind,
            title=title,
            at=start + timedelta(days=1 + days * number / len(asked), hours=2 + number % 7),
            answer=timedelta(minutes=6 + number % 50),
            work=timedelta(hours=26 if late else 1 + number % 9),
        )
        year.ask(filed, body=bodies[number % len(bodies)])
    for number, (severity, title, hours) in enumerate(demo_year.VULNERABILITIES, start=1):
        found = demo_year.Asked(
            kind="vulnerability",
            title=title,
            severity=severity,
            at=start + timedelta(days=70 * number),
            work=timedelta(hours=hours),
        )
        year.ask(found, body=CLIENT)
    for kind, title, minutes, taken in demo_year.OPEN_NOW:
        open_now = demo_year.Asked(kind=kind, title=title, at=end - timedelta(minutes=minutes),
                                   answer=timedelta(minutes=7))  # fmt: skip
        year.open(open_now, body=bodies[minutes % len(bodies)], taken=taken)
    say(f"  用户工单 {len(asked)} 张，漏洞 3 项，另有 {len(demo_year.OPEN_NOW)} 张在办")
    _exclude_one(cast, tickets[11])
    Monitor.objects.filter(pk__in=monitors.values()).update(last_at=end)


def _exclude_one(cast: Cast, ticket_id: int) -> None:
    """Force majeure on one ticket, proposed by the supplier and confirmed by the client."""
    clock = desk.clocks_of_ticket(ticket_id)[0]
    ticket = desk.get_ticket(ticket_id)
    proposal = desk.Proposal(
        kind="exclusion",
        reason="运营商光缆中断，属不可抗力",
        document="运营商故障证明函",
        clock_id=clock.id,
        starts_at=ticket.opened_at,
        ends_at=ticket.opened_at + timedelta(minutes=20),
    )
    later = ticket.opened_at + timedelta(days=1)
    made = desk.propose_adjustment(
        ticket_id, proposal=proposal, side="supplier", by=cast.actors["lead"], now=later
    )
    desk.decide_adjustment(
        made, agree=True, side="client", note="情况属实", by=cast.actors["owner"],
        now=later + timedelta(hours=4),
    )  # fmt: skip


def _judge(cast: Cast, *, start: datetime, now: datetime) -> None:
    """What people enter where no app measures yet; one indicator is left to be judged.

    After the first month both sides agreed that nothing had happened; two days ago they judged anew.
    """
    entries = [
        ("process", "restores", "0", "备份恢复操作均有申请和记录"),
        ("inspection", "risks", "0", "巡检发现的风险均已处理"),
        ("protection", "vulnerabilities", "1", "第二季度扫描发现 1 项中危漏洞"),
        ("moments", "faults", "0", "春节、两会、国庆三次保障均无故障"),
        ("major-security-event", "events", "0", "无重大安全事件"),
    ]
    early = start + timedelta(days=32)
    for owner, source, _, _ in entries:
        entry = assessment.NewEntry(
            CONTRACT, owner, Decimal(0), "首月核对，没有发生", source=source
        )
        made = assessment.record_entry(entry, by=cast.actors["owner"], now=early)
        said = assessment.NewAnswer(about="entry", about_id=made, verdict="confirm")
        assessment.respond(
            CONTRACT, said, side="supplier", by=cast.actors["lead"], now=early + timedelta(hours=3)
        )
    for owner, source, value, reason in entries:
        entry = assessment.NewEntry(CONTRACT, owner, Decimal(value), reason, source=source)
        assessment.record_entry(entry, by=cast.actors["owner"], now=now - timedelta(days=2))
    for weeks in range(43, 0, -3):
        at = now - timedelta(weeks=weeks)
        if at > start + timedelta(days=7):
            assessment.take_daily_snapshot(CONTRACT, by=DEMO, now=at)
