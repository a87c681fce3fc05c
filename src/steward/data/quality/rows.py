# ruff: noqa: S608 - every name is quoted by ident() and every constant by literal()
"""The failing rows of a run: by rule, by department, page by page, masked for whoever must."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from django.conf import settings

from steward.data.quality.levels import levels_of, masked, plain
from steward.data.quality.models import QualityRun
from steward.data.quality.planning import KEEP
from steward.data.quality.sql import bit_test
from steward.data.quality.tokens import token_of
from steward.engine.lake.duck import explained, ident, literal, open_session
from steward.engine.rules import FailuresReader
from steward.engine.rules.failures import MarkedRule
from steward.engine.rules.plan import BITS, MASK
from steward.kernel.errors import NotFoundError

PORTION = 20_000


class RowsGoneError(NotFoundError):
    """The file of a run is no longer there."""

    code = "quality.rows_gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which rows: of these rules (empty: of any), of one body (None: of all)."""

    rules: tuple[str, ...] = ()
    organization_id: int | None = None


@dataclass(frozen=True, slots=True)
class BadRow:
    """One failing row: key and values as the table has them, and the rules it breaks."""

    key: Mapping[str, str | None]
    values: Mapping[str, str | None]
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """A value on a page: None where empty; `bad` where a broken rule reads its column."""

    column: str
    text: str | None
    bad: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A failing row on a page, `advice` of each broken rule: what to expect and to do."""

    cells: tuple[Cell, ...]
    rules: tuple[tuple[str, str], ...]
    advice: tuple[str, ...]
    row: BadRow
    token: str


class FailingRows:
    """The file of failing rows of one run."""

    def __init__(self, run: QualityRun) -> None:
        self.run = run
        self.path = Path(settings.LAKE_ROOT) / run.file
        if not run.file or not self.path.exists():
            raise RowsGoneError("这次检查没有保存的不合格行，请重新检查")
        self.reader = FailuresReader(self.path)

    @property
    def rules(self) -> dict[str, MarkedRule]:
        """The rules about rows by id, without what only keeps the columns."""
        return {rule.id: rule for rule in self.reader.rules if rule.id != KEEP}

    @property
    def columns(self) -> tuple[str, ...]:
        """Key columns, then the others."""
        return (*self.reader.manifest.keys, *self.reader.manifest.values)

    @cached_property
    def levels(self) -> dict[str, tuple[int, str]]:
        """The sensitivity of the columns as it is declared now."""
        return levels_of(self.run.table, self.columns)

    def count(self, wanted: Wanted) -> int:
        """How many rows; exact."""
        with open_session() as session, explained("不合格行"):
            found = session.execute(f"SELECT count(*) FROM {self._from(wanted)}").fetchall()
        return int(found[0][0])

    def page(self, wanted: Wanted, *, offset: int = 0, limit: int = 50) -> list[BadRow]:
        """Rows in the order of their keys."""
        keys = self.reader.manifest.keys
        order = ", ".join(f"t.{ident(name)}" for name in keys)
        with open_session() as session, explained("不合格行"):
            session.execute("SET TimeZone='Asia/Shanghai'")
            cursor = session.execute(
                f"SELECT {self._texts()} FROM {self._from(wanted)} ORDER BY {order} "
                f"LIMIT {int(limit)} OFFSET {int(offset)}"
            )
            names = [item[0] for item in cursor.description or ()]
            rows = cursor.fetchall()
        return [self._row(dict(zip(names, row, strict=True))) for row in rows]

    def _texts(self) -> str:
        """Values as texts of one spelling, and the masks as they are."""
        masks = {ident(f"{MASK}{rule.bit // BITS}") for rule in self.reader.rules}
        texts = [f"CAST({ident(name)} AS VARCHAR) AS {ident(name)}" for name in self.columns]
        return ", ".join([*texts, *sorted(masks)])

    def find(self, wanted: Wanted, tokens: Collection[str]) -> dict[str, BadRow]:
        """The wanted rows among those that tokens name; what is missing is not in the order."""
        found: dict[str, BadRow] = {}
        for row in self.each(wanted):
            token = token_of(self.run.table_id, row.key)
            if token in tokens:
                found[token] = row
                if len(found) == len(tokens):
                    break
        return found

    def each(self, wanted: Wanted, *, most: int | None = None) -> Iterator[BadRow]:
        """The wanted rows, read in portions."""
        offset = 0
        while most is None or offset < most:
            size = PORTION if most is None else min(PORTION, most - offset)
            rows = self.page(wanted, offset=offset, limit=size)
            yield from rows
            offset += size
            if len(rows) < size:
                return

    def _from(self, wanted: Wanted) -> str:
        rules = self.rules
        picked = [rules[name].bit for name in wanted.rules if name in rules]
        if wanted.rules and not picked:
            where = "false"
        else:
            bits = picked or [rule.bit for rule in rules.values()]
            where = " OR ".join(map(bit_test, bits)) or "false"
        body = self._body(wanted.organization_id)
        return f"read_parquet({literal(str(self.path))}) AS t WHERE ({where}){body}"

    def _body(self, organization_id: int | None) -> str:
        table = self.run.table
        if organization_id is None or not table.department_column:
            same = organization_id in (None, table.organization_id)
            return "" if same else " AND false"
        column = f"CAST({ident(table.department_column)} AS VARCHAR)"
        known = [value for value, body in self.run.departments.items() if body == organization_id]
        tests = [f"{column} IN ({', '.join(map(literal, known))})"] if known else []
        if organization_id == table.organization_id:
            others = [
                value for value, body in self.run.departments.items() if body != organization_id
            ]
            listed = ", ".join(map(literal, others))
            tests = [f"{column} NOT IN ({listed})" if others else "true", f"{column} IS NULL"]
        return f" AND ({' OR '.join(tests) or 'false'})"

    def _row(self, row: Mapping[str, Any]) -> BadRow:
        broken = tuple(
            name
            for name, rule in self.rules.items()
            if int(row[f"{MASK}{rule.bit // BITS}"]) >> (rule.bit % BITS) & 1
        )
        manifest = self.reader.manifest
        return BadRow(
            key={name: row[name] for name in manifest.keys},
            values={name: row[name] for name in self.columns},
            rules=broken,
        )

    def lines(self, rows: Sequence[BadRow], *, unmasked: bool) -> list[Line]:
        """Rows for a page; without the right, sensitive columns are masked by their level."""
        values = [row.values for row in rows]
        shown = plain(values) if unmasked else masked(values, self.levels)
        rules = self.rules
        return [self._line(row, texts, rules) for row, texts in zip(rows, shown, strict=True)]

    def _line(
        self, row: BadRow, texts: Mapping[str, str | None], rules: Mapping[str, MarkedRule]
    ) -> Line:
        read = {name.casefold() for code in row.rules for name in rules[code].columns}
        cells = tuple(Cell(name, texts.get(name), name.casefold() in read) for name in self.columns)
        return Line(
            cells=cells,
            rules=tuple((code, rules[code].name) for code in row.rules),
            advice=tuple(dict.fromkeys(rules[code].remedy for code in row.rules)),
            row=row,
            token=token_of(self.run.table_id, row.key),
        )
