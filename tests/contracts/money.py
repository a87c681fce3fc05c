"""The money sections of the four packs, for tests of penalties and payments."""

from decimal import Decimal
from pathlib import Path

from ruamel.yaml import YAML

from steward.contracts.packs.payment import Penalty
from tests.contracts.support import huaian

DRAFTS = YAML(typ="safe").load(
    (Path(__file__).parent / "assessment" / "data" / "money.yaml").read_text("utf-8")
)


def amount_of(code: str) -> Decimal:
    if code == "huaian-2025":
        return huaian().amount
    return Decimal(DRAFTS[code]["amount"])


def penalty_of(code: str, penalty: str) -> Penalty:
    if code == "huaian-2025":
        return next(row for row in huaian().penalties if row.id == penalty)
    return Penalty.model_validate(next(p for p in DRAFTS[code]["penalties"] if p["id"] == penalty))
