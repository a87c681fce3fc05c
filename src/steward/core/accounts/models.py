from datetime import date
from typing import ClassVar

import pghistory
from django.contrib.auth import get_backends
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q


class UserManager(BaseUserManager["User"]):
    def create_user(self, username: str, password: str | None = None, **fields: object) -> "User":
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save()
        return user


@pghistory.track(
    model_name="UserHistory",
    append_only=True,
    exclude=["password", "last_login", "failed_count", "failed_since"],
    meta={"verbose_name": "用户变更历史", "verbose_name_plural": "用户变更历史"},
)
class User(AbstractBaseUser):
    """A person who signs in; what they may do comes from the roles of their posts (core.roles)."""

    username = models.CharField("登录名", max_length=60, unique=True)
    name = models.CharField("姓名", max_length=60)
    title = models.CharField("职务", max_length=60, blank=True)
    email = models.EmailField("电子邮箱", blank=True)
    mobile = models.CharField("手机号", max_length=20, blank=True)
    external_id = models.CharField("统一身份标识", max_length=120, blank=True)
    is_active = models.BooleanField("启用", default=True)
    joined_at = models.DateTimeField("建立时间", auto_now_add=True)
    must_change_password = models.BooleanField("下次登录须改密码", default=False)
    password_changed_at = models.DateTimeField("密码修改时间", null=True, blank=True)
    locked_until = models.DateTimeField("锁定到", null=True, blank=True)
    failed_count = models.PositiveSmallIntegerField("连续登录失败次数", default=0)
    failed_since = models.DateTimeField("首次失败时间", null=True, blank=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar = ["name"]

    class Meta:
        verbose_name = verbose_name_plural = "用户"
        ordering = ["username"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["mobile"], condition=~Q(mobile=""), name="user_mobile"),
            models.UniqueConstraint(
                "external_id", condition=~Q(external_id=""), name="user_external_id"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["name"], name="user_name")]

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name

    @property
    def is_staff(self) -> bool:
        """Everyone who signs in works in the same frame; permissions decide what they see."""
        return self.is_active

    def has_perm(self, perm: str, obj: object = None) -> bool:  # noqa: ARG002
        """Whether any valid post of this person has a role with the permission."""
        return self.is_active and any(backend.has_perm(self, perm) for backend in get_backends())

    def has_module_perms(self, app_label: str) -> bool:  # noqa: ARG002
        return self.is_active


@pghistory.track(
    model_name="PostHistory",
    append_only=True,
    meta={"verbose_name": "岗位变更历史", "verbose_name_plural": "岗位变更历史"},
)
class Post(models.Model):
    """What a person is in one body; one person may hold several, each with its own roles (B3.3).

    Valid on the days from `valid_from` up to and without `valid_until`.
    """

    user = models.ForeignKey(User, models.PROTECT, verbose_name="用户", related_name="posts")
    organization = models.ForeignKey(
        "organizations.Organization", models.PROTECT, verbose_name="机构", related_name="+"
    )
    title = models.CharField("岗位名称", max_length=60, blank=True)
    is_main = models.BooleanField("主岗", default=False)
    valid_from = models.DateField("生效日期")
    valid_until = models.DateField("失效日期", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "岗位"
        ordering = ["-is_main", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(is_main=True), name="post_one_main"
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="post_validity",
            ),
        ]

    def __str__(self) -> str:
        return self.title or "岗位"

    def is_valid_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day < self.valid_until)


class FormerPassword(models.Model):
    """The hash of a password somebody had, so that it is not taken again soon."""

    user = models.ForeignKey(User, models.CASCADE, verbose_name="用户", related_name="+")
    password = models.CharField("密码摘要", max_length=128)
    set_at = models.DateTimeField("设置时间")

    class Meta:
        verbose_name = verbose_name_plural = "历史密码"
        ordering = ["-set_at", "-id"]
        indexes: ClassVar = [models.Index(fields=["user", "-set_at"], name="former_password")]

    def __str__(self) -> str:
        return "历史密码"
