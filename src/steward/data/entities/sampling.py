"""Rows of a table of the lake for people to look at, masked by the level of each column."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from steward.core.access import api as access
from steward.core.access.api import Somebody
from steward.core.accounts.api import actor_of
from steward.core.audit import api as audit
from steward.data.collection import api as collection
from steward.data.entities.library import Column, entity_of_table
from steward.data.entities.models import TABLE_KIND
from steward.engine.lake.duck import Limits, open_session
from steward.engine.masking.base import Keys
from steward.engine.masking.masker import Masker
from steward.engine.masking.policy import Choice, Level, Policy, Sensitivity, choose
from steward.kernel.errors import NotFoundError
from steward.kernel.subjects import Subject

VIEW, PRIVATE = "entities.rows.view", "entities.rows.view_private"
MOST_ROWS = 200
HIDDEN = Choice(method="mask", options={"fixed": 3})
# What a page may show: the ends where people need them to recognise a row, no keys needed.
PAGE_POLICY: Final[Policy] = {
    (Level.L1, ""): Choice(),
    (Level.L2, ""): Choice(method="partial", options={"start": 1, "end": 0}),
    (Level.L2, "mobile"): Choice(method="partial", options={"start": 3, "end": 4}),
    (Level.L2, "age"): Choice(method="generalise", options={"to": "band"}),
    (Level.L3, ""): HIDDEN,
    (Level.L3, "name"): Choice(method="partial", options={"start": 1}),
    (Level.L3, "mobile"): Choice(method="partial", options={"start": 3, "end": 2}),
    (Level.L3, "citizen_id"): Choice(method="partial", options={"start": 6, "end": 0}),
    (Level.L3, "birth_date"): Choice(method="partial", options={"start": 4}),
    (Level.L4, ""): HIDDEN,
}
UNKNOWN = Sensitivity(level=Level.L3)


class UnknownTableError(NotFoundError):
    """No such table in the lake, or not for this person."""

    code = "entities.unknown_table"


@dataclass(frozen=True, slots=True)
class SampleColumn:
    """A column of the table as the page shows it; `level` is what masking went by, `level_by`
    who declared it (empty: nobody, so it counts as L3)."""

    code: str
    type: str
    known: Column | None
    level: str
    is_key: bool
    level_by: str = ""


@dataclass(frozen=True, slots=True)
class Sample:
    """Columns and some rows of a table; `masked` says whether values were hidden."""

    table: str
    version: int
    columns: tuple[SampleColumn, ...]
    rows: tuple[tuple[Any, ...], ...]
    masked: bool


def may_see(user: Somebody, table: str) -> bool:
    """Whether somebody may look at a table: of a body they see, or, made here, who sees all."""
    bodies = access.visible_organizations(user, VIEW)
    if bodies is None:
        return True
    task = collection.task_of_table(table)
    return task is not None and task.organization_id in bodies


def masked_rows(table: str, user: Somebody, *, limit: int = 20, now: datetime) -> Sample:
    """Up to `limit` rows, every column masked by its level; as they are, and audited, for whoever
    may see private values. A column whose level nobody declared counts as L3.

    UnknownTableError where there is no such table for this person.
    """
    if not may_see(user, table) or not collection.lake().exists(table):
        raise UnknownTableError(f"没有名为“{table}”的数据表")
    snapshot = collection.lake().snapshot(table)
    plain = access.can(user, PRIVATE)
    levels = sensitivities(table, tuple(snapshot.schema.names))
    choices = {name: Choice() for name in levels} if plain else choose(levels, PAGE_POLICY)
    masker = Masker(tuple(levels), choices, Keys({}))
    query = masker.select("sampled").sql(dialect="duckdb")
    with open_session(Limits(memory="512MB", threads=1)) as session:
        count = max(1, min(limit, MOST_ROWS))
        session.execute(
            f"CREATE TEMP VIEW sampled AS SELECT * FROM {snapshot.relation} LIMIT {count}"  # noqa: S608
        )
        rows = tuple(session.execute(query).fetchall())
    if plain and rows:
        subject = Subject(TABLE_KIND, table, table)
        audit.record(
            "entities.rows.read", subject, by=actor_of(user), now=now, after={"rows": len(rows)}
        )
    return Sample(
        table=table,
        version=snapshot.version,
        columns=_columns(table, levels, (snapshot.schema, snapshot.keys)),
        rows=rows,
        masked=not plain,
    )


def sensitivities(table: str, names: tuple[str, ...]) -> dict[str, Sensitivity]:
    """Level and content of each column as it is declared now; L3 where nobody declared it."""
    known = collection.declared_levels(table, names)
    return {name: _sensitivity(known.get(name)) for name in names}


def _sensitivity(said: collection.DeclaredLevel | None) -> Sensitivity:
    if said is None:
        return UNKNOWN
    level = max(said.level, UNKNOWN.level) if said.only_raises else said.level
    return Sensitivity(level=Level(level), content=said.content)


def _columns(
    table: str, levels: Mapping[str, Sensitivity], shape: tuple[Any, tuple[str, ...]]
) -> tuple[SampleColumn, ...]:
    schema, keys = shape
    model = entity_of_table(table)
    known = collection.declared_levels(table, tuple(levels))
    return tuple(
        SampleColumn(
            code=name,
            type=str(schema.field(name).type),
            known=model.columns.get(name) if model else None,
            level=facts.level.name,
            is_key=name in keys,
            level_by=known[name].by if name in known else "",
        )
        for name, facts in levels.items()
    )
