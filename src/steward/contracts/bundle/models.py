import pgtrigger
from django.db import models

from steward.kernel.subjects import Subject

BUNDLE_KIND = "bundle.bundle"


class AcceptanceBundle(models.Model):
    """One archive that was built and handed out; what was built is never changed."""

    contract = models.CharField("合同", max_length=40)
    name = models.CharField("文件名", max_length=120)
    sha256 = models.CharField("摘要", max_length=64)
    size = models.PositiveBigIntegerField("字节数")
    head = models.CharField("最后封号", max_length=64, blank=True)
    public_key = models.CharField("公钥", max_length=64)
    counts = models.JSONField("内容")
    absent = models.JSONField("缺少的附件", default=list)
    built_at = models.DateTimeField("生成时间")
    built_by = models.CharField("生成人", max_length=100)

    class Meta:
        verbose_name = verbose_name_plural = "验收材料包"
        ordering = ["-id"]
        indexes = [models.Index(fields=["contract", "-id"], name="bundle_contract")]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def subject(self) -> Subject:
        return Subject(BUNDLE_KIND, str(self.pk), self.name)
