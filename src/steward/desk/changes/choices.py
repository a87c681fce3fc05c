from django.db import models


class Category(models.TextChoices):
    """What a major configuration change touches (K6)."""

    NETWORK = "network", "网络"
    STORAGE = "storage", "存储"
    HOST = "host", "主机"
    MIDDLEWARE = "middleware", "中间件"
    DATABASE = "database", "数据库"
    OS = "os", "操作系统"
    APPLICATION = "application", "应用"
    OTHER = "other", "其他"


class Risk(models.TextChoices):
    LOW = "low", "低"
    MEDIUM = "medium", "中"
    HIGH = "high", "高"


class ChangeState(models.TextChoices):
    SUBMITTED = "submitted", "待审批"
    APPROVED = "approved", "已批准"
    REJECTED = "rejected", "未批准"
    EXECUTING = "executing", "执行中"
    DONE = "done", "已完成"
    ROLLED_BACK = "rolled_back", "已回退"


class RecordKind(models.TextChoices):
    EXECUTION = "execution", "执行记录"
    ROLLBACK = "rollback", "回退记录"
    NOTE = "note", "说明"


class AccessAction(models.TextChoices):
    """What an organisation or permission change does once approved (K5)."""

    GRANT = "grant_role", "授予角色"
    REVOKE = "revoke_role", "收回角色"
    CREATE = "create_organization", "新增机构"
    RENAME = "rename_organization", "机构更名"


class AccessState(models.TextChoices):
    SUBMITTED = "submitted", "待审批"
    REJECTED = "rejected", "未批准"
    APPLIED = "applied", "已执行"
    FAILED = "failed", "执行失败"
