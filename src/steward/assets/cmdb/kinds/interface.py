from typing import ClassVar

from steward.assets.cmdb.registry import KINDS, Attribute, ItemKind


@KINDS.register
class Interface(ItemKind):
    """An interface between systems."""

    code: ClassVar[str] = "interface"
    label: ClassVar[str] = "接口"
    icon: ClassVar[str] = "sync_alt"
    order: ClassVar[int] = 60

    @classmethod
    def attributes(cls) -> tuple[Attribute, ...]:
        return (
            Attribute(
                "protocol",
                "协议",
                "choice",
                required=True,
                choices=("HTTP", "HTTPS", "WebService", "JDBC", "FTP", "SFTP", "消息队列"),
            ),
            Attribute("url", "地址", required=True),
            Attribute("direction", "方向", "choice", choices=("提供", "调用")),
            Attribute("peer", "对方系统"),
            Attribute("daily_calls", "日均调用次数", "integer"),
        )
