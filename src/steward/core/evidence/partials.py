"""Figures of one stretch of time, remembered until something about them changes.

A year's figure is put together from stretches; only the stretches about which something was
written since are read again. That a remembered stretch still holds is decided by the database:

1. triggers (`marking`) leave a mark (contract, instant, transaction) at every write of a fact;
2. a remembered stretch carries the snapshot of transactions that its reading could see, taken
   before it read; any mark of a transaction outside that snapshot makes it stale, however late
   that transaction commits and whatever times its rows carry;
3. it also carries `until`, the first instant at which passing time alone changes it.

So a figure put together from what is remembered is the one that reading everything again gives.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection

from steward.core.evidence.models import PartialFigure
from steward.kernel.periods import Period

Measure = Callable[[Period], "Partial"]

_STALE = """
SELECT p.id FROM evidence_partialfigure p WHERE {where} EXISTS (
  SELECT 1 FROM evidence_factchange c
  WHERE c.topic = split_part(p.topic, '/', 1) AND c.contract = p.contract
    AND c.at < p."end" AND (c.onwards OR c.at > p.start - interval '1 day')
    AND c.txid >= txid_snapshot_xmin(p.snapshot::txid_snapshot)
    AND (NOT txid_visible_in_snapshot(c.txid, p.snapshot::txid_snapshot) OR c.txid = p.txid))
"""
_NEEDLESS = """
DELETE FROM evidence_factchange WHERE txid < (
  SELECT min(txid_snapshot_xmin(snapshot::txid_snapshot)) FROM evidence_partialfigure)
"""
_SWEEP = "sweep"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Partial:
    """What a stretch came to: plain JSON data, and when passing time alone changes it.

    `until` None: never. `lasting` False: it only holds for the very instant it was read for.
    """

    data: Any
    until: datetime | None = None
    lasting: bool = True


@dataclass(frozen=True, slots=True)
class Stretch:
    """What is asked: a topic's facts of one contract, in these periods, as known at `as_of`.

    A topic may go on after a slash (`facts/variant`): the same facts, put together differently.
    `basis` stands for whatever else the figures were made by (a digest); another basis, and what
    is remembered is not used.
    """

    topic: str
    contract: str
    periods: Sequence[Period]
    as_of: datetime
    basis: str = ""


def partials(asked: Stretch, measure: Measure, *, fresh: bool = False) -> list[Any]:
    """The data of each period, in order; what does not hold any more is measured again.

    `fresh` neither uses nor changes what is remembered.
    """
    if fresh:
        return [_plain(measure(period).data) for period in asked.periods]
    snapshot, txid = _snapshot()
    known = _holding(asked)
    found, made = [], []
    for period in asked.periods:
        if (period.start, period.end) in known:
            found.append(known[period.start, period.end].data)
            continue
        part = measure(period)
        found.append(_plain(part.data))
        if part.lasting:
            made.append((period, part))
    _remember(asked, made, (snapshot, txid))
    return found


def _plain(data: Any) -> Any:
    """The data as it comes back from the database, so that both ways give the same."""
    return json.loads(json.dumps(data))


def _snapshot() -> tuple[str, int | None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT txid_current_snapshot()::text, txid_current_if_assigned()")
        text, txid = cursor.fetchone()
    return str(text), txid


def _holding(asked: Stretch) -> dict[tuple[datetime, datetime], PartialFigure]:
    rows = PartialFigure.objects.filter(
        topic=asked.topic,
        contract=asked.contract,
        start__in=[period.start for period in asked.periods],
        as_of__lte=asked.as_of,
        basis=asked.basis,
    )
    stale = _stale(asked)
    return {
        (row.start, row.end): row
        for row in rows
        if row.pk not in stale
        and (row.as_of == asked.as_of or row.until is None or asked.as_of < row.until)
    }


def _stale(asked: Stretch | None = None) -> set[int]:
    where = "p.topic = %s AND p.contract = %s AND" if asked else ""
    with connection.cursor() as cursor:
        cursor.execute(_STALE.format(where=where), [asked.topic, asked.contract] if asked else None)
        return {int(row[0]) for row in cursor.fetchall()}


def _remember(
    asked: Stretch, made: list[tuple[Period, Partial]], seen: tuple[str, int | None]
) -> None:
    """Put new readings in place of old ones; an older reading never replaces a newer one.

    A stale newer reading stays stale and is read again when it is asked for.
    """
    if not made:
        return
    PartialFigure.objects.filter(
        topic=asked.topic,
        contract=asked.contract,
        start__in=[period.start for period, _ in made],
        as_of__lte=asked.as_of,
    ).delete()
    rows = [
        PartialFigure(
            topic=asked.topic,
            contract=asked.contract,
            start=period.start,
            end=period.end,
            as_of=asked.as_of,
            until=part.until,
            snapshot=seen[0],
            txid=seen[1],
            basis=asked.basis,
            data=part.data,
        )
        for period, part in made
    ]
    PartialFigure.objects.bulk_create(rows, ignore_conflicts=True)


def sweep_partials(*, now: datetime) -> tuple[int, int]:
    """Drop what no longer holds and the marks that nobody needs; how many of each.

    What still holds is said to have seen everything up to now. Marks go one sweep later than they
    could, so that a reading that is under way has them when it comes to be remembered.
    """
    snapshot, txid = _snapshot()
    ids = list(PartialFigure.objects.exclude(topic=_SWEEP).values_list("pk", flat=True))
    stale = _stale()
    dropped, _ = PartialFigure.objects.filter(pk__in=stale).delete()
    with connection.cursor() as cursor:
        cursor.execute(_NEEDLESS)
        swept = int(cursor.rowcount)
    PartialFigure.objects.filter(pk__in=ids).update(snapshot=snapshot, txid=txid)
    PartialFigure.objects.update_or_create(
        topic=_SWEEP,
        contract="",
        start=_EPOCH,
        end=_EPOCH + timedelta(days=1),
        defaults={"as_of": now, "snapshot": snapshot, "txid": txid, "data": {}},
    )
    return dropped, swept
