"""Teams of the desk, and changes of the year: executed, rolled back, waiting for approval."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from steward.core.approvals import api as approvals
from steward.desk.changes import api as changes
from steward.desk.changes.services import seed_flows
from steward.desk.tickets import api as tickets
from steward.kernel.instants import at_local, local_date
from steward.site.demo.assets import CONTRACT
from steward.site.demo.people import CLIENT, DEMO, Cast

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
NIGHT = 22 * HOUR
TEAMS = (
    ("onsite", "驻场组", "lead", ("engineer", "engineer2", "engineer3")),
    ("platform", "平台应用组", "engineer", ("engineer", "engineer2")),
    ("data", "数据与数据库组", "engineer3", ("engineer3",)),
)


@dataclass(frozen=True, slots=True)
class Told:
    """A change: what, when (days before today, negative for what comes), and how it went."""

    title: str
    category: str
    risk: str
    days: int
    outcome: str = ""
    record: str = ""


CHANGES = (
    Told("公文库数据库小版本升级", "database", "medium", 160, "done",
         "22:05 停写，22:31 升级完成，22:48 校验通过，恢复写入。"),
    Told("中间件连接池由 200 调整为 400", "middleware", "low", 96, "done",
         "逐个节点滚动调整，业务未中断。"),
    Told("附件预览服务切换到新集群", "application", "medium", 41, "rolled_back",
         "切换后个别版式预览失败，按方案于 23:20 切回旧集群。"),
    Told("附件预览服务切换到新集群（第二次）", "application", "medium", -3),
    Told("核心交换机双机主备演练", "network", "high", -9),
)  # fmt: skip


def load_desk(cast: Cast, *, start: datetime, now: datetime) -> None:
    """Lay the teams and live the changes."""
    for code, name, lead, members in TEAMS:
        draft = tickets.TeamDraft(
            code=code,
            name=name,
            lead_id=cast.actors[lead].user_id,
            member_ids=[cast.actors[one].user_id or 0 for one in members],
        )
        tickets.save_team(draft, by=DEMO, now=start)
    seed_flows(now=start)
    for told in CHANGES:
        _change(told, cast, now=now)


def _change(told: Told, cast: Cast, *, now: datetime) -> None:
    begins = at_local(local_date(now)) - DAY * told.days + NIGHT
    engineer, owner = cast.actors["engineer2"], cast.actors["owner"]
    filed = min(now - 5 * HOUR, begins - 4 * DAY)
    draft = changes.ChangeDraft(
        title=told.title,
        category=told.category,
        content=f"{told.title}，按操作手册逐步执行，每步核对。",
        risk=told.risk,
        risk_analysis="窗口内业务量低；失败时影响公文流转不超过 30 分钟。",
        rollback_plan="保留原环境与配置，10 分钟内切回，并核对待办数量。",
        feasibility="已在测试环境完整演练一次。",
        resources="驻场工程师 2 人，数据库与应用各 1 人待命。",
        window_start=begins,
        window_end=begins + 2 * HOUR,
        contract=CONTRACT,
        organization_id=cast.bodies[CLIENT],
    )
    made = changes.submit_change(draft, by=engineer, now=filed)
    if not told.outcome:
        return
    approvals.decide(
        made.approval_id or 0,
        approve=True,
        comment="方案可行，同意",
        by=owner,
        now=filed + 3 * HOUR,
    )
    changes.take_decision(made.id, approved=True, now=filed + 3 * HOUR)
    changes.start_change(made.id, by=engineer, now=begins + timedelta(minutes=2))
    finish = changes.roll_back if told.outcome == "rolled_back" else changes.finish_change
    finish(made.id, record=told.record, by=engineer, now=begins + HOUR)
