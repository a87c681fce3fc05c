import pgtrigger
from django.db import models
from django.db.models import F, Q

from steward.contracts.obligations.choices import (
    AREAS,
    RHYTHMS,
    Decision,
    MomentKind,
    ProofState,
    Side,
    Status,
)

APPEND_ONLY = pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
GRADE = Q(grade__in=("A", "B", "C", "D"))


def areas() -> list[tuple[str, str]]:
    return list(AREAS.items())


def rhythms() -> list[tuple[str, str]]:
    return list(RHYTHMS.items())


class Duty(models.Model):
    """One obligation of one version of a contract, as its pack states it."""

    contract = models.CharField("合同", max_length=60)
    version = models.PositiveIntegerField("合同版本")
    code = models.CharField("编号", max_length=60)
    title = models.CharField("名称", max_length=400)
    area = models.CharField("类别", max_length=20, choices=areas)
    rhythm = models.CharField("节奏", max_length=20, choices=rhythms)
    side = models.CharField("义务方", max_length=10, choices=Side.choices)
    team = models.CharField("责任班组", max_length=400, blank=True)
    organization_id = models.BigIntegerField("责任机构", null=True)
    deliverable = models.CharField("交付物", max_length=400)
    grade = models.CharField("证据等级", max_length=1)
    accepts = models.JSONField("证据种类", default=list)
    proofs = models.PositiveSmallIntegerField("证明份数", default=1)
    reminders = models.JSONField("提前提醒", default=list)
    severity = models.CharField("逾期级别", max_length=10, default="minor")
    consequences = models.JSONField("关联条款", default=list)
    clause_ref = models.CharField("条款", max_length=400)
    clause_quote = models.CharField("条文", max_length=400)
    note = models.TextField("说明", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "合同义务"
        ordering = ["contract", "version", "id"]
        constraints = [
            models.UniqueConstraint(fields=["contract", "version", "code"], name="duty_once"),
            models.CheckConstraint(condition=GRADE, name="duty_grade"),
        ]

    def __str__(self) -> str:
        return self.title


class Moment(models.Model):
    """An important moment (重要时刻): registered by one side, confirmed by the other (H6, K22)."""

    contract = models.CharField("合同", max_length=60)
    title = models.CharField("名称", max_length=120)
    kind = models.CharField("种类", max_length=20, choices=MomentKind.choices)
    starts_at = models.DateTimeField("开始")
    ends_at = models.DateTimeField("结束")
    note = models.TextField("保障要求", blank=True)
    state = models.CharField(
        "状态", max_length=10, choices=Decision.choices, default=Decision.PROPOSED
    )
    side = models.CharField("登记方", max_length=10, choices=Side.choices)
    registered_by_id = models.BigIntegerField("登记人编号", null=True)
    registered_by = models.CharField("登记人", max_length=100)
    registered_at = models.DateTimeField("登记时间")
    decided_by = models.CharField("确认人", max_length=100, blank=True)
    decided_at = models.DateTimeField("确认时间", null=True)
    decision_note = models.TextField("确认意见", blank=True)
    cancelled_at = models.DateTimeField("取消时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "重要时刻"
        ordering = ["-starts_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="moment_span"),
        ]
        indexes = [models.Index(fields=["contract", "starts_at"], name="moment_contract")]

    def __str__(self) -> str:
        return self.title


class Occurrence(models.Model):
    """One time that a duty comes due: its window [opens_at, due_at) and how it ended.

    `known_at` is when the platform could know of it, `retired_at` when an amendment or a notice
    took it away: both let an old figure be made again.
    """

    duty = models.ForeignKey(Duty, models.PROTECT, verbose_name="合同义务", related_name="+")
    contract = models.CharField("合同", max_length=60)
    code = models.CharField("义务编号", max_length=60)
    area = models.CharField("类别", max_length=20, choices=areas)
    rhythm = models.CharField("节奏", max_length=20, choices=rhythms)
    key = models.CharField("期次", max_length=60)
    label = models.CharField("期次名称", max_length=160)
    opens_at = models.DateTimeField("可履行起")
    due_at = models.DateTimeField("截止")
    for_at = models.DateTimeField("所属期末")
    planned_at = models.DateTimeField("建议完成", null=True)
    is_expected = models.BooleanField("待放假通知核定", default=False)
    moment = models.ForeignKey(
        Moment, models.PROTECT, null=True, verbose_name="重要时刻", related_name="+"
    )
    status = models.CharField("状态", max_length=10, choices=Status.choices, default=Status.OPEN)
    fulfilled_at = models.DateTimeField("履行时间", null=True)
    closed_at = models.DateTimeField("办结时间", null=True)
    has_proof = models.BooleanField("有证明", default=False)
    awaits_client = models.BooleanField("待甲方确认", default=False)
    known_at = models.DateTimeField("获知时间")
    laid_at = models.DateTimeField("铺排时间")
    missed_at = models.DateTimeField("逾期记录", null=True)
    retired_at = models.DateTimeField("停用时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "义务期次"
        ordering = ["due_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["contract", "code", "key"],
                name="occurrence_once",
                condition=Q(retired_at__isnull=True),
            ),
            models.CheckConstraint(condition=Q(due_at__gt=F("opens_at")), name="occurrence_window"),
            models.CheckConstraint(
                condition=(
                    Q(status__in=("done", "late"), fulfilled_at__isnull=False)
                    | Q(status__in=("open", "waived"), fulfilled_at__isnull=True)
                ),
                name="occurrence_fulfilled",
            ),
            models.CheckConstraint(
                condition=(
                    ~Q(status__in=("done", "late"))
                    | Q(status="done", fulfilled_at__lt=F("due_at"))
                    | Q(status="late", fulfilled_at__gte=F("due_at"))
                ),
                name="occurrence_late",
            ),
        ]
        indexes = [
            models.Index(fields=["contract", "due_at"], name="occurrence_due"),
            models.Index(fields=["contract", "code", "due_at"], name="occurrence_duty"),
            models.Index(
                fields=["due_at"],
                name="occurrence_open",
                condition=Q(status="open", retired_at__isnull=True),
            ),
            models.Index(
                fields=["contract"], name="occurrence_awaits", condition=Q(awaits_client=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.duty_id} · {self.label}"


class WindowChange(models.Model):
    """A window that was moved before it had ended, with what it was (append-only)."""

    occurrence = models.ForeignKey(
        Occurrence, models.PROTECT, verbose_name="义务期次", related_name="changes"
    )
    at = models.DateTimeField("时间")
    opens_before = models.DateTimeField("原可履行起")
    due_before = models.DateTimeField("原截止")
    reason = models.CharField("原因", max_length=200)

    class Meta:
        verbose_name = verbose_name_plural = "期次变更"
        ordering = ["occurrence", "at", "id"]
        triggers = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.occurrence_id} · {self.reason}"


class Proof(models.Model):
    """What somebody put forward as fulfilment; withdrawn or returned it stays as history."""

    occurrence = models.ForeignKey(
        Occurrence, models.PROTECT, verbose_name="义务期次", related_name="proofs"
    )
    title = models.CharField("名称", max_length=200)
    note = models.TextField("说明", blank=True)
    kind = models.CharField("证据种类", max_length=60)
    grade = models.CharField("等级", max_length=1)
    evidence_id = models.BigIntegerField("证据编号")
    confirmation_id = models.BigIntegerField("确认证据编号", null=True)
    file_id = models.BigIntegerField("文件编号", null=True)
    subject_kind = models.CharField("对象类型", max_length=60, blank=True)
    subject_key = models.CharField("对象编号", max_length=60, blank=True)
    subject_label = models.CharField("对象", max_length=200, blank=True)
    done_at = models.DateTimeField("所述完成时间", null=True)
    delivered_at = models.DateTimeField("计入时间")
    side = models.CharField("提交方", max_length=10, choices=Side.choices)
    submitted_by_id = models.BigIntegerField("提交人编号", null=True)
    submitted_by = models.CharField("提交人", max_length=100)
    submitted_at = models.DateTimeField("提交时间")
    state = models.CharField(
        "状态", max_length=10, choices=ProofState.choices, default=ProofState.STANDING
    )
    confirmed_by = models.CharField("确认人", max_length=100, blank=True)
    confirmed_at = models.DateTimeField("确认时间", null=True)
    ended_by = models.CharField("撤回人", max_length=100, blank=True)
    ended_at = models.DateTimeField("撤回时间", null=True)
    end_reason = models.TextField("撤回原因", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "履约证明"
        ordering = ["occurrence", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["occurrence", "evidence_id"],
                name="proof_once",
                condition=Q(state="standing"),
            ),
            models.CheckConstraint(condition=GRADE, name="proof_grade"),
            models.CheckConstraint(
                condition=(
                    Q(state="standing", ended_at__isnull=True)
                    | (~Q(state="standing") & Q(ended_at__isnull=False) & ~Q(end_reason=""))
                ),
                name="proof_ended",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Waiver(models.Model):
    """One occurrence that need not be fulfilled: a document, and both sides (rule 19)."""

    occurrence = models.ForeignKey(
        Occurrence, models.PROTECT, verbose_name="义务期次", related_name="waivers"
    )
    reason = models.TextField("原因")
    file_id = models.BigIntegerField("依据文件编号")
    state = models.CharField(
        "状态", max_length=10, choices=Decision.choices, default=Decision.PROPOSED
    )
    side = models.CharField("提出方", max_length=10, choices=Side.choices)
    proposed_by_id = models.BigIntegerField("提出人编号", null=True)
    proposed_by = models.CharField("提出人", max_length=100)
    proposed_at = models.DateTimeField("提出时间")
    decided_by = models.CharField("确认人", max_length=100, blank=True)
    decided_at = models.DateTimeField("确认时间", null=True)
    decision_note = models.TextField("确认意见", blank=True)
    evidence_id = models.BigIntegerField("证据编号", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "义务豁免"
        ordering = ["occurrence", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["occurrence"],
                name="waiver_one_open",
                condition=Q(state__in=("proposed", "agreed")),
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="waiver_reason"),
        ]

    def __str__(self) -> str:
        return self.reason[:40]


class Reminder(models.Model):
    """A notice that went out about an occurrence: each once."""

    occurrence = models.ForeignKey(
        Occurrence, models.PROTECT, verbose_name="义务期次", related_name="notices"
    )
    kind = models.CharField("种类", max_length=20)
    sent_at = models.DateTimeField("发出时间")
    recipients = models.PositiveIntegerField("人数", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "义务提醒"
        ordering = ["occurrence", "id"]
        constraints = [
            models.UniqueConstraint(fields=["occurrence", "kind"], name="reminder_once"),
        ]

    def __str__(self) -> str:
        return f"{self.occurrence_id} · {self.kind}"
