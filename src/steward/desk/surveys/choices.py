from django.db import models


class RoundState(models.TextChoices):
    DRAFT = "draft", "准备中"
    OPEN = "open", "进行中"
    CLOSED = "closed", "已结束"
    CANCELLED = "cancelled", "已取消"


class SampleMethod(models.TextChoices):
    """How the sample is drawn from the population."""

    ALL = "all", "全部调查（不抽样）"
    SIMPLE = "simple", "简单随机抽样"
    STRATIFIED = "stratified", "按单位分层抽样"


class Formula(models.TextChoices):
    """How ratings become one figure between 0 and 1."""

    SHARE = "share", "满意占比"
    MEAN = "mean", "平均分折算"


class Basis(models.TextChoices):
    """Which ratings the figure counts."""

    ALL = "all", "全部评分题"
    OVERALL = "overall", "仅“整体满意度”"


class QuestionKind(models.TextChoices):
    RATING = "rating", "评分（1–5）"
    CHOICE = "choice", "单选"
    TEXT = "text", "文字"


class Reach(models.TextChoices):
    """How an invitation reached its recipient."""

    NOTICE = "notice", "平台消息"
    MAIL = "mail", "电子邮件"
    LIST = "list", "导出的链接清单"


RATINGS = (
    (5, "非常满意"),
    (4, "满意"),
    (3, "一般"),
    (2, "不满意"),
    (1, "非常不满意"),
)
OVERALL = "overall"
