from django.db import models


class Organization(models.Model):
    """A body, department or node; `path` holds the codes from the root for subtree queries."""

    code = models.CharField("编码", max_length=40, unique=True)
    name = models.CharField("名称", max_length=120)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, verbose_name="上级", related_name="children"
    )
    path = models.CharField("路径", max_length=400, db_index=True)

    class Meta:
        verbose_name = verbose_name_plural = "组织机构"
        ordering = ["path"]

    def __str__(self) -> str:
        return self.name
