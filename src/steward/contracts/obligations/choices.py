"""Codes with their words: states of occurrences and proofs, sides, moments, areas, rhythms."""

from django.db import models


class Status(models.TextChoices):
    """What is stored; whether an open one is upcoming, due or overdue is a matter of time."""

    OPEN = "open", "未履行"
    DONE = "done", "按时履行"
    LATE = "late", "逾期履行"
    WAIVED = "waived", "已豁免"


class Standing(models.TextChoices):
    """How an occurrence stands at an instant, as people see it."""

    DUE = "due", "待履行"
    OVERDUE = "overdue", "已逾期"
    UPCOMING = "upcoming", "未到期"
    DONE = "done", "按时履行"
    LATE = "late", "逾期履行"
    WAIVED = "waived", "已豁免"
    RETIRED = "retired", "不再适用"


class ProofState(models.TextChoices):
    STANDING = "standing", "有效"
    WITHDRAWN = "withdrawn", "已撤回"
    RETURNED = "returned", "甲方退回"


class Side(models.TextChoices):
    CLIENT = "client", "甲方"
    SUPPLIER = "supplier", "乙方"

    @property
    def other(self) -> "Side":
        return Side.SUPPLIER if self is Side.CLIENT else Side.CLIENT


class Decision(models.TextChoices):
    """Where something stands that needs both sides."""

    PROPOSED = "proposed", "待对方确认"
    AGREED = "agreed", "双方已确认"
    REFUSED = "refused", "对方不同意"
    CANCELLED = "cancelled", "已取消"


class MomentKind(models.TextChoices):
    """What the contracts call important moments (重大政治活动、重要会议、应急演练、节假日)."""

    SESSIONS = "sessions", "两会"
    POLITICAL = "political", "重大政治活动"
    MEETING = "meeting", "重要会议"
    DRILL = "drill", "应急演练"
    HOLIDAY = "holiday", "节假日"
    EVENT = "event", "重大活动"
    OTHER = "other", "其他"


AREAS = {
    "maintenance": "日常维护",
    "inspection": "巡检",
    "backup": "备份",
    "security": "安全服务",
    "guard": "重要时刻",
    "staff": "人员",
    "report": "报告",
    "training": "培训",
    "document": "文档",
    "data": "数据服务",
    "other": "其他",
}
RHYTHMS = {
    "daily": "每日",
    "weekly": "每周",
    "monthly": "每月",
    "quarterly": "每季度",
    "half_yearly": "每半年",
    "yearly": "每年",
    "per_period": "按期计次",
    "before_holidays": "节前",
    "ahead": "重要时刻前",
    "during": "重要时刻期间",
    "once": "一次性",
}
SHADES = {
    Standing.DUE: "o",
    Standing.OVERDUE: "r",
    Standing.UPCOMING: "",
    Standing.DONE: "g",
    Standing.LATE: "o",
    Standing.WAIVED: "p",
    Standing.RETIRED: "",
}
GRADES = {"A": "平台实测", "B": "外部系统留痕", "C": "甲方确认", "D": "乙方自报"}
