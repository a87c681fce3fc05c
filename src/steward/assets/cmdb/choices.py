"""Words of the CMDB that are not kinds."""

from django.db import models


class ItemStatus(models.TextChoices):
    """Where an item is in its life."""

    PLANNED = "planned", "规划"
    RUNNING = "running", "在用"
    STOPPED = "stopped", "停用"
    RETIRED = "retired", "退役"


class Importance(models.TextChoices):
    """How much hangs on it; routing and severities may read it."""

    CORE = "core", "核心"
    IMPORTANT = "important", "重要"
    GENERAL = "general", "一般"


class RelationType(models.TextChoices):
    """`source` … `target`."""

    PART_OF = "part_of", "属于"
    RUNS_ON = "runs_on", "运行于"
    USES = "uses", "调用"
    CONNECTS = "connects", "连接"
    BACKED_UP_BY = "backed_up_by", "备份于"
