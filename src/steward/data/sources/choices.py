from django.db import models


class Engine(models.TextChoices):
    """What kind of place a source is; the value is the scheme of its connector."""

    POSTGRES = "postgresql", "PostgreSQL"
    KINGBASE = "kingbase", "人大金仓"
    MYSQL = "mysql", "MySQL / MariaDB"
    SFTP = "sftp", "SFTP 目录"
    FTP = "ftp", "FTP 目录"
    FTPS = "ftps", "FTPS 目录（加密）"
    DIRECTORY = "directory", "本机目录"
    UPLOAD = "upload", "页面上传"

    @property
    def is_database(self) -> bool:
        return self in DATABASES

    @property
    def is_remote(self) -> bool:
        """Whether there is a server to connect to."""
        return self not in HERE


DATABASES = frozenset({Engine.POSTGRES, Engine.KINGBASE, Engine.MYSQL})
HERE = frozenset({Engine.DIRECTORY, Engine.UPLOAD})
DEFAULT_PORTS = {
    Engine.POSTGRES: 5432,
    Engine.KINGBASE: 54321,
    Engine.MYSQL: 3306,
    Engine.SFTP: 22,
    Engine.FTP: 21,
    Engine.FTPS: 21,
    Engine.DIRECTORY: 0,
    Engine.UPLOAD: 0,
}


class Purpose(models.TextChoices):
    """What the source is to the platform (K11)."""

    FRONT_END = "front_end", "部门前置库"
    BUSINESS = "business", "业务库"
    RETURN_FLOW = "return_flow", "省市回流"
    FILES = "files", "文件交换"


class SourceState(models.TextChoices):
    ACTIVE = "active", "启用"
    DISABLED = "disabled", "停用"


class Health(models.TextChoices):
    """What the last look at the source said."""

    UNKNOWN = "unknown", "未检测"
    GOOD = "good", "正常"
    WARNED = "warned", "可用，权限过大"
    DOWN = "down", "无法连接"


class Drift(models.TextChoices):
    """How a live schema differs from the one seen before (K10.1, K11.3)."""

    TABLE_ADDED = "table_added", "新增表"
    TABLE_GONE = "table_gone", "表已消失"
    TABLE_BACK = "table_back", "表重新出现"
    COLUMN_ADDED = "column_added", "新增列"
    COLUMN_GONE = "column_gone", "列已消失"
    TYPE_CHANGED = "type_changed", "类型变化"
    KEYS_CHANGED = "keys_changed", "主键变化"


class RightState(models.TextChoices):
    GRANTED = "granted", "已授予"
    REVOKED = "revoked", "已收回"


class Privilege(models.TextChoices):
    """What an account of a department may do on a table of a front-end database (K11.4)."""

    SELECT = "SELECT", "查询"
    INSERT = "INSERT", "新增"
    UPDATE = "UPDATE", "修改"
    DELETE = "DELETE", "删除"
