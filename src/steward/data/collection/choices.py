from django.db import models


class Shape(models.TextChoices):
    """What a task brings (K11.3)."""

    TABLE = "table", "数据库表"
    SHEET = "sheet", "表格文件"
    FILES = "files", "非结构化文件"


class Mode(models.TextChoices):
    """How a task brings a table (K11.3)."""

    FULL = "full", "全量"
    INCREMENTAL = "incremental", "增量"
    MIRROR = "mirror", "镜像（增量并同步删除）"


class TaskState(models.TextChoices):
    ACTIVE = "active", "启用"
    PAUSED = "paused", "暂停"
    BLOCKED = "blocked", "因结构变化停住"
    RECALLED = "recalled", "已回收"


class RunState(models.TextChoices):
    QUEUED = "queued", "排队"
    RUNNING = "running", "运行中"
    SUCCEEDED = "succeeded", "成功"
    FAILED = "failed", "失败"


class Trigger(models.TextChoices):
    SCHEDULE = "schedule", "定时"
    MANUAL = "manual", "人工"
    RETRY = "retry", "重试"
    UPLOAD = "upload", "上传"


class Origin(models.TextChoices):
    """Where collected data comes from: K11.1, K11.2, K11.3."""

    PROVINCE = "province", "省回流"
    CITY = "city", "市级归集"
    LOCAL = "local", "本地归集"


class ApplicationState(models.TextChoices):
    SUBMITTED = "submitted", "待审批"
    APPROVED = "approved", "已批准"
    REJECTED = "rejected", "未批准"
    RECALLED = "recalled", "已回收"


class OfferState(models.TextChoices):
    """A column that appeared in a source after its task was made."""

    OPEN = "open", "待定"
    ACCEPTED = "accepted", "已纳入"
    DECLINED = "declined", "不归集"


class FileState(models.TextChoices):
    """What became of a file: its rows or itself are held, it said nothing new, it was taken back."""

    HELD = "held", "已归集"
    REPEATED = "repeated", "重复，未再写入"
    RECALLED = "recalled", "已回收"
