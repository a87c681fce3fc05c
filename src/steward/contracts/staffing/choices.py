from django.db import models


class PlanState(models.TextChoices):
    """What the roster says of one person on one day."""

    ON_SITE = "on_site", "到岗"
    ABSENT = "absent", "请假"
    OFF = "off", "不排班"


class Origin(models.TextChoices):
    """Who stated that somebody was there; the evidence grade follows from it."""

    SELF = "self", "本人签到"
    LATE = "late", "事后登记"


class Outcome(models.TextChoices):
    """How a dispute about somebody's presence ended."""

    OPEN = "open", "争议中"
    UPHELD = "upheld", "认定未到岗"
    WITHDRAWN = "withdrawn", "认可到岗"


class ChangeReason(models.TextChoices):
    """Why somebody leaves the team; a pack names those that do not count as turnover."""

    ILLNESS = "illness", "疾病"
    ACCIDENT = "accident", "意外"
    RESIGNATION = "resignation", "离职"
    REASSIGNED = "reassigned", "乙方调整"
    CLIENT = "client", "甲方要求"
    ENLARGED = "enlarged", "增派人员"


class ChangeState(models.TextChoices):
    SUBMITTED = "submitted", "待甲方同意"
    REJECTED = "rejected", "未同意"
    WITHDRAWN = "withdrawn", "已撤回"
    ACCEPTED = "accepted", "待生效"
    APPLIED = "applied", "已生效"
    FAILED = "failed", "未能生效"
