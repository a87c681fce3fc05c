"""The words of the desk: kinds of tickets with their steps, severities, states, happenings."""

from dataclasses import dataclass, field

from django.db import models

from steward.kernel.errors import InvalidError


class UnknownWordError(InvalidError):
    """A code that the desk does not know."""

    code = "desk.unknown_word"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to be done in a kind's course of work; `before` (resolve, close) makes it a must."""

    code: str
    label: str
    before: str = ""


@dataclass(frozen=True, slots=True)
class TicketKind:
    """One kind of ticket; `prefix` begins its numbers, `steps` are its course of work."""

    code: str
    prefix: str
    label: str
    steps: tuple[Step, ...] = field(default=())


_KINDS = (
    TicketKind("incident", "INC", "故障"),
    TicketKind("question", "ASK", "咨询"),
    TicketKind(
        "program",
        "PRG",
        "程序问题",
        (
            Step("reproduce", "问题重现"),
            Step("confirm", "问题确认"),
            Step("cause", "原因分析", "resolve"),
            Step("workaround", "规避方案"),
            Step("feedback", "反馈用户", "close"),
        ),
    ),
    TicketKind(
        "requirement",
        "REQ",
        "需求问题",
        (
            Step("confirm", "需求确认"),
            Step("analyse", "需求分析", "resolve"),
            Step("feedback", "反馈用户", "close"),
            Step("track", "跟踪落实"),
        ),
    ),
    TicketKind(
        "emergency",
        "EMG",
        "应急",
        (
            Step("restore", "恢复业务", "resolve"),
            Step("cause", "问题定位"),
            Step("postmortem", "复盘报告", "close"),
        ),
    ),
    TicketKind("permission", "PRM", "组织与权限变更"),
    TicketKind(
        "cross_system",
        "XSY",
        "跨系统问题",
        (
            Step("coordinator", "确定牵头人"),
            Step("cause", "原因分析", "resolve"),
            Step("plan", "解决方案", "resolve"),
        ),
    ),
    TicketKind(
        "improvement",
        "IMP",
        "改进建议",
        (Step("assess", "评估"), Step("decide", "采纳或不采纳（写明理由与成本）", "resolve")),
    ),
    TicketKind(
        "resource",
        "RES",
        "服务器资源",
        (Step("allocate", "资源分配", "resolve"), Step("register", "更新配置库", "close")),
    ),
    TicketKind("data_quality", "DQ", "数据质量"),
    TicketKind(
        "security_event",
        "SEC",
        "安全事件",
        (Step("contain", "控制影响"), Step("report", "事件分析报告及改进措施", "close")),
    ),
    TicketKind("vulnerability", "VUL", "漏洞", (Step("verify", "复测确认", "close"),)),
    TicketKind("problem", "PRB", "问题管理", (Step("cause", "根本原因", "resolve"),)),
)
KINDS = {kind.code: kind for kind in _KINDS}

SEVERITIES = {
    "critical": "紧急",
    "major": "重大",
    "minor": "一般",
    "info": "提示",
    "high": "高危",
    "medium": "中危",
    "low": "低危",
}

HAPPENINGS = {
    "opened": "建单",
    "assigned": "派单",
    "responded": "响应",
    "checked_in": "到场",
    "workaround": "临时措施",
    "restored": "恢复",
    "reported": "提交报告",
    "resolved": "解决",
    "closed": "办结",
}
"""What may start or stop a clock; the policies of a contract name these codes."""

STEP_HAPPENINGS = {
    "workaround": "workaround",
    "restore": "restored",
    "report": "reported",
    "postmortem": "reported",
}
"""Steps whose completion is a happening for the clocks."""

CHANNELS = {
    "phone": "电话",
    "onsite": "现场",
    "web": "网页",
    "im": "即时消息",
    "mail": "邮件",
    "monitor": "监测",
    "api": "接口",
}


def kind_of(code: str) -> TicketKind:
    """The kind of a code; UnknownWordError names the ones that exist."""
    try:
        return KINDS[code]
    except KeyError:
        raise UnknownWordError(
            f"没有名为“{code}”的工单类型，可用：{'、'.join(KINDS)}", known=list(KINDS)
        ) from None


def kind_label(code: str) -> str:
    """The words of a kind, or its code when it is gone."""
    return KINDS[code].label if code in KINDS else code


def check_severity(code: str) -> str:
    """The code itself; UnknownWordError names the ones that exist."""
    if code not in SEVERITIES:
        raise UnknownWordError(
            f"没有名为“{code}”的级别，可用：{'、'.join(SEVERITIES)}", known=list(SEVERITIES)
        )
    return code


class TicketState(models.TextChoices):
    NEW = "new", "待分派"
    ASSIGNED = "assigned", "已分派"
    IN_PROGRESS = "in_progress", "处理中"
    SUSPENDED = "suspended", "已挂起"
    RESOLVED = "resolved", "已解决"
    CLOSED = "closed", "已关闭"
    CANCELLED = "cancelled", "已取消"
    VOID = "void", "作废"
    DUPLICATE = "duplicate", "重复"


OPEN_STATES = (
    TicketState.NEW,
    TicketState.ASSIGNED,
    TicketState.IN_PROGRESS,
    TicketState.SUSPENDED,
)
DONE_STATES = (TicketState.RESOLVED, TicketState.CLOSED)
VOID_STATES = (TicketState.CANCELLED, TicketState.VOID, TicketState.DUPLICATE)


class Urgency(models.IntegerChoices):
    """How near an open ticket is to its next due time."""

    CALM = 0, "正常"
    SOON = 1, "将超时"
    LATE = 2, "已超时"


class EntryKind(models.TextChoices):
    REPLY = "reply", "回复"
    NOTE = "note", "内部备注"
    SYSTEM = "system", "系统"
    ASSIGNMENT = "assignment", "派单"
    STATE = "state", "状态"
    CLOCK = "clock", "时限"
    FINDING = "finding", "问题"
    ATTACHMENT = "attachment", "附件"
    LINK = "link", "关联"
    STEP = "step", "步骤"


class LinkKind(models.TextChoices):
    DUPLICATE_OF = "duplicate_of", "重复于"
    CAUSED_BY = "caused_by", "起因于"
    RELATED = "related", "相关"
    CHILD_OF = "child_of", "隶属于"
    FOLLOWS = "follows", "接续"


class ArrivalProof(models.TextChoices):
    """How an arrival on site is proved (clock rule 17)."""

    CODE = "code", "甲方确认码"
    PHOTO = "photo", "现场照片"
    CLIENT = "client", "甲方人员确认"


class AdjustmentKind(models.TextChoices):
    """What changes a clock's figure and so needs both sides."""

    EXCLUSION = "exclusion", "剔除时段"
    EXCUSE = "excuse", "超时免责"
    OCCURRED_AT = "occurred_at", "更正发生时间"


class AdjustmentState(models.TextChoices):
    PROPOSED = "proposed", "待对方确认"
    CONFIRMED = "confirmed", "已确认"
    REFUSED = "refused", "已驳回"


class Side(models.TextChoices):
    """The two parties of a contract."""

    CLIENT = "client", "甲方"
    SUPPLIER = "supplier", "乙方"
