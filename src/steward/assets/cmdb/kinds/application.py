from typing import ClassVar

from steward.assets.cmdb.registry import KINDS, Attribute, ItemKind


@KINDS.register
class Application(ItemKind):
    """A program of a system, such as a mobile client."""

    code: ClassVar[str] = "application"
    label: ClassVar[str] = "应用"
    icon: ClassVar[str] = "phone_iphone"
    order: ClassVar[int] = 20

    @classmethod
    def attributes(cls) -> tuple[Attribute, ...]:
        return (
            Attribute("version", "版本", required=True),
            Attribute(
                "platform", "平台", "choice", choices=("安卓", "苹果", "鸿蒙", "网页", "桌面")
            ),
            Attribute("bits", "位数", "choice", choices=("32 位", "64 位")),
            Attribute("released_date", "发布日期", "date"),
            Attribute("package", "包名"),
        )
