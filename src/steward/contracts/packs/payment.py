"""Payment in a pack (clause C5): stages, the formula from points to money, penalties."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, model_validator

from steward.contracts.packs.shape import Clause, Code, Part, Points, Ratio, Words


class Stage(Part):
    """One instalment: a share of the amount, or the rest of what is payable."""

    id: Code
    title: Words
    share: Ratio | Literal["rest"]
    due: Literal["signing", "acceptance", "date"]
    due_date: date | None = None
    clause: Clause


class Formula(Part):
    """How the score becomes money.

    fixed: the score changes nothing. threshold: from `full_at` points the assessed share is paid
    in full, below it share × score / divisor (Huai'an: share 1, divisor 90; Kecheng: share 0.1,
    divisor 100).
    """

    kind: Literal["fixed", "threshold"]
    full_at: Points | None = None
    divisor: Annotated[Decimal, Field(gt=0)] | None = None
    assessed_share: Ratio = Decimal(1)
    clause: Clause

    @model_validator(mode="after")
    def _has_what_its_kind_needs(self) -> "Formula":
        if self.kind == "threshold" and (self.full_at is None or self.divisor is None):
            raise ValueError("按得分付款（threshold）须写明 full_at（全额线）和 divisor（除数）")
        return self


class Payment(Part):
    stages: Annotated[tuple[Stage, ...], Field(min_length=1)]
    formula: Formula
    rounding: Literal["half_up"] = "half_up"


class Penalty(Part):
    """What one side owes: `rate` of `base` for each `per`, at most `cap` of it."""

    id: Code
    title: Words
    payer: Literal["client", "supplier"]
    rate: Ratio
    base: Literal["amount", "due", "paid"]
    per: Literal["failure", "once", "day", "week", "fortnight"]
    cap: Ratio | None = None
    ends_contract_after_days: int | None = None
    clause: Clause
