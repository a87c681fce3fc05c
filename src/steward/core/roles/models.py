from typing import ClassVar

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from steward.core.roles.choices import DutyChoice, Reach


@pghistory.track(
    model_name="RoleHistory",
    append_only=True,
    meta={"verbose_name": "角色变更历史", "verbose_name_plural": "角色变更历史"},
)
class Role(models.Model):
    """A set of permissions with a name.

    Built-in roles (`code` not empty) follow the patterns of `builtin.py` and grow with the
    platform; to change one, copy it.
    """

    code = models.CharField("内置代码", max_length=40, blank=True, editable=False)
    name = models.CharField("名称", max_length=60, unique=True)
    description = models.TextField("说明", blank=True)
    duty = models.CharField(
        "职责", max_length=10, choices=DutyChoice.choices, default=DutyChoice.NONE
    )
    permissions = ArrayField(models.CharField(max_length=80), verbose_name="权限", default=list)
    is_active = models.BooleanField("启用", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "角色"
        ordering = ["-code", "name"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["code"], condition=~Q(code=""), name="role_builtin"),
        ]
        indexes: ClassVar = [GinIndex(fields=["permissions"], name="role_permissions")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_builtin(self) -> bool:
        return bool(self.code)


@pghistory.track(
    model_name="GrantHistory",
    append_only=True,
    meta={"verbose_name": "授权变更历史", "verbose_name_plural": "授权变更历史"},
)
class Grant(models.Model):
    """A role given on a post, from when to when, by whom and at whose request (K5)."""

    post = models.ForeignKey("accounts.Post", models.PROTECT, verbose_name="岗位", related_name="+")
    role = models.ForeignKey(Role, models.PROTECT, verbose_name="角色", related_name="grants")
    reach = models.CharField("数据范围", max_length=12, choices=Reach.choices)
    granted_at = models.DateTimeField("授予时间")
    granted_by_id = models.BigIntegerField("授予人编号", null=True)
    granted_by_label = models.CharField("授予人", max_length=100)
    reason = models.TextField("原因", blank=True)
    request_kind = models.CharField("申请类型", max_length=60, blank=True)
    request_key = models.CharField("申请编号", max_length=60, blank=True)
    expires_at = models.DateTimeField("到期时间", null=True, blank=True)
    revoked_at = models.DateTimeField("收回时间", null=True, blank=True)
    revoked_by_label = models.CharField("收回人", max_length=100, blank=True)
    revoke_reason = models.TextField("收回原因", blank=True)
    reviewed_at = models.DateTimeField("最近复核时间", null=True, blank=True)
    reviewed_by_label = models.CharField("复核人", max_length=100, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "授权"
        ordering = ["-granted_at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["post", "role"], condition=Q(revoked_at__isnull=True), name="grant_open"
            ),
        ]

    def __str__(self) -> str:
        return f"授权 {self.pk}"
