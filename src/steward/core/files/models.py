from django.db import models
from django.db.models import Q


class Blob(models.Model):
    """The bytes of one or many files, stored once under their SHA-256."""

    sha256 = models.CharField("SHA-256", max_length=64, primary_key=True)
    size = models.PositiveBigIntegerField("字节数")
    stored_at = models.DateTimeField("存入时间")
    checked_at = models.DateTimeField("校验时间")
    is_intact = models.BooleanField("完好", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "附件内容"
        indexes = [
            models.Index(fields=["checked_at"], name="blob_checked"),
            models.Index(fields=["sha256"], name="blob_damaged", condition=Q(is_intact=False)),
        ]

    def __str__(self) -> str:
        return self.sha256


class File(models.Model):
    """One upload: a name somebody gave to some bytes."""

    blob = models.ForeignKey(Blob, models.PROTECT, verbose_name="附件内容", related_name="files")
    name = models.CharField("文件名", max_length=160)
    media_type = models.CharField("类型", max_length=100)
    stored_at = models.DateTimeField("上传时间")
    stored_by_id = models.BigIntegerField("上传人编号", null=True)
    stored_by_label = models.CharField("上传人", max_length=100)

    class Meta:
        verbose_name = verbose_name_plural = "文件"

    def __str__(self) -> str:
        return self.name


class Attachment(models.Model):
    """A file that belongs to an object of any app; taken off, it stays as a record."""

    file = models.ForeignKey(File, models.PROTECT, verbose_name="文件", related_name="attachments")
    subject_kind = models.CharField("对象类型", max_length=60)
    subject_key = models.CharField("对象编号", max_length=60)
    subject_label = models.CharField("对象", max_length=200)
    purpose = models.CharField("用途", max_length=60, blank=True)
    attached_at = models.DateTimeField("添加时间")
    attached_by_label = models.CharField("添加人", max_length=100)
    removed_at = models.DateTimeField("移除时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "附件"
        ordering = ["attached_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["file", "subject_kind", "subject_key"],
                name="attachment_once",
                condition=Q(removed_at__isnull=True),
            ),
        ]
        indexes = [
            models.Index(fields=["subject_kind", "subject_key"], name="attachment_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.file} · {self.subject_label}"
