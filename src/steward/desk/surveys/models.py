from uuid import uuid4

import pgtrigger
from django.db import models
from django.db.models import Q

from steward.desk.surveys.choices import Basis, Formula, Reach, RoundState, SampleMethod
from steward.desk.surveys.figures import Terms
from steward.kernel.subjects import Subject

ROUND = "surveys.round"
APPEND_ONLY = pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)


class Questionnaire(models.Model):
    """What is asked, over its versions."""

    code = models.SlugField("编码", max_length=40, unique=True)
    title = models.CharField("名称", max_length=100)

    class Meta:
        verbose_name = verbose_name_plural = "问卷"
        ordering = ["code"]

    def __str__(self) -> str:
        return self.title


class QuestionnaireVersion(models.Model):
    """The questions as they were asked; never changed."""

    questionnaire = models.ForeignKey(
        Questionnaire, models.PROTECT, verbose_name="问卷", related_name="versions"
    )
    number = models.PositiveIntegerField("版本")
    intro = models.CharField("说明", max_length=300, blank=True)
    questions = models.JSONField("题目")
    made_at = models.DateTimeField("保存时间")
    made_by = models.CharField("保存人", max_length=100)

    class Meta:
        verbose_name = verbose_name_plural = "问卷版本"
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["questionnaire", "number"], name="questionnaire_version_number"
            )
        ]
        triggers = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.questionnaire} 第 {self.number} 版"


