"""Recurring duties (clause C3) as data: what is due how often, and what proves it."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from steward.contracts.packs.shape import Clause, Code, Part, Words


class Rhythm(Part):
    """How often: every day, week, month or year; n per period; before holidays; ahead of moments."""

    kind: Literal["daily", "weekly", "monthly", "yearly", "per_period", "before_holidays", "ahead"]
    count: Annotated[int, Field(ge=1)] | None = None
    holidays: tuple[Words, ...] = ()
    days_ahead: Annotated[int, Field(ge=1)] | None = None

    @model_validator(mode="after")
    def _has_what_its_kind_needs(self) -> "Rhythm":
        if self.kind == "per_period" and self.count is None:
            raise ValueError("按期计次（per_period）须写明 count")
        if self.kind == "before_holidays" and not self.holidays:
            raise ValueError("节前（before_holidays）须写明 holidays")
        if self.kind == "ahead" and self.days_ahead is None:
            raise ValueError("提前（ahead）须写明 days_ahead")
        return self


class Obligation(Part):
    """One duty; `evidence` is the weakest grade of proof that fulfils it."""

    id: Code
    title: Words
    area: Literal["maintenance", "inspection", "backup", "security", "guard", "staff", "report"]
    rhythm: Rhythm
    deliverable: Words
    evidence: Literal["A", "B", "C", "D"] = "C"
    clause: Clause
