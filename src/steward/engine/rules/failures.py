"""The file of failing rows: written once, read page by page, meaningful on its own."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

import duckdb

from steward.engine.rules.errors import FailuresError
from steward.engine.rules.files import metadata_of
from steward.engine.rules.model import Rule
from steward.engine.rules.plan import BITS, MASK, Part

MANIFEST = "steward"
_PLACEHOLDER = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True, slots=True)
class MarkedRule:
    """A rule as the file remembers it; `bit` counts over all masks."""

    bit: int
    id: str
    name: str
    version: str
    fingerprint: str
    dimension: str
    severity: str
    message: str
    remedy: str
    columns: tuple[str, ...]
    parameters: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the footer says: how to read keys, values and masks."""

    rule_set: str
    version: str
    checked_at: str
    keys: tuple[str, ...]
    values: tuple[str, ...]
    rules: tuple[MarkedRule, ...]

    def text(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, default=str)

    @classmethod
    def parse(cls, text: str) -> Self:
        data = json.loads(text)
        rules = tuple(
            MarkedRule(**{**item, "columns": tuple(item["columns"])}) for item in data["rules"]
        )
        names = {"keys": tuple(data["keys"]), "values": tuple(data["values"]), "rules": rules}
        return cls(**{**data, **names})


def marked(part: Part, bit: int) -> MarkedRule:
    rule: Rule = part.rule
    return MarkedRule(
        bit=bit,
        id=rule.id,
        name=rule.name,
        version=rule.version,
        fingerprint=rule.fingerprint,
        dimension=rule.dimension.value,
        severity=rule.severity.value,
        message=rule.message,
        remedy=rule.remedy,
        columns=part.columns,
        parameters=rule.parameters.model_dump(mode="json"),
    )


@dataclass(frozen=True, slots=True)
class FailingRow:
    """One failing row: its key, the values as they were, and every rule it breaks.

    `message` speaks of the rule that was asked for, with this row's values filled in.
    """

    key: Mapping[str, Any]
    values: Mapping[str, Any]
    rules: tuple[str, ...]
    message: str
    remedy: str


class FailuresReader:
    """Reads a file of failing rows; safe to keep no connection between calls."""

    def __init__(self, path: Path) -> None:
        text = metadata_of(path).get(MANIFEST)
        if text is None:
            raise FailuresError(f"“{path}”不是不合格行文件")
        self.path = path
        self.manifest = Manifest.parse(text)

    @property
    def rules(self) -> tuple[MarkedRule, ...]:
        return self.manifest.rules

    def rule(self, rule_id: str) -> MarkedRule:
        for rule in self.rules:
            if rule.id == rule_id:
                return rule
        known = "、".join(rule.id for rule in self.rules)
        raise FailuresError(f"不合格行文件里没有规则“{rule_id}”，有：{known}")

    def count(self, rule_id: str | None = None) -> int:
        """Rows that break the rule, or any rule."""
        with self._connection() as connection:
            sql = f"SELECT count(*) FROM rows_ WHERE {self._where(rule_id)}"  # noqa: S608
            (total,) = connection.execute(sql).fetchall()[0]
        return int(total)

    def page(
        self, rule_id: str | None = None, *, offset: int = 0, limit: int = 50
    ) -> list[FailingRow]:
        """Failing rows in the order of their keys."""
        order = ", ".join(map(_name, self.manifest.keys)) or "1"
        sql = (
            f"SELECT * FROM rows_ WHERE {self._where(rule_id)} "  # noqa: S608
            f"ORDER BY {order} LIMIT {int(limit)} OFFSET {int(offset)}"
        )
        with self._connection() as connection:
            cursor = connection.execute(sql)
            names = [column[0] for column in cursor.description or ()]
            rows = cursor.fetchall()
        return [self._row(dict(zip(names, row, strict=True)), rule_id) for row in rows]

    def _where(self, rule_id: str | None) -> str:
        if rule_id is None:
            return "true"
        bit = self.rule(rule_id).bit
        return f"({_name(f'{MASK}{bit // BITS}')} & {2 ** (bit % BITS)}::BIGINT) <> 0"

    @contextmanager
    def _connection(self) -> Iterator[duckdb.DuckDBPyConnection]:
        path = str(self.path).replace("'", "''")
        with duckdb.connect() as connection:
            try:
                connection.execute("SET TimeZone = 'Asia/Shanghai'")
                connection.execute(f"CREATE VIEW rows_ AS SELECT * FROM read_parquet('{path}')")  # noqa: S608
                yield connection
            except duckdb.Error:
                raise FailuresError(f"不合格行文件“{self.path}”读不出来，请重新检查") from None

    def _row(self, row: Mapping[str, Any], rule_id: str | None) -> FailingRow:
        broken = [rule for rule in self.rules if _broken(row, rule.bit)]
        shown = self.rule(rule_id) if rule_id is not None else broken[0]
        return FailingRow(
            key={name: row[name] for name in self.manifest.keys},
            values={name: row[name] for name in self.manifest.values},
            rules=tuple(rule.id for rule in broken),
            message=render(shown.message, row, parameters=shown.parameters),
            remedy=render(shown.remedy, row, parameters=shown.parameters),
        )


def _broken(row: Mapping[str, Any], bit: int) -> bool:
    return bool(int(row[f"{MASK}{bit // BITS}"]) >> (bit % BITS) & 1)


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def render(template: str, row: Mapping[str, Any], *, parameters: Mapping[str, Any]) -> str:
    """Fill {column} with the row's value and {parameter} with the rule's; leave the unknown.

    A parameter that names columns of the row is shown as “列名（值）”.
    """

    def fill(match: re.Match[str]) -> str:
        name = match[1].strip()
        if name in parameters:
            return _parameter(parameters[name], row)
        return _value(row[name]) if name in row else match[0]

    return _PLACEHOLDER.sub(fill, template)


def _parameter(value: Any, row: Mapping[str, Any]) -> str:
    if isinstance(value, str):
        return f"{value}（{_value(row[value])}）" if value in row else value
    if isinstance(value, Sequence):
        return "、".join(_parameter(item, row) for item in value)
    return _value(value)


def _value(value: Any) -> str:
    if value is None:
        return "空值"
    if isinstance(value, str) and not value.strip():
        return "空白"
    return str(value)
