"""What two versions of a pack say differently, item by item, in words that people read."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from steward.contracts.packs.labels import label_of, value_words


@dataclass(frozen=True, slots=True)
class Difference:
    """One changed value, or a whole item that is new or gone.

    `path` is the place in the file; `section` and `place` are the same in words; `before` or
    `after` is empty where the item is new or gone.
    """

    path: str
    before: str
    after: str
    section: str
    place: str
    kind: Literal["changed", "added", "removed"]


@dataclass(frozen=True, slots=True)
class _Step:
    """How far the walk has come, in the file's words and in people's."""

    path: str = ""
    words: tuple[str, ...] = ()

    def below(self, key: str) -> "_Step":
        return _Step(f"{self.path}.{key}" if self.path else key, (*self.words, label_of(key)))

    def item(self, name: str, title: str) -> "_Step":
        return _Step(f"{self.path}[{name}]", (*self.words, title))


_GONE = object()


def differences(older: dict[str, Any], newer: dict[str, Any]) -> list[Difference]:
    """Every place that differs, in the order of the newer pack; rows with an id are matched by it."""
    return list(_walk(older, newer, _Step()))


def _walk(old: Any, new: Any, step: _Step) -> Iterator[Difference]:
    if old == new:
        return
    if isinstance(old, dict) and isinstance(new, dict):
        for key in [*new, *(key for key in old if key not in new)]:
            yield from _walk(old.get(key, _GONE), new.get(key, _GONE), step.below(str(key)))
    elif _has_rows(old) and _has_rows(new):
        yield from _rows(old, new, step)
    else:
        yield _told(old, new, step)


def _has_rows(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, dict) for item in value)


def _rows(old: list[Any], new: list[Any], step: _Step) -> Iterator[Difference]:
    before, after = _named(old), _named(new)
    for name in [*after, *(name for name in before if name not in after)]:
        one, other = before.get(name, _GONE), after.get(name, _GONE)
        title = _title(other if other is not _GONE else one, name)
        yield from _walk(one, other, step.item(name, title))


def _named(rows: list[Any]) -> dict[str, Any]:
    return {_name(row, number): row for number, row in enumerate(rows)}


def _name(row: dict[str, Any], number: int) -> str:
    return str(row.get("id") or row.get("code") or row.get("role") or number)


def _title(row: Any, name: str) -> str:
    told = row.get("title") or row.get("topic") or row.get("name") or name
    return str(told)


def _told(old: Any, new: Any, step: _Step) -> Difference:
    kind: Literal["changed", "added", "removed"] = "changed"
    if old is _GONE:
        kind = "added"
    elif new is _GONE:
        kind = "removed"
    return Difference(
        path=step.path,
        before="" if old is _GONE else _text(old),
        after="" if new is _GONE else _text(new),
        section=step.words[0],
        place=" › ".join(step.words[1:]) or step.words[0],
        kind=kind,
    )


def _text(value: Any) -> str:
    """A value in words; a whole row by its title and its clause."""
    if isinstance(value, dict):
        return _row_text(value)
    if _has_rows(value) and value:
        return "；".join(_row_text(row) for row in value)
    return value_words(value)


def _row_text(row: dict[str, Any]) -> str:
    clause = row.get("clause")
    told = row.get("title") or row.get("topic") or row.get("name")
    if told and isinstance(clause, dict):
        return f"{told}（{clause['ref']}：{clause['quote']}）"
    if told:
        return str(told)
    return "，".join(f"{label_of(key)} {_text(item)}" for key, item in row.items())
