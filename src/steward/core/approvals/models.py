import pgtrigger
from django.db import models
from django.db.models import F, Q

from steward.core.approvals.choices import ApprovalState, Decision, Mode, StepState

APPEND_ONLY = pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)


class Flow(models.Model):
    """A way to approve something, by name; what it says is in its versions."""

    code = models.SlugField("编码", max_length=40, unique=True)
    name = models.CharField("名称", max_length=80)
    purpose = models.CharField("用途", max_length=60)
    is_enabled = models.BooleanField("启用", default=True)
    is_self_service = models.BooleanField("可自助发起", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "审批流程"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class FlowVersion(models.Model):
    """The steps of a flow from one instant on; running approvals keep the one they began with."""

    flow = models.ForeignKey(Flow, models.PROTECT, verbose_name="审批流程", related_name="versions")
    number = models.PositiveIntegerField("版本号")
    definition = models.JSONField("内容")
    defined_at = models.DateTimeField("定义时间")
    defined_by_label = models.CharField("定义人", max_length=100)

    class Meta:
        verbose_name = verbose_name_plural = "流程版本"
        ordering = ["flow", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["flow", "number"], name="flow_version_once"),
        ]
        triggers = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.flow} 第 {self.number} 版"


class Approval(models.Model):
    """One request on its way through the steps."""

    version = models.ForeignKey(
        FlowVersion, models.PROTECT, verbose_name="流程版本", related_name="approvals"
    )
    title = models.CharField("标题", max_length=200)
    body = models.TextField("说明", blank=True)
    subject_kind = models.CharField("对象类型", max_length=60)
    subject_key = models.CharField("对象编号", max_length=60)
    subject_label = models.CharField("对象", max_length=200)
    facts = models.JSONField("事实", default=dict)
    state = models.CharField(
        "状态", max_length=10, choices=ApprovalState.choices, default=ApprovalState.PENDING
    )
    requested_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, verbose_name="申请人", related_name="+"
    )
    requested_by_label = models.CharField("申请人姓名", max_length=100)
    organization_id = models.BigIntegerField("申请单位编号", null=True)
    requested_at = models.DateTimeField("申请时间")
    finished_at = models.DateTimeField("结束时间", null=True)
    outcome = models.TextField("结果说明", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "审批"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="pending", finished_at__isnull=True)
                | Q(~Q(state="pending"), finished_at__isnull=False),
                name="approval_finished",
            ),
            models.UniqueConstraint(
                fields=["version", "subject_kind", "subject_key"],
                condition=Q(state="pending") & ~Q(subject_key=""),
                name="approval_pending_once",
            ),
        ]
        indexes = [
            models.Index(fields=["subject_kind", "subject_key"], name="approval_subject"),
            models.Index(fields=["requested_by", "-id"], name="approval_requester"),
            models.Index(fields=["state", "-id"], name="approval_state"),
        ]

    def __str__(self) -> str:
        return self.title


class ApprovalStep(models.Model):
    """One step of one approval, laid out when the approval began."""

    approval = models.ForeignKey(
        Approval, models.CASCADE, verbose_name="审批", related_name="steps"
    )
    position = models.PositiveIntegerField("顺序")
    name = models.CharField("步骤", max_length=80)
    mode = models.CharField("会签方式", max_length=5, choices=Mode.choices)
    state = models.CharField(
        "状态", max_length=10, choices=StepState.choices, default=StepState.WAITING
    )
    opened_at = models.DateTimeField("到达时间", null=True)
    due_at = models.DateTimeField("到期时间", null=True)
    closed_at = models.DateTimeField("完成时间", null=True)
    note = models.TextField("说明", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "审批步骤"
        ordering = ["approval", "position"]
        constraints = [
            models.UniqueConstraint(fields=["approval", "position"], name="step_once"),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(closed_at__gte=F("opened_at"))
                | Q(opened_at__isnull=True),
                name="step_order",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["due_at"], name="step_due", condition=Q(state="active")),
        ]

    def __str__(self) -> str:
        return self.name


class Assignment(models.Model):
    """One person's say in a step; a deputy may speak for that person."""

    step = models.ForeignKey(
        ApprovalStep, models.CASCADE, verbose_name="审批步骤", related_name="assignments"
    )
    user = models.ForeignKey(
        "accounts.User", models.PROTECT, verbose_name="审批人", related_name="+"
    )
    decision = models.CharField(
        "意见", max_length=10, choices=Decision.choices, default=Decision.PENDING
    )
    comment = models.TextField("说明", blank=True)
    decided_at = models.DateTimeField("处理时间", null=True)
    decided_by_label = models.CharField("处理人", max_length=100, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "审批意见"
        ordering = ["step", "id"]
        constraints = [
            models.UniqueConstraint(fields=["step", "user"], name="assignment_once"),
        ]
        indexes = [
            models.Index(
                fields=["user"], name="assignment_pending", condition=Q(decision="pending")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_decision_display()}"


class Delegation(models.Model):
    """For a period [from, until) somebody else may approve in a person's place."""

    user = models.ForeignKey(
        "accounts.User", models.PROTECT, verbose_name="委托人", related_name="+"
    )
    deputy = models.ForeignKey(
        "accounts.User", models.PROTECT, verbose_name="代理人", related_name="+"
    )
    from_at = models.DateTimeField("开始时间")
    until_at = models.DateTimeField("结束时间")
    reason = models.CharField("原因", max_length=200)
    ended_at = models.DateTimeField("提前结束", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "审批委托"
        ordering = ["-from_at"]
        constraints = [
            models.CheckConstraint(condition=Q(from_at__lt=F("until_at")), name="deputy_period"),
            models.CheckConstraint(condition=~Q(user=F("deputy")), name="deputy_other"),
        ]

    def __str__(self) -> str:
        return f"{self.user} → {self.deputy}"
