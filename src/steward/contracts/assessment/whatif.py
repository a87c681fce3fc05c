"""What a contract year would have scored under other terms; nothing is ever written.

Both sides of the comparison read the same evidence: the terms in force and the terms that are
tried differ, the facts do not. A time limit that has run was judged by the terms of its day and is
not run again, so changed time limits and duties are named as such instead of being guessed.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from steward.contracts.assessment.gathering import gather, query_of
from steward.contracts.assessment.queries import period_at
from steward.contracts.assessment.registry import ZERO
from steward.contracts.assessment.result import IndicatorNode, Payable
from steward.contracts.assessment.scoring import Rules, Scored, score_pack
from steward.contracts.packs import api as packs
from steward.kernel.errors import InvalidError
from steward.kernel.instants import local_date
from steward.kernel.periods import Period, contract_year

_NOT_RUN_AGAIN = {"sla": "时限", "obligations": "义务", "calendars": "日历", "period": "合同期限"}


class WhatIfRefusedError(InvalidError):
    """Terms that cannot be compared with the contract's own."""

    code = "assessment.what_if"


@dataclass(frozen=True, slots=True)
class Row:
    """One indicator under both terms; None where one of them does not have it."""

    id: str
    title: str
    before: IndicatorNode | None
    after: IndicatorNode | None

    @property
    def change(self) -> Decimal:
        """What the other terms bring (positive) or cost."""
        return _points(self.after) - _points(self.before)

    @property
    def is_same(self) -> bool:
        """Whether neither the points nor the weight differ."""
        one, two = self.before, self.after
        if one is None or two is None:
            return False
        return (one.points, one.possible, one.full) == (two.points, two.possible, two.full)


def _points(node: IndicatorNode | None) -> Decimal:
    return ZERO if node is None else node.points


@dataclass(frozen=True, slots=True)
class Comparison:
    """The terms in force (`version`) and the tried ones over the evidence of one contract year."""

    version: int
    year: int
    period: Period
    as_of: datetime
    before: Scored
    after: Scored
    rows: tuple[Row, ...]
    not_run_again: tuple[str, ...]

    @property
    def pays(self) -> tuple[Payable, Payable]:
        return self.before.pay, self.after.pay

    @property
    def points_change(self) -> Decimal:
        return self.after.points - self.before.points

    @property
    def money_change(self) -> Decimal:
        return self.after.pay.payable - self.before.pay.payable


def years_of(code: str, *, now: datetime) -> list[int]:
    """The contract years that have evidence to replay, the present one first."""
    contract = packs.get(code)
    if now < contract.start:
        return []
    last, _ = period_at(contract, now)
    return list(range(last, 0, -1))


def what_if(code: str, text: str, *, year: int | None = None, now: datetime) -> Comparison:
    """Score a contract year by a changed pack beside the version in force.

    `year` replays another contract year's evidence. PackInvalidError carries every mistake of the
    text with line and column; WhatIfRefusedError when it is another contract or no such year.
    """
    tried = packs.check_pack(text, file=f"{code}.yaml").pack
    contract = packs.get(code)
    if tried.code != code:
        raise WhatIfRefusedError(f"试算的条款属于“{tried.code}”，不是本合同“{code}”；请不要改 code")
    known = years_of(code, now=now)
    number = year if year is not None else next(iter(known), 0)
    if number not in known:
        raise WhatIfRefusedError(f"合同“{contract.title}”没有第 {number} 年的记录可以重放")
    whole = contract_year(contract.start_date, number)
    period = Period(whole.start, min(whole.end, contract.end))
    day = local_date(min(now, period.end - timedelta(seconds=1)))
    version, in_force = packs.version_in_force(code, day, known_at=now)
    before = _scored(in_force, number, period=period, as_of=now)
    after = _scored(tried, number, period=period, as_of=now)
    return Comparison(
        version=version.number,
        year=number,
        period=period,
        as_of=now,
        before=before,
        after=after,
        rows=_rows(before, after),
        not_run_again=_not_run_again(in_force, tried),
    )


def _scored(pack: packs.Pack, number: int, *, period: Period, as_of: datetime) -> Scored:
    facts = gather(pack, query_of(pack, period=period, as_of=as_of), number=number, period=period)
    return score_pack(Rules.of(pack), facts)


def _rows(before: Scored, after: Scored) -> tuple[Row, ...]:
    one, two = _nodes(before), _nodes(after)
    ids = [*two, *(i for i in one if i not in two)]
    return tuple(Row(i, (two.get(i) or one[i]).title, one.get(i), two.get(i)) for i in ids)


def _nodes(scored: Scored) -> dict[str, IndicatorNode]:
    return {node.id: node for group in scored.groups for node in group.indicators}


def _not_run_again(before: packs.Pack, after: packs.Pack) -> tuple[str, ...]:
    return tuple(
        words
        for name, words in _NOT_RUN_AGAIN.items()
        if getattr(before, name) != getattr(after, name)
    )
