from typing import ClassVar

from steward.assets.cmdb.registry import KINDS, Attribute, ItemKind


@KINDS.register
class Middleware(ItemKind):
    """An application server, cache or message queue."""

    code: ClassVar[str] = "middleware"
    label: ClassVar[str] = "中间件"
    icon: ClassVar[str] = "deployed_code"
    order: ClassVar[int] = 50

    @classmethod
    def attributes(cls) -> tuple[Attribute, ...]:
        return (
            Attribute("product", "产品", required=True, help="如宝兰德 BES"),
            Attribute("version", "版本"),
            Attribute("address", "地址", "address"),
            Attribute("port", "端口", "integer"),
            Attribute("path", "部署路径"),
            Attribute("config_files", "配置文件"),
            Attribute("log_config", "日志配置"),
            Attribute("start_user", "启动用户"),
        )
