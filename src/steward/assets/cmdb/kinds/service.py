from typing import ClassVar

from steward.assets.cmdb.registry import KINDS, Attribute, ItemKind


@KINDS.register
class ThirdPartyService(ItemKind):
    """A service that somebody else runs: document conversion, SMS, preview."""

    code: ClassVar[str] = "service"
    label: ClassVar[str] = "第三方服务"
    icon: ClassVar[str] = "extension"
    order: ClassVar[int] = 70

    @classmethod
    def attributes(cls) -> tuple[Attribute, ...]:
        return (
            Attribute("provider", "提供方", required=True),
            Attribute("purpose", "用途"),
            Attribute("url", "地址"),
            Attribute("expires_date", "授权到期", "date"),
        )
