from django.db import models


class AccessKind(models.TextChoices):
    """What is opened to somebody."""

    DATA = "data", "数据集"
    HOST = "host", "主机"
    DATABASE = "database", "数据库"
    REMOTE = "remote", "远程支持"
    EXPORT = "export", "数据导出"


class RequestState(models.TextChoices):
    SUBMITTED = "submitted", "待甲方批准"
    APPROVED = "approved", "已批准"
    REJECTED = "rejected", "未批准"
    WITHDRAWN = "withdrawn", "已撤回"
    FAILED = "failed", "未能授权"


class GrantState(models.TextChoices):
    ACTIVE = "active", "有效"
    EXPIRED = "expired", "已到期"
    REVOKED = "revoked", "已撤销"


class ItemKind(models.TextChoices):
    """What is given into the supplier's hands and comes back at the end."""

    DOCUMENT = "document", "文件资料"
    DATA = "data", "数据副本"
    ACCOUNT = "account", "账号"
    KEY = "key", "密钥与凭据"
    DEVICE = "device", "设备与介质"


class ItemState(models.TextChoices):
    HELD = "held", "在乙方"
    RETURNED = "returned", "已归还"
    DESTROYED = "destroyed", "已销毁"


class Side(models.TextChoices):
    SUPPLIER = "supplier", "乙方"
    CLIENT = "client", "甲方"
