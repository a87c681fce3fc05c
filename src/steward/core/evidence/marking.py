"""Triggers by which a table of facts says that it was written (see `partials`).

A mark carries the day (UTC) of the instant, so that a bulk write leaves few marks.
"""

from collections.abc import Sequence

import pgtrigger

_MARK = (
    "INSERT INTO evidence_factchange (topic, contract, at, txid) "
    "SELECT DISTINCT '{topic}', found.contract, "
    "date_trunc('day', found.at AT TIME ZONE 'UTC') AT TIME ZONE 'UTC', txid_current() "
    "FROM ({rows}) found(contract, at) WHERE found.contract <> ''; RETURN NULL;"
)

_NEW = pgtrigger.Referencing(new="new_rows")  # type: ignore[no-untyped-call]
_BOTH = pgtrigger.Referencing(old="old_rows", new="new_rows")  # type: ignore[no-untyped-call]


def marks(topic: str, *, inserted: str = "", updated: str = "") -> Sequence[pgtrigger.Trigger]:
    """The triggers of one table: each statement marks the contracts and instants it touched.

    `inserted` and `updated` are SELECTs of (contract, instant) over the transition tables
    `new_rows` and, for an update, `old_rows`; they run in the writing transaction.
    """
    found = []
    if inserted:
        found.append(
            pgtrigger.Trigger(
                name=f"{topic}_inserted",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                referencing=_NEW,
                func=_MARK.format(topic=topic, rows=inserted),
            )
        )
    if updated:
        found.append(
            pgtrigger.Trigger(
                name=f"{topic}_updated",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Update,
                referencing=_BOTH,
                func=_MARK.format(topic=topic, rows=updated),
            )
        )
    return found
