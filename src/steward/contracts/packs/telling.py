"""Terms of a pack as people say them: rhythms, shares, penalties, and sections of any shape."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pydantic import BaseModel

from steward.contracts.packs.document import Pack, RightToEnd
from steward.contracts.packs.labels import label_of, value_words
from steward.contracts.packs.obligations import Obligation
from steward.contracts.packs.payment import Penalty, Stage
from steward.kernel.canonical import decimal_text

_SHOWN = frozenset({
    "format", "code", "title", "version", "parties", "period", "amount", "payment", "penalties",
    "rights_to_end", "calendars", "ticket_kinds", "severities", "pause_reasons", "service_hours",
    "reopen_limit", "sla", "obligations", "assessment", "vetoes", "contradictions",
})  # fmt: skip
_RHYTHMS = {
    "daily": "每天", "weekly": "每周", "monthly": "每月", "quarterly": "每季",
    "half_yearly": "每半年", "yearly": "每年", "during": "重要时刻期间",
}  # fmt: skip
_STRETCHES = {
    "week": "每周", "month": "每月", "quarter": "每季", "half_year": "每半年",
    "contract_year": "每合同年", "term": "合同期内",
}  # fmt: skip
_TIMES = {
    "failure": "每次",
    "once": "一次性",
    "day": "每天",
    "week": "每周",
    "fortnight": "每 15 天",
}
_NAMING = ("id", "title", "clause", "note", "name", "topic")


def percent_words(ratio: Decimal) -> str:
    """A ratio as an exact percentage: 0.0667 is 6.67%."""
    return f"{decimal_text(ratio * 100)}%"


def rhythm_words(duty: Obligation) -> str:
    """How often a duty comes due: 每周, 每合同年 4 次, 节前（五一、国庆）."""
    rhythm = duty.rhythm
    if rhythm.kind == "per_period":
        return f"{_STRETCHES[rhythm.per]} {rhythm.count} 次"
    if rhythm.kind == "before_holidays":
        return f"节前（{'、'.join(rhythm.holidays)}）"
    if rhythm.kind == "ahead":
        return f"重要时刻前 {rhythm.days_ahead} 天"
    if rhythm.kind == "once":
        return "合同开始时一次" if rhythm.at == "start" else "合同期满时一次"
    return _RHYTHMS[rhythm.kind]


def stage_words(stage: Stage) -> str:
    """How much of the amount an instalment is, and when it is due."""
    share = "其余" if stage.share == "rest" else percent_words(Decimal(stage.share))
    day = f"，{stage.due_date} 前" if stage.due_date else ""
    return f"{share} · {value_words(stage.due)}{day}"


def penalty_words(penalty: Penalty) -> str:
    """What is owed for what: 每天按合同金额的 0.5%，累计不超过 10%."""
    rate, base = percent_words(penalty.rate), value_words(penalty.base)
    cap = "" if penalty.cap is None else f"，累计不超过 {percent_words(penalty.cap)}"
    cure = f"，{penalty.cure_days} 天内改正的不计" if penalty.cure_days else ""
    return f"{value_words(penalty.payer)}付：{_TIMES[penalty.per]}按{base}的 {rate}{cap}{cure}"


def right_words(right: RightToEnd) -> str:
    """Who may end the contract, after how long and with what notice."""
    unit = "个工作日" if right.after_unit == "working_days" else "天"
    after = "" if right.after is None else f"，满 {right.after} {unit}"
    notice = "" if right.notice_days is None else f"，提前 {right.notice_days} 天书面通知"
    return f"{value_words(right.holder)}可终止{after}{notice}"


@dataclass(frozen=True, slots=True)
class Row:
    """One term of a section: its words, its facts, and the clause that says it."""

    title: str
    facts: tuple[tuple[str, str], ...]
    ref: str
    quote: str
    note: str


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the pack that has no table of its own on the page."""

    code: str
    label: str
    rows: tuple[Row, ...]


def other_sections(pack: Pack) -> list[Section]:
    """Every part that the page shows no table for, told by its keys, in the file's order."""
    found = []
    for name in type(pack).model_fields:
        value = getattr(pack, name)
        if name in _SHOWN or not value:
            continue
        rows = tuple(_rows(value, label_of(name)))
        found.append(Section(name, label_of(name), rows))
    return found


def _rows(value: Any, label: str) -> Iterator[Row]:
    if isinstance(value, tuple):
        for item in value:
            yield from _rows(item, label)
        return
    if not isinstance(value, BaseModel):
        return
    below = {name: getattr(value, name) for name in type(value).model_fields}
    told = below.get("title") or below.get("topic") or below.get("name") or label
    clause = below.get("clause")
    facts = tuple(_facts(below))
    if facts or clause:
        yield Row(
            str(told),
            facts,
            getattr(clause, "ref", ""),
            getattr(clause, "quote", ""),
            str(below.get("note") or ""),
        )
    for name, item in below.items():
        if name != "clause" and _is_part(item):
            yield from _rows(item, label_of(name))


def _facts(below: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name, item in below.items():
        if name in _NAMING or _is_part(item) or item in (None, "", ()):
            continue
        words = value_words(list(item) if isinstance(item, tuple) else item)
        yield label_of(name), words


def _is_part(item: Any) -> bool:
    return isinstance(item, BaseModel) or (
        isinstance(item, tuple) and any(isinstance(row, BaseModel) for row in item)
    )
