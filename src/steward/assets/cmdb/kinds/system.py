from typing import ClassVar

from steward.assets.cmdb.registry import KINDS, Attribute, ItemKind


@KINDS.register
class System(ItemKind):
    """A business system that people know by name."""

    code: ClassVar[str] = "system"
    label: ClassVar[str] = "系统"
    icon: ClassVar[str] = "apps"
    order: ClassVar[int] = 10

    @classmethod
    def attributes(cls) -> tuple[Attribute, ...]:
        return (
            Attribute("version", "版本"),
            Attribute("level", "等保级别", "choice", choices=("一级", "二级", "三级", "四级")),
            Attribute("online_date", "上线日期", "date"),
            Attribute("url", "访问地址"),
            Attribute("vendor", "承建单位"),
        )
