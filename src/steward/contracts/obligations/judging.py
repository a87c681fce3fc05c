"""Whether proofs fulfil an occurrence, when, and what is lacking: pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from steward.contracts.obligations.choices import Status


class Demand(Protocol):
    """What a duty asks of its proofs."""

    grade: str
    proofs: int

    @property
    def accepts(self) -> list[str]: ...


class Given(Protocol):
    """A standing proof."""

    @property
    def kind(self) -> str: ...

    @property
    def grade(self) -> str: ...

    @property
    def delivered_at(self) -> datetime: ...


@dataclass(frozen=True, slots=True)
class Verdict:
    """The state that the proofs make; `lacking` says in Chinese why they do not fulfil yet."""

    status: Status
    fulfilled_at: datetime | None
    has_proof: bool
    awaits_client: bool
    lacking: str = ""


def is_accepted(demand: Demand, kind: str) -> bool:
    """Whether a kind of evidence is one that the duty takes; without a list every kind is."""
    return not demand.accepts or any(
        kind == known or kind.startswith(f"{known}.") for known in demand.accepts
    )


def judge(
    demand: Demand, proofs: Sequence[Given], *, due_at: datetime, opens_at: datetime
) -> Verdict:
    """Fulfilled when enough proofs of the right kind and grade were delivered; by the last of them.

    In time if and only if that was before `due_at` (half-open). What was delivered before
    `opens_at` does not count. Grade A is the strongest, D the weakest.
    """
    enough = demand.proofs
    right = [p for p in proofs if is_accepted(demand, p.kind) and p.delivered_at >= opens_at]
    strong = sorted(p.delivered_at for p in right if p.grade <= demand.grade)
    if len(strong) >= enough:
        at = strong[enough - 1]
        status = Status.DONE if at < due_at else Status.LATE
        return Verdict(status, at, has_proof=True, awaits_client=False)
    confirmable = demand.grade >= "C" and any(
        p.grade == "D" for p in right if p.grade > demand.grade
    )
    return Verdict(
        Status.OPEN,
        None,
        has_proof=bool(proofs),
        awaits_client=confirmable,
        lacking=_lacking(demand, proofs, right=len(right), strong=len(strong)),
    )


def _lacking(demand: Demand, proofs: Sequence[Given], *, right: int, strong: int) -> str:
    if not proofs:
        return "没有证明"
    if not right:
        return (
            f"证据种类不符（要求 {'、'.join(demand.accepts)}）"
            if demand.accepts
            else "证明不在履行期内"
        )
    if strong:
        return f"需要 {demand.proofs} 份证明，现有 {strong} 份"
    weakest = _grades(proofs)
    return f"证据等级不足（现有 {weakest}，要求 {demand.grade}）"


def _grades(proofs: Iterable[Given]) -> str:
    return min(p.grade for p in proofs)
