"""Recurring duties (clause C3) as data: what is due how often, until when, and what proves it.

Every field beyond the rhythm has a default by kind, so that a duty may be written in four lines.
Windows are whole local days, half-open: a window that is due on a date ends at its midnight.
"""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from steward.contracts.packs.shape import Clause, Code, Part, Words

HOLIDAYS = {
    "元旦": "元旦",
    "春节": "春节",
    "清明": "清明",
    "清明节": "清明",
    "五一": "劳动节",
    "劳动节": "劳动节",
    "端午": "端午",
    "端午节": "端午",
    "中秋": "中秋",
    "中秋节": "中秋",
    "国庆": "国庆节",
    "十一": "国庆节",
    "国庆节": "国庆节",
}

RhythmKind = Literal[
    "daily", "weekly", "monthly", "quarterly", "half_yearly", "yearly", "per_period",
    "before_holidays", "ahead", "during", "once",
]  # fmt: skip


class Rhythm(Part):
    """How often a duty comes due.

    Stretches are calendar days, ISO weeks, calendar months and quarters cut to the term, and
    contract years counted from its first day. per_period: `count` times in each `per`.
    before_holidays: before the first day off of each named holiday. ahead: `days_ahead` before an
    important moment begins; during: while it lasts. once: at the start or the end of the term.
    """

    kind: RhythmKind
    count: Annotated[int, Field(ge=1, le=366)] | None = None
    per: Literal["week", "month", "quarter", "half_year", "contract_year", "term"] = "contract_year"
    holidays: tuple[Words, ...] = ()
    days_ahead: Annotated[int, Field(ge=1, le=366)] | None = None
    working_days_only: bool = False
    at: Literal["start", "end"] = "start"

    @model_validator(mode="after")
    def _has_what_its_kind_needs(self) -> "Rhythm":
        if self.kind == "per_period" and self.count is None:
            raise ValueError("按期计次（per_period）须写明 count")
        if self.kind == "before_holidays" and not self.holidays:
            raise ValueError("节前（before_holidays）须写明 holidays")
        if self.kind == "ahead" and self.days_ahead is None:
            raise ValueError("提前（ahead）须写明 days_ahead")
        if self.count is not None and self.kind != "per_period":
            raise ValueError("count 只用于按期计次（per_period）；每次要几份证明写 proofs")
        return self


class Window(Part):
    """From when until when an occurrence may be fulfilled, against its stretch.

    Unsaid: from the stretch's start to its end. `opens: end` lets it begin only when the stretch
    is over (a monthly report); `days_after` or `working_days_after` carries the due time past the
    stretch's end; `open_days` says how long before the due time a check before a holiday or ahead
    of a moment may be done.
    """

    opens: Literal["start", "end"] = "start"
    days_after: Annotated[int, Field(ge=1, le=366)] | None = None
    working_days_after: Annotated[int, Field(ge=1, le=120)] | None = None
    open_days: Annotated[int, Field(ge=1, le=366)] | None = None
    calendar: Code | None = None

    @model_validator(mode="after")
    def _ends_after_it_opens(self) -> "Window":
        if self.days_after is not None and self.working_days_after is not None:
            raise ValueError("days_after（自然日）与 working_days_after（工作日）只能写一个")
        if self.opens == "end" and self.days_after is None and self.working_days_after is None:
            raise ValueError(
                "期满后才能履行（opens: end）须写明 days_after 或 working_days_after，否则窗口为空"
            )
        return self


class Owner(Part):
    """Who has to do it: a side of the contract, and there a team or an organisation by code."""

    side: Literal["supplier", "client"] = "supplier"
    team: Words | None = None
    organization: Code | None = None


class Obligation(Part):
    """One duty.

    `evidence` is the weakest grade of proof that fulfils it and `accepts` the kinds of evidence
    (by their beginning; none named: any); `proofs` how many one occurrence needs. `remind` are
    days before the due time (unsaid: 7, 3, 1 for what comes monthly or rarer, 3 and 1 for weekly
    duties, none for daily ones). `consequences` name indicators, vetoes or penalties of the pack.
    """

    id: Code
    title: Words
    area: Literal[
        "maintenance", "inspection", "backup", "security", "guard", "staff", "report",
        "training", "document", "data", "other",
    ]  # fmt: skip
    rhythm: Rhythm
    window: Window = Window()
    owner: Owner = Owner()
    deliverable: Words
    evidence: Literal["A", "B", "C", "D"] = "C"
    accepts: tuple[Code, ...] = ()
    proofs: Annotated[int, Field(ge=1, le=50)] = 1
    remind: tuple[Annotated[int, Field(ge=1, le=90)], ...] | None = None
    severity: Literal["critical", "major", "minor", "info"] = "minor"
    consequences: tuple[Code, ...] = ()
    clause: Clause
    note: str = ""

    @property
    def reminders(self) -> tuple[int, ...]:
        """Days before the due time, longest first."""
        if self.remind is not None:
            return tuple(sorted(set(self.remind), reverse=True))
        return {"daily": (), "weekly": (3, 1)}.get(self.rhythm.kind, (7, 3, 1))
