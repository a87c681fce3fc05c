import pgtrigger
from django.db import models

from steward.desk.changes.choices import (
    AccessAction,
    AccessState,
    Category,
    ChangeState,
    RecordKind,
    Risk,
)
from steward.kernel.subjects import Subject

CHANGE_SUBJECT = "changes.change"
ACCESS_SUBJECT = "changes.access"
APPEND_ONLY = pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)


class Change(models.Model):
    """A change of configuration: assessed, approved, executed on record, rolled back on record."""

    number = models.CharField("编号", max_length=20, unique=True)
    title = models.CharField("标题", max_length=200)
    category = models.CharField("变更对象", max_length=12, choices=Category.choices)
    contract = models.CharField("合同", max_length=40, blank=True)
    organization = models.ForeignKey(
        "organizations.Organization",
        models.PROTECT,
        null=True,
        verbose_name="所属单位",
        related_name="+",
    )
    item = models.ForeignKey(
        "cmdb.Item", models.PROTECT, null=True, verbose_name="配置项", related_name="+"
    )
    ticket = models.ForeignKey(
        "desk.Ticket", models.PROTECT, null=True, verbose_name="起因工单", related_name="+"
    )
    content = models.TextField("变更内容")
    risk = models.CharField("风险等级", max_length=6, choices=Risk.choices)
    risk_analysis = models.TextField("风险分析")
    rollback_plan = models.TextField("回退方案")
    feasibility = models.TextField("可行性")
    resources = models.TextField("所需资源")
    window_start = models.DateTimeField("窗口开始")
    window_end = models.DateTimeField("窗口结束")
    state = models.CharField("状态", max_length=12, choices=ChangeState.choices)
    requested_by_id = models.BigIntegerField("申请人编号", null=True)
    requested_by = models.CharField("申请人", max_length=100)
    requested_at = models.DateTimeField("申请时间")
    approval_id = models.BigIntegerField("审批编号", null=True)
    decided_at = models.DateTimeField("审批时间", null=True)
    approved_at = models.DateTimeField("批准时间", null=True)
    maintenance_id = models.BigIntegerField("维护窗口编号", null=True)
    started_at = models.DateTimeField("开始执行", null=True)
    finished_at = models.DateTimeField("结束时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "变更"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(window_end__gt=models.F("window_start")), name="change_window"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=ChangeState.values), name="change_state"
            ),
        ]
        indexes = [
            models.Index(fields=["state", "-id"], name="change_by_state"),
            models.Index(fields=["contract", "started_at"], name="change_contract"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def subject(self) -> Subject:
        return Subject(CHANGE_SUBJECT, str(self.pk), str(self))


class ChangeRecord(models.Model):
    """What was really done, as written by whoever did it; never changed."""

    change = models.ForeignKey(Change, models.PROTECT, verbose_name="变更", related_name="records")
    kind = models.CharField("种类", max_length=10, choices=RecordKind.choices)
    text = models.TextField("内容")
    is_successful = models.BooleanField("成功", default=True)
    at = models.DateTimeField("时间")
    actor_id = models.BigIntegerField("记录人编号", null=True)
    actor_label = models.CharField("记录人", max_length=100)

    class Meta:
        verbose_name = verbose_name_plural = "变更记录"
        ordering = ["id"]
        triggers = [APPEND_ONLY]

    def __str__(self) -> str:
        return self.text[:60]


class AccessChange(models.Model):
    """An organisation or permission change: asked for, approved, then applied by the platform."""

    number = models.CharField("编号", max_length=20, unique=True)
    action = models.CharField("事项", max_length=20, choices=AccessAction.choices)
    summary = models.CharField("内容", max_length=200)
    parameters = models.JSONField("参数")
    contract = models.CharField("合同", max_length=40, blank=True)
    organization = models.ForeignKey(
        "organizations.Organization",
        models.PROTECT,
        null=True,
        verbose_name="所属单位",
        related_name="+",
    )
    reason = models.TextField("理由")
    state = models.CharField("状态", max_length=10, choices=AccessState.choices)
    requested_by_id = models.BigIntegerField("申请人编号", null=True)
    requested_by = models.CharField("申请人", max_length=100)
    requested_at = models.DateTimeField("申请时间")
    approval_id = models.BigIntegerField("审批编号", null=True)
    decided_at = models.DateTimeField("审批时间", null=True)
    applied_at = models.DateTimeField("执行时间", null=True)
    result = models.TextField("执行结果", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "组织与权限变更"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=AccessState.values), name="access_change_state"
            )
        ]
        indexes = [models.Index(fields=["state", "-id"], name="access_by_state")]

    def __str__(self) -> str:
        return f"{self.number} {self.summary}"

    @property
    def subject(self) -> Subject:
        return Subject(ACCESS_SUBJECT, str(self.pk), str(self))


class FlowSeed(models.Model):
    """An approval flow that was laid once; afterwards it belongs to the administrators."""

    code = models.CharField("流程编码", max_length=40, unique=True)

    class Meta:
        verbose_name = verbose_name_plural = "预置流程"

    def __str__(self) -> str:
        return self.code
