"""From a result and what both sides put on record to the settlement sheet; pure but for reading."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from steward.contracts.assessment import ledger
from steward.contracts.assessment.payment import less_words, stages_of
from steward.contracts.assessment.penalties import Owed, Terms, owed
from steward.contracts.assessment.registry import ZERO
from steward.contracts.assessment.result import ScoreResult
from steward.contracts.assessment.sheet import (
    ExclusionLine,
    PaidLine,
    PenaltyLine,
    ScoreLine,
    SettlementSheet,
    SheetLine,
    StageLine,
)
from steward.contracts.assessment.stages import STATE_WORDS, Paid, due_of, standing_of
from steward.contracts.packs import api as packs
from steward.core.calendars import api as calendars
from steward.kernel.canonical import decimal_text as plain
from steward.kernel.instants import local_date
from steward.kernel.money import format_yuan as yuan
from steward.kernel.worktime import Calendar


@dataclass(frozen=True, slots=True)
class Records:
    """What both sides put on record by the cut-off, and the calendars of the pack."""

    breaches: list[ledger.BreachInfo]
    exclusions: list[ledger.ExclusionInfo]
    payments: list[ledger.PaymentInfo]
    facts: list[ledger.StageFactInfo]
    calendars: Mapping[str, Calendar]

    @property
    def paid(self) -> Decimal:
        """What counts as paid: confirmed by the other side."""
        return sum((row.amount for row in self.payments if row.proposal.in_force), ZERO)


def records_of(pack: packs.Pack, *, period: int, as_of: datetime) -> Records:
    """Read what is on record for a period of a contract, as known at an instant."""
    return Records(
        breaches=ledger.breaches(pack.code, as_of=as_of, period=period),
        exclusions=ledger.exclusions(pack.code, as_of=as_of, period=period),
        payments=ledger.payments(pack.code, as_of=as_of),
        facts=ledger.stage_facts(pack.code, as_of=as_of),
        calendars={
            use.id: calendars.get(use.code, as_of).calendar
            for use in pack.calendars
            if any(penalty.ends_contract_calendar == use.id for penalty in pack.penalties)
        },
    )


def sheet_of(pack: packs.Pack, result: ScoreResult, records: Records) -> SettlementSheet:
    """The sheet of a result: penalties of the supplier, stages, penalties of the client, balance."""
    day = local_date(result.as_of)
    by_score, deducted, payable = result.pay.by_score, result.pay.deducted, result.pay.payable
    supplier = _penalties(pack, records, ("supplier", {}), day=day)
    stages = _stages(pack, records, payable, day=day)
    paid_off = {line.id: line.paid_off for line in stages if line.paid_off is not None}
    client = _penalties(pack, records, ("client", paid_off), day=day)
    apart, extra = max(ZERO, deducted - by_score), _total(client)
    balance = payable + extra - apart - records.paid
    sheet = SettlementSheet(
        contract=pack.code,
        title=pack.title,
        client=pack.party("client").name,
        version=result.version,
        pack_hash=result.pack_hash,
        period=result.period,
        start=result.start,
        end=result.end,
        as_of=result.as_of,
        result_hash=result.digest(),
        amount=pack.amount,
        points=result.points,
        maximum=result.maximum,
        vetoed=result.pay.vetoed,
        by_score=by_score,
        supplier_penalties=deducted,
        payable=payable,
        owed_apart=apart,
        client_penalties=extra,
        paid=records.paid,
        to_pay=max(ZERO, balance),
        to_return=max(ZERO, -balance),
        lines=(),
        scores=_scores(result),
        penalties=(*supplier, *client),
        exclusions=_exclusions(result, records),
        stages=stages,
        payments=_payments(pack, records),
        obstacles=_obstacles(result, records),
    )
    return _with_lines(sheet, result)


def _total(lines: Iterable[PenaltyLine]) -> Decimal:
    return sum((line.amount for line in lines if line.counts), ZERO)


def _penalties(
    pack: packs.Pack,
    records: Records,
    whose: tuple[str, Mapping[str, date]],
    *,
    day: date,
) -> tuple[PenaltyLine, ...]:
    """The cases of one payer. What counts shares the caps; what is open is shown as if alone."""
    payer, paid_off = whose
    terms = Terms(pack.amount, records.paid, records.calendars)
    found: list[PenaltyLine] = []
    for penalty in pack.penalties:
        cases = [c for c in records.breaches if c.penalty == penalty.id and c.payer == payer]
        lapses = {c.proposal.id: c.lapse(paid_off.get(c.stage)) for c in cases}
        counted = [lapses[c.proposal.id] for c in cases if c.proposal.in_force]
        known = {one.id: one for one in owed(penalty, counted, terms, as_of=day)}
        for case in sorted(cases, key=lambda c: (c.occurred, c.proposal.id)):
            number = case.proposal.id
            alone = owed(penalty, [lapses[number]], terms, as_of=day)[0]
            found.append(_penalty_line(case, penalty, known.get(number, alone)))
    return tuple(found)


def _penalty_line(case: ledger.BreachInfo, penalty: packs.Penalty, one: Owed) -> PenaltyLine:
    return PenaltyLine(
        case_id=case.proposal.id,
        penalty=penalty.id,
        title=penalty.title,
        payer=case.payer,
        payer_label=case.payer_label,
        what=case.what,
        occurred=case.occurred,
        days=one.days,
        formula=one.formula,
        amount=one.amount,
        counts=case.proposal.in_force,
        state=case.proposal.state,
        state_label=case.proposal.state_label,
        capped=one.capped,
        may_end=one.may_end,
        end_words=one.end_words,
        clause=f"{penalty.clause.ref}：{penalty.clause.quote}",
        url=f"/contracts/{case.proposal.contract}/breaches/{case.proposal.id}/",
    )


def needs_met(facts: Iterable[ledger.StageFactInfo], stage_id: str) -> dict[str, date]:
    """The date of each condition of a stage; the latest on record holds."""
    rows = sorted((row for row in facts if row.stage == stage_id), key=lambda row: row.id)
    return {row.need: row.day for row in rows}


def _stages(
    pack: packs.Pack, records: Records, payable: Decimal, *, day: date
) -> tuple[StageLine, ...]:
    found = []
    for stage, node in zip(pack.payment.stages, stages_of(pack, payable), strict=True):
        due = due_of(stage, pack, needs_met(records.facts, stage.id))
        rows = [
            Paid(row.day, row.amount)
            for row in records.payments
            if row.stage == stage.id and row.proposal.in_force
        ]
        stands = standing_of(node.amount, due, rows, as_of=day)
        found.append(
            StageLine(
                id=stage.id,
                title=stage.title,
                amount=node.amount,
                formula=node.formula,
                due=due.words,
                last_day=due.last_day,
                missing=due.missing,
                paid=stands.paid,
                open=stands.open,
                state=stands.state,
                state_label=STATE_WORDS[stands.state],
                days_late=stands.days_late,
                paid_off=stands.paid_off,
                clause=f"{stage.clause.ref}：{stage.clause.quote}",
            )
        )
    return tuple(found)


def _payments(pack: packs.Pack, records: Records) -> tuple[PaidLine, ...]:
    titles = {stage.id: stage.title for stage in pack.payment.stages}
    rows = sorted(records.payments, key=lambda row: (row.day, row.proposal.id))
    return tuple(
        PaidLine(
            id=row.proposal.id,
            stage=row.stage,
            stage_title=titles.get(row.stage, row.stage),
            day=row.day,
            amount=row.amount,
            voucher=row.voucher,
            counts=row.proposal.in_force,
            state=row.proposal.state,
            state_label=row.proposal.state_label,
            by=row.proposal.by,
            side_label=row.proposal.side_label,
        )
        for row in rows
    )


def _exclusions(result: ScoreResult, records: Records) -> tuple[ExclusionLine, ...]:
    titles = {node.id: node.title for node in result.indicators()}
    titles |= {veto.id: veto.title for veto in result.vetoes}
    return tuple(
        ExclusionLine(
            id=row.proposal.id,
            owner=row.owner,
            owner_title=titles.get(row.owner, row.owner),
            label=row.event_label,
            ground=row.ground_label,
            reason=row.reason,
            counts=row.proposal.in_force,
            state=row.proposal.state,
            state_label=row.proposal.state_label,
            url=f"/contracts/{result.contract}/exclusions/{row.proposal.id}/",
        )
        for row in sorted(records.exclusions, key=lambda row: row.proposal.id)
    )


def _scores(result: ScoreResult) -> tuple[ScoreLine, ...]:
    return tuple(
        ScoreLine(
            id=node.id,
            title=node.title,
            full=node.full,
            points=node.points,
            formula=node.formula,
            unconfirmed=node.unconfirmed,
            url=f"/contracts/{result.contract}/indicators/{node.id}/",
        )
        for node in result.indicators()
    )


def _obstacles(result: ScoreResult, records: Records) -> tuple[str, ...]:
    """What somebody must still answer before the figures can be final."""
    found = [f"核定“{title}”{why}" for _, title, why in result.unconfirmed]
    found += [
        f"违约事项 {row.proposal.id}（{row.what[:30]}）{row.proposal.state_label}"
        for row in records.breaches
        if row.proposal.is_open
    ]
    found += [
        f"剔除事项 {row.proposal.id}（{row.event_label[:30]}）{row.proposal.state_label}"
        for row in records.exclusions
        if row.proposal.state == "pending"
    ]
    found += [
        f"付款记录 {row.voucher}（{yuan(row.amount)}）{row.proposal.state_label}"
        for row in records.payments
        if row.proposal.is_open
    ]
    return tuple(found)


def _with_lines(sheet: SettlementSheet, result: ScoreResult) -> SettlementSheet:
    lines = (*_earned_lines(sheet, result), *_account_lines(sheet))
    return replace(sheet, lines=lines)


def _earned_lines(sheet: SettlementSheet, result: ScoreResult) -> list[SheetLine]:
    """From the amount to what the score leaves of it; without a table there is only the amount."""
    home, pay = f"/contracts/{sheet.contract}/", result.pay
    step = pay.step("按得分应付")
    clause = f"{pay.clause_ref}：{pay.clause_quote}"
    first = SheetLine("amount", "合同金额", "合同约定", sheet.amount, f"{home}pack/#payment")
    if not sheet.scores:
        title = "按合同应付"
        return [first, SheetLine("formula", title, step.formula, sheet.by_score, "#stages", clause)]
    points = f"{plain(sheet.points)} 分，满分 {plain(sheet.maximum)} 分"
    vetoes = f"{home}payable/#vetoes"
    return [
        first,
        SheetLine("points", "考核得分", points, None, "#scores"),
        SheetLine("formula", "按得分应付", step.formula, step.amount, "#scores", clause),
        SheetLine("vetoes", "否决项", pay.step("否决项").formula, sheet.by_score, vetoes),
    ]


def _account_lines(sheet: SettlementSheet) -> list[SheetLine]:
    """From what was earned to what is to be paid."""
    less = less_words(sheet.by_score, sheet.supplier_penalties)
    account = f"{yuan(sheet.payable)} + {yuan(sheet.client_penalties)}"
    account += f" − {yuan(sheet.owed_apart)} − {yuan(sheet.paid)}"
    final = ("乙方应退还", sheet.to_return) if sheet.to_return else ("本次应付", sheet.to_pay)
    rows = [
        ("supplier", "减：乙方违约金", _sum_words(sheet, "supplier"), sheet.supplier_penalties),
        ("payable", "应付", less, sheet.payable),
        ("apart", "另行收取", "违约金超出应付的部分，由乙方另行支付", sheet.owed_apart),
        ("client", "加：甲方违约金", _sum_words(sheet, "client"), sheet.client_penalties),
    ]
    lines = [
        SheetLine(key, title, words, amount, "#penalties")
        for key, title, words, amount in rows
        if key != "apart" or amount
    ]
    return [
        *lines,
        SheetLine("paid", "减：已付", _paid_words(sheet), sheet.paid, "#payments"),
        SheetLine("final", final[0], account, final[1], "#stages"),
    ]


def _sum_words(sheet: SettlementSheet, payer: str) -> str:
    amounts = [yuan(line.amount) for line in sheet.penalties if line.payer == payer and line.counts]
    return " + ".join(amounts) if amounts else "没有双方确认的违约事项"


def _paid_words(sheet: SettlementSheet) -> str:
    amounts = [yuan(line.amount) for line in sheet.payments if line.counts]
    return " + ".join(amounts) if amounts else "没有双方确认的付款"