class Round(models.Model):
    """One time of asking for one contract: whom, when, how the figure is worked out."""

    contract = models.CharField("合同", max_length=40)
    title = models.CharField("名称", max_length=120)
    asker = models.CharField("调查单位", max_length=100)
    organization = models.ForeignKey(
        "organizations.Organization",
        models.PROTECT,
        null=True,
        verbose_name="甲方机构",
        related_name="+",
    )
    version = models.ForeignKey(
        QuestionnaireVersion, models.PROTECT, verbose_name="问卷版本", related_name="+"
    )
    period_start = models.DateField("评价时段起")
    period_end = models.DateField("评价时段止（不含）")
    closes_at = models.DateTimeField("截止时间")
    state = models.CharField("状态", max_length=10, choices=RoundState.choices)
    formula = models.CharField("计算方法", max_length=10, choices=Formula.choices)
    satisfied_from = models.PositiveSmallIntegerField("满意起点分")
    basis = models.CharField("计入的题", max_length=10, choices=Basis.choices)
    minimum = models.PositiveIntegerField("最少有效份数")
    method = models.CharField("抽样方法", max_length=12, choices=SampleMethod.choices, blank=True)
    seed = models.CharField("抽样种子", max_length=64)
    drawn_at = models.DateTimeField("抽样时间", null=True)
    created_at = models.DateTimeField("建立时间")
    created_by = models.CharField("建立人", max_length=100)
    opened_at = models.DateTimeField("开始时间", null=True)
    closed_at = models.DateTimeField("结束时间", null=True)
    closed_by = models.CharField("结束人", max_length=100, blank=True)
    exports = models.PositiveIntegerField("清单导出次数", default=0)
    waves = models.PositiveIntegerField("发送批次", default=0)
    grade = models.CharField("证据等级", max_length=1, blank=True)
    grade_reason = models.CharField("定级理由", max_length=300, blank=True)
    result = models.JSONField("结果", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "调查轮次"
        ordering = ["-id"]
        indexes = [models.Index(fields=["contract", "state", "period_start"], name="survey_period")]
        constraints = [
            models.CheckConstraint(
                condition=Q(period_end__gt=models.F("period_start")), name="survey_period_order"
            ),
            models.CheckConstraint(
                condition=Q(satisfied_from__gte=2, satisfied_from__lte=5),
                name="survey_satisfied_from",
            ),
            models.CheckConstraint(
                condition=~Q(state="closed") | Q(closed_at__isnull=False, result__isnull=False),
                name="survey_closed_has_result",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def subject(self) -> Subject:
        return Subject(ROUND, str(self.pk), self.title)

    @property
    def terms(self) -> Terms:
        return Terms(self.formula, self.satisfied_from, self.basis, self.minimum)


class Recipient(models.Model):
    """A member of the population: whether drawn, whether answered; never what was answered."""

    round = models.ForeignKey(
        Round, models.PROTECT, verbose_name="调查轮次", related_name="recipients"
    )
    number = models.PositiveIntegerField("序号")
    name = models.CharField("姓名", max_length=60)
    unit = models.CharField("单位", max_length=120)
    email = models.EmailField("电子邮箱", blank=True)
    user_id = models.BigIntegerField("用户编号", null=True)
    is_sampled = models.BooleanField("抽中", default=False)
    has_answered = models.BooleanField("已答", default=False)
    reach = models.CharField("送达方式", max_length=8, choices=Reach.choices, blank=True)
    wave = models.PositiveIntegerField("最近批次", default=0)
    problem = models.CharField("未送达原因", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "调查对象"
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["round", "number"], name="survey_recipient_number"),
            models.UniqueConstraint(
                fields=["round", "user_id"],
                condition=Q(user_id__isnull=False),
                name="survey_recipient_user",
            ),
            models.UniqueConstraint(
                fields=["round", "email"], condition=~Q(email=""), name="survey_recipient_email"
            ),
            models.CheckConstraint(
                condition=Q(has_answered=False) | Q(is_sampled=True), name="survey_answer_sampled"
            ),
        ]
        indexes = [models.Index(fields=["user_id"], name="survey_recipient_mine")]

    def __str__(self) -> str:
        return f"{self.name}（{self.unit}）"


class Invitation(models.Model):
    """The hash of a token that opens the form for one recipient; the token itself is not kept."""

    recipient = models.ForeignKey(
        Recipient, models.PROTECT, verbose_name="调查对象", related_name="invitations"
    )
    token_hash = models.CharField("令牌摘要", max_length=64, unique=True)
    reach = models.CharField("送达方式", max_length=8, choices=Reach.choices)
    issued_at = models.DateTimeField("发放时间")
    expires_at = models.DateTimeField("失效时间")
    is_revoked = models.BooleanField("已作废", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "调查邀请"
        indexes = [models.Index(fields=["recipient"], name="survey_invitation_recipient")]

    def __str__(self) -> str:
        return self.get_reach_display()


class Answer(models.Model):
    """One filled-in form: no person, no instant, a random key, so that rows have no order."""

    id = models.UUIDField("编号", primary_key=True, default=uuid4, editable=False)
    round = models.ForeignKey(
        Round, models.PROTECT, verbose_name="调查轮次", related_name="answers"
    )
    unit = models.CharField("单位", max_length=120)
    content = models.JSONField("内容")

    class Meta:
        verbose_name = verbose_name_plural = "答卷"
        ordering = ["id"]
        triggers = [APPEND_ONLY]

    def __str__(self) -> str:
        return "答卷"


class TicketRating(models.Model):
    """How satisfied the requester was with a closed ticket; one a ticket, never changed."""

    ticket = models.OneToOneField(
        "desk.Ticket", models.PROTECT, verbose_name="工单", related_name="+"
    )
    contract = models.CharField("合同", max_length=40, blank=True)
    rating = models.PositiveSmallIntegerField("评分")
    comment = models.CharField("意见", max_length=500, blank=True)
    rated_at = models.DateTimeField("评价时间")
    rated_by_id = models.BigIntegerField("评价人编号")
    rated_by = models.CharField("评价人", max_length=100)

    class Meta:
        verbose_name = verbose_name_plural = "工单评价"
        indexes = [models.Index(fields=["contract", "rated_at"], name="ticket_rating_contract")]
        constraints = [
            models.CheckConstraint(condition=Q(rating__gte=1, rating__lte=5), name="ticket_rating")
        ]
        triggers = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.rating} 分"
