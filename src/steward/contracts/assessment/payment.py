"""From points to money (clause C5): formula, vetoes, stages, each step with its arithmetic.

Money is Decimal and rounded once, at the end, half up to the 分.
"""

from dataclasses import dataclass
from decimal import Decimal

from steward.contracts.assessment.penalties import Cases, owed_by_supplier
from steward.contracts.assessment.registry import ZERO, quotient
from steward.contracts.assessment.result import Payable, PayStep, PenaltyNode, StageNode
from steward.contracts.packs.api import Formula, Pack, Stage
from steward.kernel.canonical import decimal_text as plain
from steward.kernel.money import format_yuan as yuan
from steward.kernel.money import round_money


@dataclass(frozen=True, slots=True)
class Earned:
    """What the formula makes of a score, before vetoes and rounding to stages."""

    money: Decimal
    formula: str


def earned(formula: Formula, amount: Decimal, points: Decimal) -> Earned:
    """Apply the formula to a score; never more than the amount, never less than nothing."""
    if formula.kind == "fixed" or formula.full_at is None or formula.divisor is None:
        return Earned(amount, f"合同金额 {yuan(amount)}，不随得分变化")
    if points >= formula.full_at:
        words = f"{plain(points)} 分 ≥ {plain(formula.full_at)} 分，全额支付 {yuan(amount)}"
        return Earned(amount, words)
    assessed = amount * formula.assessed_share
    part = quotient(assessed * points, formula.divisor)
    money = round_money(min(amount, max(ZERO, amount - assessed + part)))
    fixed = "" if formula.assessed_share == 1 else f"{yuan(amount - assessed)} + "
    words = f"{fixed}{plain(points)} ÷ {plain(formula.divisor)} × {yuan(assessed)} = {yuan(money)}"
    return Earned(money, words)


def payable_of(
    pack: Pack, *, points: Decimal, possible: Decimal, vetoed: bool, cases: Cases | None = None
) -> Payable:
    """The payable amount with its derivation.

    A veto leaves only what was due before acceptance; the supplier's penalties for `cases` come
    off what the score leaves.
    """
    amount, formula = pack.amount, pack.payment.formula
    by_score, at_best = earned(formula, amount, points), earned(formula, amount, possible)
    before = sum((_share(stage, amount) for stage in pack.payment.stages if _is_early(stage)), ZERO)
    left = min(by_score.money, before) if vetoed else by_score.money
    best = min(at_best.money, before) if vetoed else at_best.money
    penalties = _penalty_nodes(pack, cases or Cases())
    deducted = sum((node.amount for node in penalties), ZERO)
    payable = max(ZERO, left - deducted)
    steps = [
        PayStep(title="合同金额", formula="合同约定", amount=amount, anchor="pack"),
        PayStep(
            title="考核得分",
            formula=f"{plain(points)} 分" if pack.assessment else "本合同没有考核表",
            anchor="score",
        ),
        PayStep(
            title="按得分应付", formula=by_score.formula, amount=by_score.money, anchor="score"
        ),
        _veto_step(left, before, vetoed=vetoed),
        *_penalty_steps(pack, left, penalties),
    ]
    stages = stages_of(pack, payable)
    paid = sum((stage.amount for stage in stages), ZERO)
    return Payable(
        amount=amount,
        by_score=left,
        deducted=deducted,
        payable=payable,
        possible=max(ZERO, best - deducted),
        vetoed=vetoed,
        overpaid=paid - payable,
        full_at=formula.full_at if formula.kind == "threshold" else None,
        clause_ref=formula.clause.ref,
        clause_quote=formula.clause.quote,
        steps=tuple(steps),
        penalties=penalties,
        stages=stages,
    )


def _penalty_nodes(pack: Pack, cases: Cases) -> tuple[PenaltyNode, ...]:
    return tuple(
        PenaltyNode(
            case=one.id,
            penalty=penalty.id,
            title=penalty.title,
            what=case.what,
            formula=one.formula,
            amount=one.amount,
            clause_ref=penalty.clause.ref,
            clause_quote=penalty.clause.quote,
            url=f"/contracts/{pack.code}/breaches/{one.id}/",
        )
        for case, penalty, one in owed_by_supplier(pack, cases)
    )


def _penalty_steps(
    pack: Pack, left: Decimal, penalties: tuple[PenaltyNode, ...]
) -> tuple[PayStep, ...]:
    """What the penalties take; nothing to say where the contract has none for the supplier."""
    if not any(penalty.payer == "supplier" for penalty in pack.penalties):
        return ()
    deducted = sum((node.amount for node in penalties), ZERO)
    added = " + ".join(yuan(node.amount) for node in penalties) or "没有双方确认的违约事项"
    payable = max(ZERO, left - deducted)
    less = less_words(left, deducted)
    return (
        PayStep(title="减：乙方违约金", formula=added, amount=deducted, anchor="penalties"),
        PayStep(title="应付", formula=less, amount=payable, anchor="penalties"),
    )


def less_words(left: Decimal, deducted: Decimal) -> str:
    """What remains after penalties, in one line; nothing is the least."""
    return f"{yuan(left)} − {yuan(deducted)}{'，不低于 0' if deducted > left else ''}"


def _veto_step(payable: Decimal, before: Decimal, *, vetoed: bool) -> PayStep:
    if not vetoed:
        return PayStep(title="否决项", formula="未触发", amount=payable, anchor="vetoes")
    words = f"已触发，甲方有权拒付剩余合同款，仅保留验收前已到期的 {yuan(before)}"
    return PayStep(title="否决项", formula=words, amount=payable, anchor="vetoes")


def _is_early(stage: Stage) -> bool:
    """Whether a stage is paid whatever comes of the acceptance."""
    waits = stage.due == "acceptance" or "acceptance" in stage.needs
    return not waits and isinstance(stage.share, Decimal)


def _share(stage: Stage, amount: Decimal) -> Decimal:
    return round_money(amount * stage.share) if isinstance(stage.share, Decimal) else ZERO


def stages_of(pack: Pack, payable: Decimal) -> tuple[StageNode, ...]:
    """Early stages at their share; what depends on acceptance shares what is left."""
    left = payable - sum(
        (_share(s, pack.amount) for s in pack.payment.stages if _is_early(s)), ZERO
    )
    nodes = []
    for stage in pack.payment.stages:
        if _is_early(stage):
            money = _share(stage, pack.amount)
            words = f"{yuan(pack.amount)} × {plain(Decimal(str(stage.share)) * 100)}%"
        elif stage.share == "rest":
            money = max(ZERO, left)
            words = f"应付 {yuan(payable)} − 其余各期"
        else:
            money = max(ZERO, min(left, _share(stage, pack.amount)))
            words = f"{yuan(pack.amount)} × {plain(Decimal(str(stage.share)) * 100)}%，不超过余额"
            left -= money
        nodes.append(
            StageNode(
                id=stage.id,
                title=stage.title,
                due=stage.due,
                amount=money,
                formula=words,
                clause_ref=stage.clause.ref,
                clause_quote=stage.clause.quote,
            )
        )
    return tuple(nodes)
