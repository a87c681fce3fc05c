import pgtrigger
from django.db import models
from django.db.models import F, Q

from steward.contracts.confidentiality.choices import (
    AccessKind,
    GrantState,
    ItemKind,
    ItemState,
    RequestState,
)
from steward.kernel.subjects import Subject

AGREEMENT_KIND, REQUEST_KIND = "confidentiality.agreement", "confidentiality.request"
GRANT_KIND, ITEM_KIND = "confidentiality.grant", "confidentiality.item"
APPEND_ONLY = pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)


class Agreement(models.Model):
    """A person's own agreement on file, valid for [signed_date, valid_until) unless ended."""

    contract = models.CharField("合同", max_length=40)
    member = models.ForeignKey(
        "staffing.Member", models.PROTECT, verbose_name="人员", related_name="+"
    )
    file = models.ForeignKey(
        "files.File", models.PROTECT, verbose_name="协议文件", related_name="+"
    )
    signed_date = models.DateField("签署日期")
    valid_until = models.DateField("有效期至", null=True)
    ended_date = models.DateField("终止日期", null=True)
    ended_reason = models.CharField("终止原因", max_length=200, blank=True)
    ended_recorded_at = models.DateTimeField("终止登记时间", null=True)
    reminded_at = models.DateTimeField("提醒时间", null=True)
    recorded_at = models.DateTimeField("登记时间")
    recorded_by = models.CharField("登记人", max_length=100)

    class Meta:
        verbose_name = verbose_name_plural = "保密协议"
        ordering = ["-signed_date", "-id"]
        indexes = [models.Index(fields=["contract", "member"], name="agreement_member")]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("signed_date")),
                name="agreement_period",
            ),
            models.CheckConstraint(
                condition=Q(ended_date__isnull=True) | ~Q(ended_reason=""),
                name="agreement_end_reason",
            ),
            models.UniqueConstraint(fields=["member", "signed_date"], name="agreement_once"),
        ]

    def __str__(self) -> str:
        return f"保密协议 {self.signed_date}"

    @property
    def subject(self) -> Subject:
        return Subject(AGREEMENT_KIND, str(self.pk), str(self))


class AccessRequest(models.Model):
    """Somebody asks to have something opened, for a purpose and a time [starts_at, ends_at)."""

    number = models.CharField("编号", max_length=20, unique=True)
    contract = models.CharField("合同", max_length=40)
    member = models.ForeignKey(
        "staffing.Member", models.PROTECT, verbose_name="人员", related_name="+"
    )
    kind = models.CharField("种类", max_length=10, choices=AccessKind.choices)
    target = models.CharField("对象", max_length=200)
    purpose = models.TextField("用途")
    scope = models.TextField("范围")
    starts_at = models.DateTimeField("开始时间")
    ends_at = models.DateTimeField("结束时间")
    watcher = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, verbose_name="监督人", related_name="+"
    )
    extends = models.ForeignKey(
        "Grant", models.PROTECT, null=True, verbose_name="延长的授权", related_name="extensions"
    )
    state = models.CharField("状态", max_length=10, choices=RequestState.choices)
    requested_by_id = models.BigIntegerField("申请人编号", null=True)
    requested_by = models.CharField("申请人", max_length=100)
    requested_at = models.DateTimeField("申请时间")
    approval_id = models.BigIntegerField("审批编号", null=True)
    decided_at = models.DateTimeField("审批时间", null=True)
    result = models.TextField("结果", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "访问申请"
        ordering = ["-id"]
        indexes = [models.Index(fields=["contract", "state", "-id"], name="access_request_state")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="access_request_period"
            ),
            models.UniqueConstraint(
                fields=["member", "kind", "target"],
                condition=Q(state="submitted"),
                name="access_request_pending_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.get_kind_display()} {self.target}"

    @property
    def subject(self) -> Subject:
        return Subject(REQUEST_KIND, str(self.pk), str(self))


class Grant(models.Model):
    """What the client approved: valid in [starts_at, ends_at) unless revoked earlier."""

    request = models.OneToOneField(
        AccessRequest, models.PROTECT, verbose_name="访问申请", related_name="grant"
    )
    contract = models.CharField("合同", max_length=40)
    member = models.ForeignKey(
        "staffing.Member", models.PROTECT, verbose_name="人员", related_name="+"
    )
    kind = models.CharField("种类", max_length=10, choices=AccessKind.choices)
    target = models.CharField("对象", max_length=200)
    starts_at = models.DateTimeField("开始时间")
    ends_at = models.DateTimeField("结束时间")
    watcher = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, verbose_name="监督人", related_name="+"
    )
    state = models.CharField(
        "状态", max_length=8, choices=GrantState.choices, default=GrantState.ACTIVE
    )
    granted_at = models.DateTimeField("授权时间")
    closed_at = models.DateTimeField("终止时间", null=True)
    closed_by = models.CharField("终止人", max_length=100, blank=True)
    close_reason = models.CharField("终止原因", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "访问授权"
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["contract", "state", "-id"], name="access_grant_state"),
            models.Index(fields=["ends_at"], name="access_grant_due", condition=Q(state="active")),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="grant_period"),
            models.CheckConstraint(
                condition=Q(state="active", closed_at__isnull=True)
                | (~Q(state="active") & Q(closed_at__isnull=False)),
                name="grant_closed",
            ),
            models.CheckConstraint(
                condition=~Q(state="revoked") | ~Q(close_reason=""), name="grant_revoke_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.target}"

    @property
    def subject(self) -> Subject:
        return Subject(GRANT_KIND, str(self.pk), str(self))


class UseEntry(models.Model):
    """What was done with a grant, by whom, from where, and what came out; never changed."""

    grant = models.ForeignKey(Grant, models.PROTECT, verbose_name="访问授权", related_name="uses")
    started_at = models.DateTimeField("开始时间")
    ended_at = models.DateTimeField("结束时间")
    action = models.CharField("操作内容", max_length=500)
    from_where = models.CharField("来源", max_length=100)
    output = models.CharField("产出", max_length=300, blank=True)
    rows = models.PositiveBigIntegerField("带出条数", null=True)
    sha256 = models.CharField("带出内容校验值", max_length=64, blank=True)
    recipient = models.CharField("接收方", max_length=200, blank=True)
    outside = models.CharField("超出授权", max_length=100, blank=True)
    recorded_at = models.DateTimeField("登记时间")
    recorded_by_id = models.BigIntegerField("登记人编号", null=True)
    recorded_by = models.CharField("登记人", max_length=100)

    class Meta:
        verbose_name = verbose_name_plural = "使用记录"
        ordering = ["-started_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(ended_at__gte=F("started_at")), name="use_period"),
            models.UniqueConstraint(fields=["grant", "started_at", "action"], name="use_once"),
        ]
        triggers = [APPEND_ONLY]

    def __str__(self) -> str:
        return self.action[:60]


class UseWitness(models.Model):
    """The named person who watched confirms that they did; never changed."""

    use = models.OneToOneField(
        UseEntry, models.PROTECT, verbose_name="使用记录", related_name="witness"
    )
    note = models.CharField("说明", max_length=200, blank=True)
    at = models.DateTimeField("确认时间")
    by = models.CharField("监督人", max_length=100)

    class Meta:
        verbose_name = verbose_name_plural = "监督确认"
        triggers = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.by} {self.at}"


