"""Payment in a pack (clause C5): stages, the formula from points to money, penalties."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, model_validator

from steward.contracts.packs.shape import Clause, Code, Part, Points, Ratio, Words

Need = Literal["invoice", "confirmation", "acceptance", "funding"]


class Stage(Part):
    """One instalment: a share of the amount, or the rest of what is payable.

    It falls due `due_days` after signing, the end of the term or the acceptance, or by `due_date`,
    and never before everything in `needs` is on record; without `due_days` the text names no last
    day. `after_months` says how much of the service a confirmation is about.
    """

    id: Code
    title: Words
    share: Ratio | Literal["rest"]
    due: Literal["signing", "acceptance", "term_end", "date"]
    due_date: date | None = None
    due_days: Annotated[int, Field(ge=0, le=365)] | None = None
    needs: tuple[Need, ...] = ()
    after_months: Annotated[int, Field(ge=1, le=60)] | None = None
    clause: Clause

    @model_validator(mode="after")
    def _a_date_is_named(self) -> "Stage":
        if self.due == "date" and self.due_date is None:
            raise ValueError("按固定日期付款（due: date）须写明 due_date")
        return self


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


class Excuse(Part):
    """A ground for which days do not count against the payer (Beijing: the treasury is late)."""

    code: Code
    title: Words


class Penalty(Part):
    """What one side owes: `rate` of `base` for each `per`, at most `cap` of it over all cases.

    `base`: the contract's amount, the part that is due, everything paid so far, or the amount of
    what is late as the case states it. `per`: each failure, once, or each day, week (7 days) or
    half month (15 days) of lateness; `begun` counts a begun unit as a whole one. `cure_days` are
    the days to put it right after the notice, before lateness begins. `on` says what happened, so
    that a late payment finds its penalty. The right to end the contract comes when the days late
    have reached, or exceeded, `ends_contract_after_days`; `ends_contract_calendar` is a calendar
    of the pack by whose working days these are counted, none for days.
    """

    id: Code
    title: Words
    payer: Literal["client", "supplier"]
    on: Literal[
        "breach",
        "late_delivery",
        "late_payment",
        "refused_acceptance",
        "confidentiality",
        "termination",
    ] = "breach"
    rate: Ratio
    base: Literal["amount", "due", "paid", "late"]
    per: Literal["failure", "once", "day", "week", "fortnight"]
    begun: bool = True
    cure_days: Annotated[int, Field(ge=0, le=90)] = 0
    cap: Ratio | None = None
    excuses: tuple[Excuse, ...] = ()
    ends_contract_after_days: Annotated[int, Field(ge=1)] | None = None
    ends_contract_on: Literal["reached", "exceeded"] = "exceeded"
    ends_contract_calendar: Code | None = None
    clause: Clause
    note: str = ""

    @property
    def by_time(self) -> bool:
        """Whether the amount grows with the days of lateness."""
        return self.per in ("day", "week", "fortnight")
