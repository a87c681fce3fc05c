"""A year of outages and tickets before today, written through the services that people use."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from steward.core.findings import api as findings
from steward.desk.tickets import api as desk
from steward.kernel.actors import Actor
from steward.operations.monitoring import api as monitoring
from steward.operations.monitoring.models import Monitor
from steward.operations.monitoring.services.lines import apply_changes
from steward.operations.monitoring.timeline import Change, EndedBy
from steward.site.demo.assets import CONTRACT
from steward.site.demo.people import Cast

CAUSES = {
    "sys": ["中间件线程池耗尽，重启实例后恢复", "数据库连接数达到上限，已调整连接池",
            "磁盘日志占满，清理并增加轮转", "应用发布后配置缺失，已补齐"],
    "app": ["移动网关证书链不完整，已更换证书", "登录接口超时，已扩容"],
    "svc": ["转版服务进程退出，已重启并加看护", "预览缓存集群一节点失联，已切换"],
}  # fmt: skip
REQUESTS = [
    ("question", "如何给新入职人员开通公文账号"),
    ("question", "OFD 文件打印出来缺少水印怎么办"),
    ("question", "手机端收不到待办提醒"),
    ("question", "公文归档后还能否撤回"),
    ("incident", "公文流转缓慢，打开待办需要十几秒"),
    ("incident", "附件上传到一半报错"),
    ("incident", "用印后版式错位"),
    ("incident", "个别用户登录提示会话失效"),
]


VULNERABILITIES = [
    ("high", "组件存在反序列化漏洞，需升级", 9),
    ("medium", "管理端口令策略过弱", 30),
    ("medium", "响应头缺少安全选项", 50),
]
OPEN_NOW = [
    ("incident", "移动端批量签批后待办数不减少", 95, True),
    ("incident", "涟水县公文附件预览空白", 1300, True),
    ("question", "如何批量导出上月收文目录", 20, False),
    ("incident", "盱眙县用印排队超过十分钟", 12, False),
    ("requirement", "收文登记希望增加密级筛选", 400, True),
]


@dataclass(frozen=True, slots=True)
class Outage:
    """One planned fault of the year: which monitor, when, how long, how it was handled."""

    code: str
    begins: datetime
    lasts: timedelta
    responds: timedelta
    cause: str


def outages(codes: list[str], *, start: datetime, end: datetime) -> list[Outage]:
    """The faults of the year in order; the same for the same dates."""
    dice = random.Random(20250829)  # noqa: S311
    days = (end - start).days
    found = []
    for number in range(34):
        code = dice.choice(codes)
        begins = start + timedelta(
            days=3 + (days - 8) * number / 34, minutes=dice.randint(8 * 60, 20 * 60)
        )
        minutes = dice.randint(4, 34) if code.startswith("sys") else dice.randint(6, 95)
        found.append(
            Outage(
                code=code,
                begins=begins,
                lasts=timedelta(minutes=minutes, seconds=dice.randint(0, 59)),
                responds=timedelta(seconds=dice.randint(70, 1200)),
                cause=dice.choice(CAUSES[code.split("-")[0]]),
            )
        )
    return found


@dataclass(frozen=True, slots=True)
class Asked:
    """A ticket of a person: what it says, when, how soon it is answered and done."""

    kind: str
    title: str
    at: datetime
    answer: timedelta = timedelta(minutes=12)
    work: timedelta = timedelta(hours=3)
    severity: str = "minor"


class Year:
    """Writes the year; every write states the time at which it happened."""

    def __init__(self, cast: Cast, monitors: dict[str, int]) -> None:
        self.cast, self.monitors = cast, monitors
        self.engineers: Iterator[Actor] = self._turns()

    def _turns(self) -> Iterator[Actor]:
        names = ["engineer", "engineer2", "engineer3"]
        while True:
            yield from (self.cast.actors[name] for name in names)

    def begin(self, *, at: datetime) -> None:
        """The first probe of every monitor finds it up."""
        up = monitoring.ProbeResult(monitoring.State.UP, "正常", timedelta(milliseconds=40))
        seen = [monitoring.Observation(pk, at, up) for pk in self.monitors.values()]
        monitoring.record_results(seen, now=at)

    def live(self, outage: Outage) -> int:
        """An outage from the first failed probe to the closed ticket; returns the ticket's id."""
        down = outage.begins + timedelta(seconds=30)
        self._move(
            outage,
            Change(outage.begins, monitoring.State.DOWN, "连接被拒绝", EndedBy.RESULT),
            now=down,
        )
        finding = Monitor.objects.get(pk=self.monitors[outage.code]).finding_id
        if finding is None:
            raise RuntimeError(f"{outage.code}: the outage made no finding")
        ticket = desk.take_finding(
            finding, episode=findings.get(finding).episode, now=down + timedelta(seconds=1)
        )
        if ticket is None:
            raise RuntimeError(f"{outage.code}: the finding opened no ticket")
        engineer = next(self.engineers)
        answered = down + outage.responds
        self._take(ticket.id, engineer, at=down + timedelta(seconds=50))
        desk.reply(ticket.id, text="已收到告警，正在排查。", by=engineer, now=answered)
        over = max(outage.begins + outage.lasts, answered + timedelta(minutes=1))
        back = Change(over, monitoring.State.UP, "恢复正常", EndedBy.RESULT)
        self._move(outage, back, now=over + timedelta(seconds=15))
        desk.finish_finding(finding, by_check=True, now=over + timedelta(seconds=16))
        self._finish(ticket.id, engineer, outage.cause, at=over + timedelta(minutes=6))
        return ticket.id

    def ask(self, asked: "Asked", *, body: str) -> int:
        """A ticket that a person filed, answered and finished; returns its id."""
        ticket_id = self.open(asked, body=body)
        engineer = next(self.engineers)
        self._take(ticket_id, engineer, at=asked.at + timedelta(minutes=2))
        desk.reply(
            ticket_id,
            text="您好，已登记，马上处理，处理完会回复您。",
            by=engineer,
            now=asked.at + asked.answer,
        )
        if asked.kind == "incident" and asked.work > timedelta(hours=1):
            self._arrive(ticket_id, engineer, at=asked.at + timedelta(minutes=55))
        if asked.kind == "incident" and timedelta(hours=6) < asked.work < timedelta(hours=10):
            self._wait(ticket_id, engineer, since=asked.at + timedelta(hours=1))
        done = "已处理并回访用户，确认正常。"
        self._finish(ticket_id, engineer, done, at=asked.at + asked.work)
        return ticket_id

    def open(self, asked: "Asked", *, body: str, taken: bool = False) -> int:
        """A ticket that is still open; `taken` ones have an engineer and an answer."""
        requester = self.cast.actors["department"]
        new = desk.NewTicket(
            kind=asked.kind,
            severity=asked.severity,
            title=asked.title,
            channel="phone",
            contract=CONTRACT,
            organization_id=self.cast.bodies[body],
            requester_id=requester.user_id,
            requester_name=requester.label,
        )
        ticket = desk.open_ticket(new, by=self.cast.actors["lead"], now=asked.at)
        if taken:
            engineer = next(self.engineers)
            self._take(ticket.id, engineer, at=asked.at + timedelta(minutes=3))
            desk.reply(
                ticket.id, text="已登记，正在处理。", by=engineer, now=asked.at + asked.answer
            )
        return ticket.id

    def _wait(self, ticket_id: int, engineer: Actor, *, since: datetime) -> None:
        """The client has to help first; two hours later it has."""
        desk.suspend_ticket(
            ticket_id,
            reason="waiting_client",
            message="请提供出错时的截图和账号，收到后继续处理。",
            by=engineer,
            now=since,
        )
        desk.resume_ticket(ticket_id, by=engineer, now=since + timedelta(hours=2))

    def _arrive(self, ticket_id: int, engineer: Actor, *, at: datetime) -> None:
        """The engineer is on site; somebody of the client confirms it."""
        arrival = desk.Arrival(proof=desk.ArrivalProof.CLIENT, detail="办公室值班员确认")
        desk.check_in(ticket_id, arrival=arrival, by=engineer, now=at)

    def _move(self, outage: Outage, change: Change, *, now: datetime) -> None:
        row = Monitor.objects.get(pk=self.monitors[outage.code])
        row.state, row.state_since, row.last_at = change.state.value, change.at, change.at
        row.save(update_fields=["state", "state_since", "last_at"])
        apply_changes(row, (change,), now=now)

    def _take(self, ticket_id: int, engineer: Actor, *, at: datetime) -> None:
        desk.assign_ticket(
            ticket_id,
            to=desk.Assignment(assignee_id=engineer.user_id),
            by=self.cast.actors["lead"],
            now=at,
        )

    def _finish(self, ticket_id: int, engineer: Actor, words: str, *, at: datetime) -> None:
        ticket = desk.get_ticket(ticket_id)
        if ticket.state not in (desk.TicketState.RESOLVED, desk.TicketState.CLOSED):
            resolution = desk.Resolution(text=words, cause=words.split("，", maxsplit=1)[0])
            desk.resolve_ticket(ticket_id, resolution=resolution, by=engineer, now=at)
        if ticket.kind == "vulnerability":
            retested = at + timedelta(hours=1)
            desk.complete_step(
                ticket_id, step="verify", text="复测未再发现。", by=engineer, now=retested
            )
        desk.close_ticket(
            ticket_id, by=self.cast.actors["lead"], now=at + timedelta(hours=3), note="回访满意"
        )