class HandbackItem(models.Model):
    """Something given to the supplier: held, then returned or destroyed with proof, confirmed."""

    contract = models.CharField("合同", max_length=40)
    kind = models.CharField("类别", max_length=10, choices=ItemKind.choices)
    name = models.CharField("名称", max_length=200)
    quantity = models.CharField("数量", max_length=60, blank=True)
    holder = models.ForeignKey(
        "staffing.Member", models.PROTECT, null=True, verbose_name="保管人", related_name="+"
    )
    given_date = models.DateField("交付日期")
    state = models.CharField(
        "状态", max_length=10, choices=ItemState.choices, default=ItemState.HELD
    )
    settled_at = models.DateTimeField("处置时间", null=True)
    settled_by = models.CharField("处置人", max_length=100, blank=True)
    settle_note = models.CharField("处置说明", max_length=300, blank=True)
    proof = models.ForeignKey(
        "files.File", models.PROTECT, null=True, verbose_name="证明文件", related_name="+"
    )
    confirmed_at = models.DateTimeField("甲方确认时间", null=True)
    confirmed_by = models.CharField("甲方确认人", max_length=100, blank=True)
    refusal = models.CharField("甲方退回原因", max_length=300, blank=True)
    recorded_at = models.DateTimeField("登记时间")
    recorded_by = models.CharField("登记人", max_length=100)

    class Meta:
        verbose_name = verbose_name_plural = "移交事项"
        ordering = ["kind", "id"]
        indexes = [models.Index(fields=["contract", "state"], name="handback_state")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="held", settled_at__isnull=True, confirmed_at__isnull=True)
                | (~Q(state="held") & Q(settled_at__isnull=False)),
                name="handback_settled",
            ),
            models.CheckConstraint(
                condition=~Q(state="destroyed") | Q(proof__isnull=False),
                name="handback_destroyed_proof",
            ),
            models.UniqueConstraint(
                fields=["contract", "kind", "name", "given_date"], name="handback_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.name}"

    @property
    def subject(self) -> Subject:
        return Subject(ITEM_KIND, str(self.pk), str(self))


class HandbackList(models.Model):
    """The list of a contract, closed when both sides signed that nothing is left."""

    contract = models.CharField("合同", max_length=40, unique=True)
    supplier_signed_at = models.DateTimeField("乙方签认时间", null=True)
    supplier_signed_by = models.CharField("乙方签认人", max_length=100, blank=True)
    client_signed_at = models.DateTimeField("甲方签认时间", null=True)
    client_signed_by = models.CharField("甲方签认人", max_length=100, blank=True)
    closed_at = models.DateTimeField("办结时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "移交清单"
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True)
                | Q(supplier_signed_at__isnull=False, client_signed_at__isnull=False),
                name="handback_both_signed",
            )
        ]

    def __str__(self) -> str:
        return f"移交清单 {self.contract}"


class ConfidentialityFlowSeed(models.Model):
    """The approval flow was laid once; afterwards it belongs to the administrators."""

    code = models.CharField("流程编码", max_length=40, unique=True)

    class Meta:
        verbose_name = verbose_name_plural = "保密预置流程"

    def __str__(self) -> str:
        return self.code
