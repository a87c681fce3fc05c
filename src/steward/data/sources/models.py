import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models

from steward.data.sources.choices import (
    HERE,
    Drift,
    Engine,
    Health,
    Privilege,
    Purpose,
    RightState,
    SourceState,
)
from steward.kernel.subjects import Subject

SOURCE_KIND = "sources.source"
TABLE_KIND = "sources.table"
APPEND_ONLY = pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)


class Source(models.Model):
    """A place that data comes from, with the accounts that read it and that manage its rights.

    `database` is the folder of a place of files. `trust` is the public key that an SFTP server must
    prove (pinned at the first look) or the certificate, in PEM, that signs an FTPS server's.
    `secrets` is one encrypted text; nothing shows or logs what is in it.
    """

    code = models.SlugField("编码", max_length=60, unique=True)
    name = models.CharField("名称", max_length=120)
    purpose = models.CharField("用途", max_length=12, choices=Purpose.choices)
    engine = models.CharField("类型", max_length=12, choices=Engine.choices)
    organization = models.ForeignKey(
        "organizations.Organization", models.PROTECT, verbose_name="数源单位", related_name="+"
    )
    contract = models.CharField("合同", max_length=40, blank=True)
    host = models.CharField("地址", max_length=255, blank=True)
    port = models.PositiveIntegerField("端口")
    database = models.CharField("数据库", max_length=255, blank=True)
    trust = models.TextField("信任的主机密钥或证书", blank=True)
    username = models.CharField("读取账号", max_length=100, blank=True)
    manager = models.CharField("授权账号", max_length=100, blank=True)
    secrets = models.TextField("密钥", blank=True)
    remark = models.TextField("备注", blank=True)
    state = models.CharField("状态", max_length=10, choices=SourceState.choices)
    health = models.CharField("连接", max_length=10, choices=Health.choices)
    health_words = models.TextField("检测说明", blank=True)
    checked_at = models.DateTimeField("最近检测", null=True)
    surveyed_at = models.DateTimeField("最近读取结构", null=True)
    created_at = models.DateTimeField("登记时间")

    class Meta:
        verbose_name = verbose_name_plural = "数据源"
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(port__gte=1, port__lte=65535)
                | models.Q(port=0, engine__in=sorted(HERE)),
                name="source_port",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def subject(self) -> Subject:
        return Subject(SOURCE_KIND, str(self.pk), self.name)

    @property
    def place(self) -> str:
        """Where it is, for people."""
        if self.engine in HERE:
            return self.database or "平台收件夹"
        return f"{self.host}:{self.port}/{self.database.strip('/')}".rstrip("/")


class SourceTable(models.Model):
    """A table as last seen in the live source; one that vanished keeps its last shape.

    `columns`: [{"name", "type" (the source's own word), "nullable", "comment"}].
    """

    source = models.ForeignKey(Source, models.PROTECT, verbose_name="数据源", related_name="tables")
    name = models.CharField("表名", max_length=200)
    comment = models.TextField("说明", blank=True)
    columns = models.JSONField("列")
    keys = ArrayField(models.CharField(max_length=200), verbose_name="主键", default=list)
    rows_estimate = models.BigIntegerField("估计行数", null=True)
    first_seen_at = models.DateTimeField("首次发现")
    seen_at = models.DateTimeField("最近发现")
    gone_at = models.DateTimeField("消失时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "源表"
        ordering = ["source", "name"]
        constraints = [models.UniqueConstraint(fields=["source", "name"], name="source_table_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def subject(self) -> Subject:
        return Subject(TABLE_KIND, str(self.pk), f"{self.source.name}·{self.name}")


class SchemaChange(models.Model):
    """One difference between two looks at a source; never changed."""

    source = models.ForeignKey(Source, models.PROTECT, verbose_name="数据源", related_name="+")
    table = models.CharField("表名", max_length=200)
    column = models.CharField("列名", max_length=200, blank=True)
    kind = models.CharField("变化", max_length=14, choices=Drift.choices)
    before = models.CharField("原来", max_length=300, blank=True)
    after = models.CharField("现在", max_length=300, blank=True)
    seen_at = models.DateTimeField("发现时间")

    class Meta:
        verbose_name = verbose_name_plural = "结构变化"
        ordering = ["-id"]
        indexes = [models.Index(fields=["source", "table", "-id"], name="schema_change_table")]
        triggers = [APPEND_ONLY]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.table} {self.column}".strip()


class TableProfile(models.Model):
    """What was in a table when it was profiled: types, gaps, distinct values, patterns."""

    table = models.ForeignKey(
        SourceTable, models.PROTECT, verbose_name="源表", related_name="profiles"
    )
    rows = models.BigIntegerField("行数")
    result = models.JSONField("结果")
    rules = models.TextField("建议规则", blank=True)
    taken_at = models.DateTimeField("分析时间")
    taken_by = models.CharField("分析人", max_length=100)

    class Meta:
        verbose_name = verbose_name_plural = "数据画像"
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.table} {self.taken_at:%Y-%m-%d}"


class FrontEndRight(models.Model):
    """What an account of a department may do on a table, as granted on the real server (K11.4)."""

    source = models.ForeignKey(Source, models.PROTECT, verbose_name="数据源", related_name="rights")
    organization = models.ForeignKey(
        "organizations.Organization", models.PROTECT, verbose_name="使用部门", related_name="+"
    )
    account = models.CharField("数据库账号", max_length=100)
    table = models.CharField("表名", max_length=200)
    privileges = ArrayField(
        models.CharField(max_length=10, choices=Privilege.choices), verbose_name="权限"
    )
    state = models.CharField("状态", max_length=10, choices=RightState.choices)
    reason = models.TextField("理由")
    granted_at = models.DateTimeField("授予时间")
    granted_by = models.CharField("授予人", max_length=100)
    revoked_at = models.DateTimeField("收回时间", null=True)
    revoked_by = models.CharField("收回人", max_length=100, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "前置库权限"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "account", "table"],
                condition=models.Q(state="granted"),
                name="front_end_right_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.table}"
