"""The other three contracts of the demonstration: a year of each, moved so that today lies in it;
one has run out and is accepted.

Whole years are added to every date of a pack, so that holidays and seasons stay where they were.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from importlib.resources import files

from django.db import connection

from steward.contracts.assessment import api as assessment
from steward.contracts.obligations import api as obligations
from steward.contracts.packs import api as packs
from steward.core.roles import api as roles
from steward.desk.tickets import api as desk
from steward.kernel.actors import Actor
from steward.kernel.instants import at_local, local_date
from steward.site.demo.acceptance import load_acceptance
from steward.site.demo.obligations import live_duties
from steward.site.demo.paying import Instalment, Sides, meet, pay
from steward.site.demo.people import DEMO, Cast, Person, add_account, add_body

_DATE = re.compile(r"\b(20\d\d)-(\d\d)-(\d\d)\b")
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
AFTERWARDS = 60 * DAY


@dataclass(frozen=True, slots=True)
class Work:
    """One ticket: when in the year (share of what has passed), how soon answered and done."""

    kind: str
    title: str
    at: float
    answer: timedelta = 6 * MINUTE
    done: timedelta = 45 * MINUTE
    severity: str = "minor"


@dataclass(frozen=True, slots=True)
class Breach:
    """A breach on record, `days` after the start: which clause, what happened, when put right."""

    penalty: str
    what: str
    at: float
    cured_after: int | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """What the demonstration tells of one contract; `is_over`: its year has passed and is accepted."""

    code: str
    client: str
    client_name: str
    owner: str
    work: tuple[Work, ...]
    breach: Breach | None = None
    instalments: tuple[Instalment, ...] = ()
    is_over: bool = False


_ASKED = (
    "如何新增一个用户", "列表导出时提示超时", "附件无法预览", "权限调整后看不到菜单",
    "统计数字与上月不一致", "字典项缺少一个取值",
)  # fmt: skip


def _asked(kinds: tuple[str, ...], *, answer: timedelta) -> tuple[Work, ...]:
    """Ordinary work spread over the year."""
    return tuple(
        Work(kinds[n % len(kinds)], _ASKED[n % len(_ASKED)], 0.03 + n * 0.075, answer)
        for n in range(12)
    )


TOLD = (
    Told(
        "kecheng-2024", "kecheng-office", "柯城区政府办公室", "owner-kecheng",
        (
            *_asked(("question", "program", "resource", "data_quality"), answer=12 * MINUTE),
            Work("incident", "归集任务连续失败，前置库连接被拒绝", 0.12, 9 * MINUTE, 3 * HOUR),
            Work("incident", "共享接口返回 500，调用方无法取数", 0.35, 52 * MINUTE, 5 * HOUR, "major"),
            Work("incident", "数据仓库节点超时，日报未产出", 0.58, 14 * MINUTE, 31 * HOUR),
            Work("emergency", "公共数据平台登录页打不开", 0.8, 8 * MINUTE, 2 * HOUR, "critical"),
        ),
        Breach("service-failure", "年度第二次未按要求输出季度报告，经提醒后补交。", 0.7),
        (Instalment("signing", "invoice", "增值税专用发票 0045871", met=3, paid=24),),
    ),
    Told(
        "beijing-2022", "beijing-eic", "市经济信息中心", "owner-beijing",
        (
            *_asked(("question", "requirement", "permission", "data_quality"), answer=40 * MINUTE),
            Work("incident", "国家数据对接库上报失败，错误码 3012", 0.3, 20 * MINUTE, 4 * HOUR),
            Work("problem", "实施清单要素校验规则未按通知更新", 0.25, 2 * HOUR, 3 * DAY),
            Work("problem", "前置库数据未按约定清理归档", 0.6, 3 * HOUR, 7 * DAY),
        ),
        Breach("uncorrected-breach", "前置库数据未按约定清理归档，要求 5 日内改正，第 7 日完成。",
               0.6, cured_after=7),
        (
            Instalment("first", "funding", "财政资金到位通知", met=12, paid=23),
            Instalment("half-year", "confirmation", "半年工作量确认单", met=190, paid=204),
        ),
        is_over=True,
    ),
    Told(
        "keqiao-2024", "keqiao-dsj", "柯桥区大数据发展管理中心", "owner-keqiao",
        (
            *_asked(("question", "permission", "program", "resource"), answer=4 * MINUTE),
            Work("question", "新任管理员看不到下级节点", 0.31, 26 * MINUTE),
            Work("incident", "浙政钉工作台应用打开白屏", 0.5, 11 * MINUTE, 95 * MINUTE, "major"),
            Work("emergency", "全区消息推送中断", 0.72, 5 * MINUTE, 80 * MINUTE, "critical"),
        ),
        Breach("late-service", "低活跃应用整改月报逾期 3 天交付。", 0.55, cured_after=3),
        (Instalment("signing", "invoice", "增值税普通发票 2210036", met=6, paid=26),),
    ),
)  # fmt: skip


def moved(text: str, *, today: date, over: timedelta | None = None) -> tuple[str, date]:
    """The pack's text with whole years added so that its year holds today; and its start.

    `over`: the year has ended at least so long ago.
    """
    year, month, day = (int(part) for part in _first_date(text))
    start = date(today.year, month, day)
    last = today if over is None else today - over - 366 * DAY
    while start > last:
        start = start.replace(year=start.year - 1)
    years = start.year - year

    def later(found: re.Match[str]) -> str:
        return f"{int(found[1]) + years}-{found[2]}-{found[3]}"

    return _DATE.sub(later, text), start


def _first_date(text: str) -> tuple[str, ...]:
    found = _DATE.search(text, text.index("\nperiod:"))
    if found is None:
        raise ValueError("the pack has no period")
    return found.groups()


def load_others(cast: Cast, *, now: datetime, password: str) -> int:
    """Load and live the other contracts; how many tickets."""
    number = 0
    for told in TOLD:
        text = (files("steward.contracts.packs.library") / f"{told.code}.yaml").read_text("utf-8")
        over = AFTERWARDS if told.is_over else None
        text, first = moved(text, today=local_date(now), over=over)
        start = at_local(first)
        packs.load_pack(text, file=f"{told.code}.yaml", by=DEMO, now=start)
        body = add_body(told.client, told.client_name, None, now=start)
        packs.set_client_organization(told.code, body, by=DEMO, now=start)
        cast.bodies[told.client] = body
        person = Person(told.owner, f"{told.client_name}业主", "业务科科长", told.client,
                        "client_owner", roles.Reach.SUBTREE)  # fmt: skip
        owner = add_account(person, cast, since=first, now=now, password=password)
        until = min(now, packs.get(told.code).end - HOUR)
        year = _Year(told, cast, owner, start, until)
        number += year.live()
        obligations.lay_out_contract(told.code, reason="合同生效", by=DEMO, now=start)
        live_duties(told.code, Cast(cast.bodies, cast.actors | {"owner": owner}), now=now)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        year.judge()
        year.keep_days()
        if told.is_over:
            load_acceptance(told.code, year.sides, now=now)
    return number


@dataclass(frozen=True, slots=True)
class _Year:
    told: Told
    cast: Cast
    owner: Actor
    start: datetime
    now: datetime

    def at(self, share: float) -> datetime:
        whole = self.now - self.start - 10 * DAY
        return self.start + timedelta(seconds=int(whole.total_seconds() * share)) + 2 * HOUR

    def live(self) -> int:
        """The work of the year through the desk, the instalments, then the breach."""
        for number, work in enumerate(sorted(self.told.work, key=lambda work: work.at)):
            self._ticket(work, self.cast.actors[("engineer", "engineer2", "engineer3")[number % 3]])
        for instalment in self.told.instalments:
            self._pay(instalment)
        if self.told.breach is not None:
            self._breach(self.told.breach)
        return len(self.told.work)

    @property
    def sides(self) -> Sides:
        return Sides(self.owner, self.cast.actors["lead"])

    def _pay(self, given: Instalment) -> None:
        met, paid = (self.start + DAY * days + 2 * HOUR for days in (given.met, given.paid))
        if paid < self.now:
            meet(self.told.code, given.stage, given.need, reference=given.reference,
                 by=self.owner, at=met)  # fmt: skip
            voucher = f"GK-{local_date(paid):%m%d}-{given.paid:04d}"
            pay(self.told.code, given.stage, voucher=voucher, sides=self.sides, at=paid)

    def _ticket(self, work: Work, engineer: Actor) -> None:
        at = self.at(work.at)
        new = desk.NewTicket(
            kind=work.kind,
            severity=work.severity,
            title=work.title,
            channel="phone",
            contract=self.told.code,
            organization_id=self.cast.bodies[self.told.client],
            requester_id=self.owner.user_id,
            requester_name=self.owner.label,
        )
        ticket = desk.open_ticket(new, by=self.cast.actors["lead"], now=at)
        desk.assign_ticket(
            ticket.id, to=desk.Assignment(assignee_id=engineer.user_id),
            by=self.cast.actors["lead"], now=at + MINUTE,
        )  # fmt: skip
        desk.reply(ticket.id, text="已登记，正在处理。", by=engineer, now=at + work.answer)
        over = at + max(work.done, work.answer + MINUTE)
        for step in desk.KINDS[work.kind].steps:
            desk.complete_step(
                ticket.id, step=step.code, text="已完成，见记录。", by=engineer, now=over
            )
        desk.resolve_ticket(
            ticket.id, resolution=desk.Resolution(text="已处理并回访确认。"), by=engineer, now=over
        )
        desk.close_ticket(ticket.id, by=self.cast.actors["lead"], now=over + 2 * HOUR)

    def _breach(self, breach: Breach) -> None:
        _, pack = packs.version_in_force(self.told.code, local_date(self.now), known_at=self.now)
        penalty = next((p for p in pack.penalties if p.id == breach.penalty), None)
        penalty = penalty or next(p for p in pack.penalties if p.payer == "supplier")
        at = self.at(breach.at)
        per_day = penalty.per == "day"
        new = assessment.NewBreach(
            contract=self.told.code,
            penalty=penalty.id,
            what=breach.what,
            occurred=local_date(at),
            noticed=local_date(at),
        )
        made = assessment.propose_breach(new, side="client", by=self.owner, now=at + DAY)
        answers: list[tuple[str, str, Actor, date | None]] = [
            ("confirm", "supplier", self.cast.actors["lead"], None)
        ]
        if per_day and breach.cured_after is not None:
            cured = local_date(at) + timedelta(days=breach.cured_after)
            answers.append(("cured", "client", self.owner, cured))
        for days, (verdict, side, by, day) in enumerate(answers, start=2):
            said = assessment.NewAnswer(about="breach", about_id=made, verdict=verdict, day=day)
            assessment.respond(self.told.code, said, side=side, by=by, now=at + (days + 10) * DAY)

    def judge(self) -> None:
        """What both sides enter where nothing measures: in the first month, and at the end."""
        self._judge(self.start + 34 * DAY, early=True)
        self._judge(self.now - 2 * DAY)

    def _judge(self, at: datetime, *, early: bool = False) -> None:
        """The client enters, the supplier confirms; early on nothing has gone wrong yet."""
        _, pack = packs.version_in_force(self.told.code, local_date(self.now), known_at=self.now)
        for number, indicator in enumerate(pack.indicators()):
            if indicator.rule["kind"] == "expert":
                less = Decimal("0.5") if number % 3 == 0 and not early else Decimal(0)
                value = indicator.points - less
                self._enter((indicator.id, ""), value, "查看材料与系统后双方评定", at=at)
                continue
            for source in indicator.sources:
                if source.planned and source.unit == "count":
                    once = Decimal(1 if number == 2 and not early else 0)
                    reason = "三季度报告迟交一份" if once else "经核对没有发生"
                    self._enter((indicator.id, source.id), once, reason, at=at)
        for veto in pack.vetoes:
            if veto.source.planned and veto.source.unit == "count":
                self._enter((veto.id, veto.source.id), Decimal(0), "没有发生", at=at)

    def _enter(self, place: tuple[str, str], value: Decimal, reason: str, *, at: datetime) -> None:
        owner, source = place
        entry = assessment.NewEntry(self.told.code, owner, value, reason, source=source)
        made = assessment.record_entry(entry, by=self.owner, now=at)
        said = assessment.NewAnswer(about="entry", about_id=made, verdict="confirm")
        assessment.respond(
            self.told.code, said, side="supplier", by=self.cast.actors["lead"], now=at + HOUR
        )

    def keep_days(self) -> None:
        """A snapshot every few weeks, for the course of the year."""
        at = self.start + 14 * DAY
        while at < self.now:
            assessment.take_daily_snapshot(self.told.code, by=DEMO, now=at)
            at += 28 * DAY
        assessment.take_daily_snapshot(self.told.code, by=DEMO, now=self.now)
