from typing import ClassVar

from steward.assets.cmdb.registry import KINDS, Attribute, ItemKind


@KINDS.register
class Server(ItemKind):
    """A physical or virtual machine."""

    code: ClassVar[str] = "server"
    label: ClassVar[str] = "服务器"
    icon: ClassVar[str] = "dns"
    order: ClassVar[int] = 30

    @classmethod
    def attributes(cls) -> tuple[Attribute, ...]:
        return (
            Attribute("address", "IP 地址", "address", required=True),
            Attribute("os", "操作系统", required=True),
            Attribute("cpu", "处理器核数", "integer"),
            Attribute("memory_gb", "内存（GB）", "integer"),
            Attribute("disk_gb", "磁盘（GB）", "integer"),
            Attribute(
                "zone", "网络区域", "choice", choices=("政务外网", "互联网区", "政务内网", "专网")
            ),
            Attribute("room", "机房或云区"),
            Attribute("serial", "序列号"),
        )
