"""Triggers by which a table of facts says that it was written (see `partials`).

A mark carries the day (UTC) of the instant, so that a bulk write leaves few marks. It touches that
day, or (`onwards`) everything from that day on.
"""

from collections.abc import Sequence

import pgtrigger

_MARK = (
    "INSERT INTO evidence_factchange (topic, contract, at, txid{column}) "
    "SELECT DISTINCT '{topic}', found.contract, "
    "date_trunc('day', found.at AT TIME ZONE 'UTC') AT TIME ZONE 'UTC', txid_current(){value} "
    "FROM ({rows}) found(contract, at) WHERE found.contract <> ''; RETURN NULL;"
)

_NEW = pgtrigger.Referencing(new="new_rows")  # type: ignore[no-untyped-call]
_BOTH = pgtrigger.Referencing(old="old_rows", new="new_rows")  # type: ignore[no-untyped-call]


_OLD = pgtrigger.Referencing(old="old_rows")  # type: ignore[no-untyped-call]


def marks(
    topic: str,
    *,
    inserted: str = "",
    updated: str = "",
    deleted: str = "",
    onwards: bool = False,
) -> Sequence[pgtrigger.Trigger]:
    """The triggers of one table: each statement marks the contracts and instants it touched.

    `inserted`, `updated` and `deleted` are SELECTs of (contract, instant) over the transition
    tables `new_rows` and `old_rows`; they run in the writing transaction. `onwards`: whatever
    comes after the instant is touched as well.
    """
    kinds = (
        ("inserted", inserted, pgtrigger.Insert, _NEW),
        ("updated", updated, pgtrigger.Update, _BOTH),
        ("deleted", deleted, pgtrigger.Delete, _OLD),
    )
    column, value = (", onwards", ", true") if onwards else ("", "")
    return [
        pgtrigger.Trigger(
            name=f"{topic}_{name}",
            level=pgtrigger.Statement,
            when=pgtrigger.After,
            operation=operation,
            referencing=referencing,
            func=_MARK.format(topic=topic, rows=rows, column=column, value=value),
        )
        for name, rows, operation, referencing in kinds
        if rows
    ]
