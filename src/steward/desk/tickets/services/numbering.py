from datetime import datetime

from django.db import connection

from steward.kernel.instants import local

NEXT = """
INSERT INTO desk_numberseries (prefix, year, last) VALUES (%s, %s, 1)
ON CONFLICT (prefix, year) DO UPDATE SET last = desk_numberseries.last + 1
RETURNING last
"""


def next_number(prefix: str, *, now: datetime) -> str:
    """The next number of a prefix in the local year, e.g. INC-2026-00591.

    Gap-free: the series' row stays locked until the caller's transaction ends, and a rolled back
    one gives its number back. Must be called inside a transaction.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("next_number() belongs inside the transaction that uses the number")
    year = local(now).year
    with connection.cursor() as cursor:
        cursor.execute(NEXT, [prefix, year])
        (last,) = cursor.fetchone()
    return f"{prefix}-{year}-{last:05d}"
