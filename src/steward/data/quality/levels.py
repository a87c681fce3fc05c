"""How sensitive the columns of a table are, and what is shown to whoever may not see them."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import pyarrow as pa

from steward.engine.masking.base import Keys
from steward.engine.masking.masker import Masker
from steward.engine.masking.policy import Choice, Level, Sensitivity, choose

UNKNOWN: Final = (3, "")
_NAMES: Final[tuple[tuple[str, tuple[int, str]], ...]] = (
    ("身份", (3, "citizen_id")), ("证件", (3, "citizen_id")), ("公民身份", (3, "citizen_id")),
    ("手机", (3, "mobile")), ("电话", (3, "mobile")), ("姓名", (3, "name")), ("名字", (3, "name")),
    ("住址", (3, "address")), ("地址", (3, "address")), ("户籍地", (3, "address")),
    ("银行", (4, "")), ("账号", (4, "")), ("病", (4, "")), ("生物", (4, "")), ("指纹", (4, "")),
    ("残疾", (4, "")), ("宗教", (4, "")), ("出生日期", (2, "birth_date")),
    ("id_card", (3, "citizen_id")), ("idcard", (3, "citizen_id")), ("mobile", (3, "mobile")),
    ("phone", (3, "mobile")), ("address", (3, "address")), ("name", (3, "name")),
)  # fmt: skip
_PLAIN: Final = ("编号", "编码", "代码", "日期", "时间", "状态", "性别", "部门", "单位", "街道", "区划",
                 "类型", "类别", "数量", "来源", "id", "code", "date", "time", "state", "type",
                 "dept", "status", "changed", "updated")  # fmt: skip
SHOWN: Final = {
    (Level.L1, ""): Choice(),
    (Level.L2, ""): Choice(),
    (Level.L3, ""): Choice(method="partial", options={"start": 1, "end": 1}),
    (Level.L3, "name"): Choice(method="partial", options={"start": 1}),
    (Level.L3, "mobile"): Choice(method="partial", options={"start": 3, "end": 4}),
    (Level.L3, "citizen_id"): Choice(method="partial", options={"start": 6, "end": 4}),
    (Level.L3, "address"): Choice(method="partial", options={"start": 3}),
    (Level.L4, ""): Choice(method="null_out"),
}


def guessed(columns: Sequence[str]) -> dict[str, list[Any]]:
    """A level for every column by its name, for a person to confirm; the unknown are sensitive."""
    return {name: list(_guess(name)) for name in columns}


def _guess(name: str) -> tuple[int, str]:
    word = name.casefold()
    for part, level in _NAMES:
        if part in word:
            return level
    return (2, "") if any(part in word for part in _PLAIN) else UNKNOWN


def hidden(columns: Sequence[str], levels: Mapping[str, Sequence[Any]]) -> list[str]:
    """The columns whose values are masked; one without a level is sensitive."""
    return [name for name in columns if int(levels.get(name, UNKNOWN)[0]) >= Level.L3]


def masked(
    rows: Sequence[Mapping[str, Any]], levels: Mapping[str, Sequence[Any]]
) -> list[dict[str, Any]]:
    """The rows as texts with sensitive columns masked by their level; empty cells stay empty."""
    if not rows:
        return []
    columns = list(rows[0])
    table = pa.table(
        {name: pa.array([_text(row[name]) for row in rows], pa.string()) for name in columns}
    )
    facts = {}
    for name in columns:
        level, content = levels.get(name, UNKNOWN)
        facts[name] = Sensitivity(level=Level(int(level)), content=str(content))
    masker = Masker(columns, choose(facts, SHOWN), Keys({}))
    found: list[dict[str, Any]] = masker.apply(table.to_reader()).read_all().to_pylist()
    return found


def plain(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The rows as texts, unmasked."""
    return [{name: _text(value) for name, value in row.items()} for row in rows]


def _text(value: object) -> str | None:
    return None if value is None else str(value)
