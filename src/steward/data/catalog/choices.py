"""The dictionaries of the cataloguing guide (公共数据资源目录编制指南, GB/T 21063.3 and .4)."""

from datetime import timedelta

from django.db import models


class SystemState(models.TextChoices):
    BUILDING = "building", "在建"
    RUNNING = "running", "在用"
    RETIRED = "retired", "停用"


class ResourceClass(models.TextChoices):
    """The first digit of a code: 类 of the guide."""

    BASIC = "1", "基础信息资源"
    TOPIC = "2", "主题信息资源"
    DEPARTMENT = "3", "部门信息资源"


class Format(models.TextChoices):
    """信息资源格式."""

    DATABASE = "database", "数据库"
    SPREADSHEET = "spreadsheet", "电子表格"
    DOCUMENT = "document", "电子文件"
    IMAGE = "image", "图形图像"
    STREAM = "stream", "流媒体"
    SERVICE = "service", "接口服务"


class Sharing(models.TextChoices):
    """共享类型."""

    UNCONDITIONAL = "unconditional", "无条件共享"
    CONDITIONAL = "conditional", "有条件共享"
    NONE = "none", "不予共享"


class SharingMethod(models.TextChoices):
    """共享方式."""

    PLATFORM = "platform", "共享平台"
    EXCHANGE = "exchange", "前置交换"
    INTERFACE = "interface", "接口"
    MAIL = "mail", "邮件"
    COPY = "copy", "介质拷贝"


class Openness(models.TextChoices):
    """开放类型."""

    UNCONDITIONAL = "unconditional", "无条件开放"
    CONDITIONAL = "conditional", "受限开放"
    NONE = "none", "禁止开放"


class Cycle(models.TextChoices):
    """更新周期."""

    LIVE = "live", "实时"
    DAILY = "daily", "每日"
    WEEKLY = "weekly", "每周"
    MONTHLY = "monthly", "每月"
    QUARTERLY = "quarterly", "每季度"
    HALF_YEARLY = "half_yearly", "每半年"
    YEARLY = "yearly", "每年"
    ONCE = "once", "不更新"

    @property
    def longest(self) -> timedelta | None:
        """After how long without an update the cycle is broken; None: never."""
        return LONGEST[self]


LONGEST = {
    Cycle.LIVE: timedelta(days=1),
    Cycle.DAILY: timedelta(days=2),
    Cycle.WEEKLY: timedelta(days=8),
    Cycle.MONTHLY: timedelta(days=32),
    Cycle.QUARTERLY: timedelta(days=93),
    Cycle.HALF_YEARLY: timedelta(days=185),
    Cycle.YEARLY: timedelta(days=367),
    Cycle.ONCE: None,
}


class ItemType(models.TextChoices):
    """数据类型 with the letters of the guide."""

    TEXT = "C", "字符型 C"
    NUMBER = "N", "数值型 N"
    MONEY = "Y", "货币型 Y"
    DATE = "D", "日期型 D"
    MOMENT = "T", "日期时间型 T"
    LOGICAL = "L", "逻辑型 L"
    MEMO = "M", "备注型 M"
    GENERAL = "G", "通用型 G"
    DOUBLE = "B", "双精度型 B"
    INTEGER = "I", "整型 I"
    FLOAT = "F", "浮点型 F"


class Sensitivity(models.TextChoices):
    """DB33/T 2351-2021, four levels."""

    L1 = "L1", "L1 不敏感"
    L2 = "L2", "L2 低敏感"
    L3 = "L3", "L3 较敏感"
    L4 = "L4", "L4 敏感"


class State(models.TextChoices):
    """草稿 → 审核 → 已发布 → 变更中 → … → 已下架."""

    DRAFT = "draft", "草稿"
    REVIEW = "review", "审核中"
    PUBLISHED = "published", "已发布"
    CHANGED = "changed", "变更中"
    DELISTED = "delisted", "已下架"


EDITABLE = (State.DRAFT, State.PUBLISHED, State.CHANGED)


class Asked(models.TextChoices):
    """What an approval of a catalogue is about."""

    PUBLISH = "publish", "发布"
    DELIST = "delist", "下架"


class Gap(models.TextChoices):
    """How the live schema and the catalogue differ (普查, K10.1)."""

    TABLE_UNLISTED = "table_unlisted", "表未编目"
    COLUMN_UNLISTED = "column_unlisted", "列未编目"
    TABLE_GONE = "table_gone", "编目的表已消失"
    COLUMN_GONE = "column_gone", "编目的列已消失"
    TYPE_CHANGED = "type_changed", "类型已变化"


class GapState(models.TextChoices):
    OPEN = "open", "待处理"
    CLOSED = "closed", "已一致"
    IGNORED = "ignored", "不编目"


class DemandState(models.TextChoices):
    SUBMITTED = "submitted", "待数源单位审批"
    APPROVED = "approved", "已同意，待归集"
    REJECTED = "rejected", "未同意"
    COLLECTING = "collecting", "归集中"
    MET = "met", "已满足"


class Decision(models.TextChoices):
    """What is to become of a catalogue that is not collected (K10.5)."""

    COLLECT = "collect", "要求归集"
    DELIST = "delist", "下架"


class Scope(models.TextChoices):
    """What a part of the cataloguing standard speaks of."""

    CATALOGUES = "catalogues", "目录"
    ITEMS = "items", "数据项"


class StandardState(models.TextChoices):
    """草稿 → 审核中 → 现行 → 已被替代; refused or withdrawn, it is a draft again."""

    DRAFT = "draft", "草稿"
    REVIEW = "review", "审核中"
    IN_FORCE = "in_force", "现行"
    REPLACED = "replaced", "已被替代"
