import pgtrigger
from django.db import models
from django.db.models import F, Q

from steward.contracts.staffing.choices import (
    ChangeReason,
    ChangeState,
    Origin,
    Outcome,
    PlanState,
)
from steward.kernel.subjects import Subject

MEMBER_KIND, CHANGE_KIND, DAY_KIND = "staffing.member", "staffing.change", "staffing.day"
APPEND_ONLY = pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)


class Member(models.Model):
    """A person of a contract's team for [joined_date, left_date).

    Only what the contract's list asks for is kept; telephone and identity number encrypted.
    """

    contract = models.CharField("合同", max_length=40)
    user = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, verbose_name="账号", related_name="+"
    )
    name = models.CharField("姓名", max_length=60)
    position = models.CharField("岗位代码", max_length=60, blank=True)
    position_title = models.CharField("岗位", max_length=100)
    qualification = models.TextField("资质", blank=True)
    is_on_site = models.BooleanField("驻场")
    is_key = models.BooleanField("关键人员")
    weekdays = models.CharField("每周到岗日", max_length=7, default="12345")
    joined_date = models.DateField("进场日期")
    left_date = models.DateField("离场日期", null=True)
    left_reason = models.CharField(
        "离场原因", max_length=12, choices=ChangeReason.choices, blank=True
    )
    left_recorded_at = models.DateTimeField("离场登记时间", null=True)
    mobile_secret = models.TextField("手机（加密）", blank=True)
    identity_secret = models.TextField("证件号（加密）", blank=True)
    recorded_at = models.DateTimeField("登记时间")
    recorded_by = models.CharField("登记人", max_length=100)

    class Meta:
        verbose_name = verbose_name_plural = "团队成员"
        ordering = ["contract", "id"]
        indexes = [models.Index(fields=["contract", "joined_date"], name="member_contract")]
        constraints = [
            models.CheckConstraint(
                condition=Q(left_date__isnull=True) | Q(left_date__gte=F("joined_date")),
                name="member_period",
            ),
            models.CheckConstraint(
                condition=Q(left_date__isnull=True) | ~Q(left_reason=""), name="member_left_reason"
            ),
            models.UniqueConstraint(
                fields=["contract", "user"],
                condition=Q(user__isnull=False, left_date__isnull=True),
                name="member_account_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}（{self.position_title}）"

    @property
    def subject(self) -> Subject:
        return Subject(MEMBER_KIND, str(self.pk), str(self))


class RosterEntry(models.Model):
    """What is planned for one person on one day; a substitute names whose place is taken."""

    member = models.ForeignKey(
        Member, models.PROTECT, verbose_name="团队成员", related_name="roster"
    )
    day = models.DateField("日期")
    state = models.CharField("安排", max_length=8, choices=PlanState.choices)
    reason = models.CharField("说明", max_length=200, blank=True)
    substitutes = models.ForeignKey(
        Member, models.PROTECT, null=True, verbose_name="代替", related_name="+"
    )
    is_edited = models.BooleanField("人工安排", default=False)
    changed_at = models.DateTimeField("安排时间")
    changed_by = models.CharField("安排人", max_length=100)

    class Meta:
        verbose_name = verbose_name_plural = "排班"
        ordering = ["day", "member"]
        constraints = [
            models.UniqueConstraint(fields=["member", "day"], name="roster_once"),
            models.CheckConstraint(
                condition=~Q(state="absent") | ~Q(reason=""), name="roster_absence_reason"
            ),
            models.CheckConstraint(
                condition=Q(substitutes__isnull=True) | ~Q(substitutes=F("member")),
                name="roster_other",
            ),
        ]
        indexes = [models.Index(fields=["day"], name="roster_day")]

    def __str__(self) -> str:
        return f"{self.day} {self.member_id} {self.get_state_display()}"


class Attendance(models.Model):
    """That somebody was on site on a day, as stated then or later; never changed."""

    member = models.ForeignKey(
        Member, models.PROTECT, verbose_name="团队成员", related_name="attendance"
    )
    day = models.DateField("日期")
    origin = models.CharField("登记方式", max_length=4, choices=Origin.choices)
    note = models.CharField("说明", max_length=200, blank=True)
    recorded_at = models.DateTimeField("登记时间")
    recorded_by_id = models.BigIntegerField("登记人编号", null=True)
    recorded_by = models.CharField("登记人", max_length=100)

    class Meta:
        verbose_name = verbose_name_plural = "到岗记录"
        ordering = ["day", "id"]
        constraints = [
            models.UniqueConstraint(fields=["member", "day"], name="attendance_once"),
            models.CheckConstraint(
                condition=~Q(origin="late") | ~Q(note=""), name="attendance_late_note"
            ),
        ]
        indexes = [models.Index(fields=["day"], name="attendance_day")]
        triggers = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.day} {self.member_id}"


class Dispute(models.Model):
    """The client does not accept that somebody was there; open and upheld ones do not count."""

    attendance = models.ForeignKey(
        Attendance, models.PROTECT, verbose_name="到岗记录", related_name="disputes"
    )
    reason = models.CharField("理由", max_length=300)
    opened_at = models.DateTimeField("提出时间")
    opened_by = models.CharField("提出人", max_length=100)
    answer = models.CharField("乙方说明", max_length=300, blank=True)
    answered_at = models.DateTimeField("说明时间", null=True)
    answered_by = models.CharField("说明人", max_length=100, blank=True)
    outcome = models.CharField("结论", max_length=10, choices=Outcome.choices, default=Outcome.OPEN)
    closed_at = models.DateTimeField("结论时间", null=True)
    closed_by = models.CharField("结论人", max_length=100, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "到岗争议"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["attendance"], condition=Q(outcome="open"), name="dispute_open_once"
            ),
            models.CheckConstraint(
                condition=Q(outcome="open", closed_at__isnull=True)
                | (~Q(outcome="open") & Q(closed_at__isnull=False)),
                name="dispute_closed",
            ),
        ]

    def __str__(self) -> str:
        return self.reason[:60]


