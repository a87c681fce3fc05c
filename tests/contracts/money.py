"""The money sections of the packs of the library, for tests of penalties and payments."""

from decimal import Decimal
from functools import cache
from importlib.resources import files

from steward.contracts.packs.document import Pack
from steward.contracts.packs.payment import Penalty
from steward.contracts.packs.reading import read_pack
from tests.contracts.support import CALENDARS


@cache
def library_pack(code: str) -> Pack:
    """A pack that ships with the platform, checked, without a database."""
    text = (files("steward.contracts.packs.library") / f"{code}.yaml").read_text(encoding="utf-8")
    return read_pack(text, file=f"{code}.yaml", calendars=CALENDARS).pack


def amount_of(code: str) -> Decimal:
    return library_pack(code).amount


def penalty_of(code: str, penalty: str) -> Penalty:
    return next(row for row in library_pack(code).penalties if row.id == penalty)
