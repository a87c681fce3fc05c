"""Names and places of tables: `layer.name` under one root directory."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from steward.kernel.errors import InvalidError

LAYERS: Final = {"ods": "归集", "dwd": "治理", "dws": "专题", "ads": "共享"}
_NAME: Final = re.compile(r"[^\W_][\w]{0,119}", re.UNICODE)


class InvalidNameError(InvalidError):
    """A table name that is not `layer.name`."""

    code = "engine.lake.invalid_name"


@dataclass(frozen=True)
class TableName:
    """A layer (ods, dwd, dws, ads) and a name of letters, digits, underscores or Chinese."""

    layer: str
    name: str

    @classmethod
    def parse(cls, text: str) -> "TableName":
        """From `ods.person`; InvalidNameError otherwise, also for anything like a path."""
        layer, _, name = text.partition(".")
        if layer not in LAYERS or not _NAME.fullmatch(name):
            layers = "、".join(f"{code}（{label}）" for code, label in LAYERS.items())
            raise InvalidNameError(
                f"表名“{text}”无效：应为“层.表名”，层为 {layers}，表名只含文字、数字和下划线",
                name=text,
            )
        return cls(layer, name)

    def __str__(self) -> str:
        return f"{self.layer}.{self.name}"

    def path(self, root: Path) -> Path:
        """The directory of the table."""
        return root / self.layer / self.name