class DayConfirmation(models.Model):
    """The client agreed to who was there on a day; afterwards the day is not disputed."""

    contract = models.CharField("合同", max_length=40)
    day = models.DateField("日期")
    present = models.PositiveIntegerField("到岗人数")
    confirmed_at = models.DateTimeField("确认时间")
    confirmed_by = models.CharField("确认人", max_length=100)

    class Meta:
        verbose_name = verbose_name_plural = "出勤确认"
        ordering = ["-day"]
        constraints = [
            models.UniqueConstraint(fields=["contract", "day"], name="day_confirmed_once")
        ]
        triggers = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.contract} {self.day}"


class TeamChange(models.Model):
    """Somebody leaves, somebody comes, or both: asked for or stated, then in effect from a date."""

    number = models.CharField("编号", max_length=20, unique=True)
    contract = models.CharField("合同", max_length=40)
    leaving = models.ForeignKey(
        Member, models.PROTECT, null=True, verbose_name="离开人员", related_name="+"
    )
    incoming = models.JSONField("接替人员", null=True)
    successor = models.ForeignKey(
        Member, models.PROTECT, null=True, verbose_name="接替人员记录", related_name="+"
    )
    reason_kind = models.CharField("原因类别", max_length=12, choices=ChangeReason.choices)
    reason = models.TextField("原因")
    handover_plan = models.TextField("交接安排", blank=True)
    needs_approval = models.BooleanField("须甲方同意")
    is_short_notice = models.BooleanField("提前天数不足", default=False)
    effective_date = models.DateField("生效日期")
    state = models.CharField("状态", max_length=10, choices=ChangeState.choices)
    requested_by_id = models.BigIntegerField("提出人编号", null=True)
    requested_by = models.CharField("提出人", max_length=100)
    requested_at = models.DateTimeField("提出时间")
    approval_id = models.BigIntegerField("审批编号", null=True)
    decided_at = models.DateTimeField("同意时间", null=True)
    applied_at = models.DateTimeField("生效登记时间", null=True)
    result = models.TextField("结果", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "人员变更"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(leaving__isnull=False) | Q(incoming__isnull=False),
                name="team_change_somebody",
            ),
            models.CheckConstraint(
                condition=Q(state__in=ChangeState.values), name="team_change_state"
            ),
            models.UniqueConstraint(
                fields=["leaving"],
                condition=Q(leaving__isnull=False, state__in=["submitted", "accepted"]),
                name="team_change_leaving_once",
            ),
        ]
        indexes = [
            models.Index(fields=["contract", "state", "-id"], name="team_change_contract"),
            models.Index(
                fields=["effective_date"], name="team_change_due", condition=Q(state="accepted")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def title(self) -> str:
        """Who goes and who comes, from the row alone."""
        coming = (self.incoming or {}).get("name", "")
        if self.leaving_id is None:
            return f"增派 {coming}"
        return f"更换为 {coming}" if coming else "减员"

    @property
    def subject(self) -> Subject:
        return Subject(CHANGE_KIND, str(self.pk), str(self))


class StaffingFlowSeed(models.Model):
    """The approval flow was laid once; afterwards it belongs to the administrators."""

    code = models.CharField("流程编码", max_length=40, unique=True)

    class Meta:
        verbose_name = verbose_name_plural = "团队预置流程"

    def __str__(self) -> str:
        return self.code
