from typing import ClassVar

from steward.assets.cmdb.registry import KINDS, Attribute, ItemKind


@KINDS.register
class Database(ItemKind):
    """A database instance or cluster."""

    code: ClassVar[str] = "database"
    label: ClassVar[str] = "数据库"
    icon: ClassVar[str] = "database"
    order: ClassVar[int] = 40

    @classmethod
    def attributes(cls) -> tuple[Attribute, ...]:
        return (
            Attribute("product", "产品", required=True, help="如人大金仓 V8"),
            Attribute("version", "版本"),
            Attribute("address", "地址", "address", required=True),
            Attribute("port", "端口", "integer", required=True),
            Attribute("role", "角色", "choice", choices=("单机", "主库", "备库", "集群")),
            Attribute("charset", "字符集"),
            Attribute("data_gb", "数据量（GB）", "integer"),
        )
