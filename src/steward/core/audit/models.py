import pgtrigger
from django.db import models


class AuditEntry(models.Model):
    """One sentence of what happened; rows are never changed or removed."""

    code = models.CharField("操作", max_length=80)
    sentence = models.TextField("内容")
    subject_kind = models.CharField("对象类型", max_length=60)
    subject_key = models.CharField("对象编号", max_length=60)
    subject_label = models.CharField("对象", max_length=200)
    actor_id = models.BigIntegerField("操作人编号", null=True)
    actor_label = models.CharField("操作人", max_length=100)
    at = models.DateTimeField("时间")
    before = models.JSONField("变更前", null=True)
    after = models.JSONField("变更后", null=True)
    reason = models.TextField("原因", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "审计记录"
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["subject_kind", "subject_key", "-id"], name="audit_subject"),
            models.Index(fields=["actor_id", "-id"], name="audit_actor"),
            models.Index(fields=["code", "-id"], name="audit_code"),
            models.Index(fields=["at"], name="audit_at"),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return self.sentence
