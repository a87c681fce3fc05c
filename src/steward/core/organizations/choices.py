"""The fixed words for bodies: what kind, at which level of administration, in which state."""

from django.db import models


class Kind(models.TextChoices):
    """What a body is in the tree; suppliers and consumers of data are bodies too."""

    CLIENT = "client", "市级机构"
    DISTRICT = "district", "区县"
    DEPARTMENT = "department", "部门"
    OFFICE = "office", "内设科室"
    TOWN = "town", "乡镇街道"
    VILLAGE = "village", "村社区"
    NODE = "node", "分组节点"
    SUPPLIER = "supplier", "服务商"
    OTHER = "other", "其他"


class Level(models.TextChoices):
    """Levels of administration (GB/T 2260 and its continuation)."""

    NATION = "nation", "国家级"
    PROVINCE = "province", "省级"
    CITY = "city", "市级"
    COUNTY = "county", "县级"
    TOWN = "town", "乡级"
    VILLAGE = "village", "村级"
    NONE = "none", "不适用"


class Status(models.TextChoices):
    NORMAL = "normal", "正常"
    MERGED = "merged", "已合并"
    CANCELLED = "cancelled", "已撤销"
