"""How sensitive the columns of a table are, and what is shown to whoever may not see them."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

import pyarrow as pa

from steward.engine.masking.base import Keys
from steward.engine.masking.masker import Masker
from steward.engine.masking.policy import Choice, Level, Sensitivity, choose

UNKNOWN: Final = (3, "")
_WORDS: Final[tuple[tuple[str, tuple[int, str]], ...]] = (
    ("身份", (3, "citizen_id")), ("证件", (3, "citizen_id")), ("手机", (3, "mobile")),
    ("电话", (3, "mobile")), ("联系方式", (3, "mobile")), ("姓名", (3, "name")),
    ("名字", (3, "name")), ("住址", (3, "address")), ("地址", (3, "address")),
    ("户籍地", (3, "address")), ("银行", (4, "")), ("账号", (4, "")), ("病", (4, "")),
    ("生物", (4, "")), ("指纹", (4, "")), ("残疾", (4, "")), ("宗教", (4, "")),
    ("婚姻", (3, "")), ("出生日期", (3, "birth_date")), ("生日", (3, "birth_date")),
)  # fmt: skip
_PLAIN_WORDS: Final = ("编号", "编码", "代码", "日期", "时间", "状态", "性别", "部门", "单位",
                       "街道", "区划", "类型", "类别", "数量", "来源", "年龄")  # fmt: skip
_TOKENS: Final[dict[str, tuple[int, str]]] = (
    dict.fromkeys(("citizen", "idcard", "idno", "sfz", "sfzh", "sfzhm", "gmsfhm", "zjhm", "cert",
                   "passport"), (3, "citizen_id"))
    | dict.fromkeys(("mobile", "phone", "tel", "sjh", "sjhm", "lxdh", "dh"), (3, "mobile"))
    | dict.fromkeys(("address", "addr", "dz", "jzdz", "hjdz", "zz"), (3, "address"))
    | dict.fromkeys(("name", "fullname", "xm"), (3, "name"))
    | dict.fromkeys(("birth", "birthday", "csrq"), (3, "birth_date"))
    | dict.fromkeys(("bank", "account", "fingerprint"), (4, ""))
    | {"marital": (3, "")}
)  # fmt: skip
_PLAIN_TOKENS: Final = frozenset(
    {"id", "code", "date", "time", "at", "state", "type", "dept", "status", "changed", "updated"}
)
SHOWN: Final = {
    (Level.L1, ""): Choice(),
    (Level.L2, ""): Choice(),
    (Level.L3, ""): Choice(method="partial", options={"start": 1, "end": 1}),
    (Level.L3, "name"): Choice(method="partial", options={"start": 1}),
    (Level.L3, "mobile"): Choice(method="partial", options={"start": 3, "end": 4}),
    (Level.L3, "citizen_id"): Choice(method="partial", options={"start": 6, "end": 4}),
    (Level.L3, "birth_date"): Choice(method="partial", options={"start": 4}),
    (Level.L3, "address"): Choice(method="partial", options={"start": 3}),
    (Level.L4, ""): Choice(method="null_out"),
}


def guessed(
    columns: Sequence[str], comments: Mapping[str, str] | None = None
) -> dict[str, list[Any]]:
    """A level for every column by its name and comment, the stricter of the two, for a person to
    confirm; what neither tells is sensitive."""
    told = comments or {}
    return {name: list(_guess(name, told.get(name, ""))) for name in columns}


def _guess(name: str, comment: str) -> tuple[int, str]:
    found = [level for text in (name, comment) if (level := _level_of(text)) is not None]
    return max(found, key=lambda level: level[0], default=UNKNOWN)


def _level_of(text: str) -> tuple[int, str] | None:
    """What one text tells: Chinese by its parts, names in letters by their whole tokens."""
    for part, level in _WORDS:
        if part in text:
            return level
    tokens = {*re.split(r"[^a-z]+", text.casefold()), text.casefold().replace("_", "")} - {""}
    sensitive = [_TOKENS[token] for token in tokens if token in _TOKENS]
    if sensitive:
        return max(sensitive)
    plain_words = any(part in text for part in _PLAIN_WORDS)
    return (2, "") if plain_words or tokens & _PLAIN_TOKENS else None


def hidden(columns: Sequence[str], levels: Mapping[str, Sequence[Any]]) -> list[str]:
    """The columns whose values are masked; one without a level is sensitive."""
    return [name for name in columns if int(levels.get(name, UNKNOWN)[0]) >= Level.L3]


def masked(
    rows: Sequence[Mapping[str, Any]], levels: Mapping[str, Sequence[Any]]
) -> list[dict[str, Any]]:
    """The rows as texts with sensitive columns masked by their level; empty and blank cells stay
    as they are, since there is nothing to hide and blank is what is wrong with them."""
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
    for row, shown in zip(rows, found, strict=True):
        shown.update({name: row[name] for name in columns if _is_blank(row[name])})
    return found


def plain(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The rows as texts, unmasked."""
    return [{name: _text(value) for name, value in row.items()} for row in rows]


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _is_blank(value: object) -> bool:
    return isinstance(value, str) and not value.strip()
