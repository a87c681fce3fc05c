"""How sensitive the columns of a table are, and what is shown to whoever may not see them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa

from steward.data.collection import api as collection
from steward.data.quality.models import CheckedTable, CleaningTable
from steward.engine.lake.duck import Limits, explained, ident, open_session
from steward.engine.masking.base import Keys
from steward.engine.masking.masker import Masker
from steward.engine.masking.policy import Choice, Level, Sensitivity, choose
from steward.engine.profile.content import CONTENTS

UNKNOWN: Final = (3, "")
SAMPLE: Final = 5000
_SEEN: Final = {
    "citizen_id": (3, "citizen_id"), "mobile": (3, "mobile"), "email": (3, ""), "plate": (3, ""),
}  # fmt: skip
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


@dataclass(frozen=True, slots=True)
class Standing:
    """The level of a column now, what it holds, and by whose word (words for people)."""

    level: int
    content: str
    by: str
    is_declared: bool

    @property
    def pair(self) -> tuple[int, str]:
        return self.level, self.content


GUESSED, SEEN, BY_HAND = "按列名推测", "按内容推测", "在质检表设定"


def standing(table: CheckedTable, columns: Iterable[str]) -> dict[str, Standing]:
    """Who says what about each column: what is declared (catalogue, model, by hand), and only
    otherwise what its name or its values look like."""
    names = list(columns)
    known = collection.declared_levels(table.name, names)
    return {name: _standing(table, name, known.get(name)) for name in names}


def levels_of(table: CheckedTable, columns: Iterable[str]) -> dict[str, tuple[int, str]]:
    """Level and content of each column, as masking takes them."""
    return {name: found.pair for name, found in standing(table, columns).items()}


def levels_of_name(name: str, columns: Iterable[str]) -> dict[str, tuple[int, str]]:
    """The same for any table of the lake, whether it is checked or not."""
    table = CheckedTable.objects.filter(name=name).first() or CheckedTable(name=name)
    return levels_of(table, columns)


def _standing(
    table: CheckedTable, name: str, declared: collection.DeclaredLevel | None
) -> Standing:
    seen = table.guesses.get(name)
    level, content = (int(seen[0]), str(seen[1])) if seen else _guess(name)
    if declared is not None and declared.only_raises and declared.by != BY_HAND:
        declared = declared if declared.level > level else None
    if declared is not None:
        return Standing(declared.level, declared.content or _guess(name)[1] or content,
                        declared.by, is_declared=True)  # fmt: skip
    return Standing(level, content, SEEN if seen else GUESSED, is_declared=False)


def declared_by_hand(table: str) -> dict[str, collection.DeclaredLevel]:
    """What somebody set on the checked table; a cleaned table takes over its source's levels."""
    row = CheckedTable.objects.filter(name=table).only("levels").first()
    return {
        name: collection.DeclaredLevel(int(level), "", BY_HAND, only_raises=True)
        for name, level in (row.levels if row is not None else {}).items()
    }


def declared_by_source(table: str) -> dict[str, collection.DeclaredLevel]:
    """What holds for the table that a cleaned one is made from."""
    made = CleaningTable.objects.filter(target=table).only("source").first()
    if made is None or not collection.lake().exists(made.source):
        return {}
    columns = list(collection.lake().describe(made.source).schema.names)
    return {
        name: collection.DeclaredLevel(item.level, item.content, f"{made.source}：{item.by}")
        for name, item in collection.declared_levels(made.source, columns).items()
    }


def seen_levels(name: str) -> dict[str, list[Any]]:
    """Columns of a lake table whose values look like something sensitive, whatever their name:
    column → [level, content]. Half of the values of a sample are enough."""
    snapshot = collection.lake().snapshot(name)
    texts = [field.name for field in snapshot.schema if pa.types.is_string(field.type)]
    tests = [content for content in CONTENTS if content.code in _SEEN]
    if not texts:
        return {}
    counts = ", ".join(
        f"count(*) FILTER (WHERE {test})"
        for column in texts
        for test in (
            f"trim({ident(column)}) <> ''",
            *(content.test(f"trim({ident(column)})") for content in tests),
        )
    )
    with open_session(Limits(memory="512MB", threads=1)) as session, explained(name):
        numbers = session.execute(
            f"SELECT {counts} FROM (SELECT * FROM {snapshot.relation} LIMIT {SAMPLE})"  # noqa: S608
        ).fetchall()[0]
    found: dict[str, list[Any]] = {}
    width = 1 + len(tests)
    for index, column in enumerate(texts):
        filled, *matches = numbers[index * width : (index + 1) * width]
        for content, matching in zip(tests, matches, strict=True):
            if matching and matching * 2 >= filled:
                found[column] = list(_SEEN[content.code])
                break
    return found


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
    """The rows as texts with sensitive columns masked by their level; empty and blank cells stay
    as they are: there is nothing to hide, and blank is what is wrong with them."""
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


def _is_blank(value: object) -> bool:
    return isinstance(value, str) and not value.strip()


def plain(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The rows as texts, unmasked."""
    return [{name: _text(value) for name, value in row.items()} for row in rows]


def _text(value: object) -> str | None:
    return None if value is None else str(value)
