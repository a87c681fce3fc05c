from django.db import models


class ItemKind(models.TextChoices):
    """The kinds of configuration items of the four contracts."""

    SYSTEM = "system", "系统"
    APPLICATION = "application", "应用"
    SERVER = "server", "服务器"
    DATABASE = "database", "数据库"
    MIDDLEWARE = "middleware", "中间件"
    INTERFACE = "interface", "接口"
    SERVICE = "service", "第三方服务"


class Item(models.Model):
    """One configuration item; `contract` is the service contract that covers it."""

    code = models.CharField("编码", max_length=60, unique=True)
    name = models.CharField("名称", max_length=120)
    kind = models.CharField("类型", max_length=12, choices=ItemKind.choices)
    contract = models.CharField("合同", max_length=40, blank=True)
    organization = models.ForeignKey(
        "organizations.Organization",
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name="使用单位",
        related_name="+",
    )

    class Meta:
        verbose_name = verbose_name_plural = "配置项"
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name
