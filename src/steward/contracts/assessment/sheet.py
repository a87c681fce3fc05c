"""The settlement sheet: every figure of a period's money with what made it (clause C5).

by score (formula and vetoes) − penalties of the supplier = payable, between nothing and the
amount; what the penalties exceed it by is owed apart; + penalties of the client − paid = balance.
Only what both sides agreed, or the client decided, counts; the rest is listed and named. A sheet
is pure of its inputs; the one of a settled period is kept as text with its hash.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from pydantic import TypeAdapter

from steward.kernel.canonical import canonical_json, content_hash


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One line of the account; `url` opens what made the figure."""

    key: str
    title: str
    formula: str
    amount: Decimal | None
    url: str
    clause: str = ""


@dataclass(frozen=True, slots=True)
class PenaltyLine:
    """One breach and what it comes to; `counts` when agreed or decided."""

    case_id: int
    penalty: str
    title: str
    payer: str
    payer_label: str
    what: str
    occurred: date
    days: int
    formula: str
    amount: Decimal
    counts: bool
    state: str
    state_label: str
    capped: bool
    may_end: bool
    end_words: str
    clause: str
    url: str


@dataclass(frozen=True, slots=True)
class StageLine:
    """One stage: what it comes to, when it is due, what of it is paid."""

    id: str
    title: str
    amount: Decimal
    formula: str
    due: str
    last_day: date | None
    missing: tuple[str, ...]
    paid: Decimal
    open: Decimal
    state: str
    state_label: str
    days_late: int
    paid_off: date | None
    clause: str


@dataclass(frozen=True, slots=True)
class PaidLine:
    """One payment on record; `counts` when the other side confirmed it."""

    id: int
    stage: str
    stage_title: str
    day: date
    amount: Decimal
    voucher: str
    counts: bool
    state: str
    state_label: str
    by: str
    side_label: str


@dataclass(frozen=True, slots=True)
class ExclusionLine:
    """An event that one side wants out of the figures, or that is out."""

    id: int
    owner: str
    owner_title: str
    label: str
    ground: str
    reason: str
    counts: bool
    state: str
    state_label: str
    url: str


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """One indicator as it stands on the sheet."""

    id: str
    title: str
    full: Decimal
    points: Decimal
    formula: str
    unconfirmed: str
    url: str


@dataclass(frozen=True, slots=True)
class SettlementSheet:
    """A period's money; amounts in yuan. `obstacles` say why it cannot be settled yet."""

    contract: str
    title: str
    client: str
    version: int
    pack_hash: str
    period: int
    start: datetime
    end: datetime
    as_of: datetime
    result_hash: str
    amount: Decimal
    points: Decimal
    maximum: Decimal
    vetoed: bool
    by_score: Decimal
    supplier_penalties: Decimal
    payable: Decimal
    owed_apart: Decimal
    client_penalties: Decimal
    paid: Decimal
    to_pay: Decimal
    to_return: Decimal
    lines: tuple[SheetLine, ...]
    scores: tuple[ScoreLine, ...]
    penalties: tuple[PenaltyLine, ...]
    exclusions: tuple[ExclusionLine, ...]
    stages: tuple[StageLine, ...]
    payments: tuple[PaidLine, ...]
    obstacles: tuple[str, ...]
    rounding: str = "每一期款项、每一项违约金各舍入一次，四舍五入到分"

    def document(self) -> dict[str, Any]:
        """The sheet as plain JSON values, decimals as text."""
        dumped: dict[str, Any] = _ADAPTER.dump_python(self, mode="json")
        return dumped

    def canonical(self) -> str:
        """The one text of this sheet."""
        return canonical_json(self.document()).decode()

    def digest(self) -> str:
        """SHA-256 of the canonical text, in hex."""
        return content_hash(self.document())


_ADAPTER: TypeAdapter[SettlementSheet] = TypeAdapter(SettlementSheet)


def sheet_from(text: str) -> SettlementSheet:
    """A kept sheet, exactly as it was."""
    return _ADAPTER.validate_json(text)


@dataclass(frozen=True, slots=True)
class SheetShift:
    """What a correction changed in one figure of the account."""

    title: str
    before: Decimal
    after: Decimal

    @property
    def difference(self) -> Decimal:
        return self.after - self.before


_FIGURES = (
    ("points", "考核得分"),
    ("by_score", "按得分应付"),
    ("supplier_penalties", "乙方违约金"),
    ("payable", "应付"),
    ("owed_apart", "另行收取"),
    ("client_penalties", "甲方违约金"),
    ("paid", "已付"),
    ("to_pay", "本次应付"),
    ("to_return", "乙方应退"),
)


def sheet_shifts(older: SettlementSheet, newer: SettlementSheet) -> list[SheetShift]:
    """The figures that differ between two sheets."""
    pairs = [(words, getattr(older, name), getattr(newer, name)) for name, words in _FIGURES]
    return [SheetShift(words, before, after) for words, before, after in pairs if before != after]
