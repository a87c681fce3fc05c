"""The settlement sheet of a contract: as it would be now, and as it was kept."""

from datetime import datetime, timedelta

from steward.contracts.assessment.breaches import NewBreach, propose_late_payment
from steward.contracts.assessment.models import ScoreSnapshot, SettledSheet, SnapshotKind
from steward.contracts.assessment.queries import NoSnapshotError, score
from steward.contracts.assessment.result import ScoreResult
from steward.contracts.assessment.settling import records_of, sheet_of
from steward.contracts.assessment.sheet import SettlementSheet, sheet_from
from steward.contracts.packs import api as packs
from steward.kernel.instants import local_date
from steward.kernel.money import format_yuan as yuan


def draft_sheet(contract_code: str, *, as_of: datetime, now: datetime) -> SettlementSheet:
    """The sheet as it would be at a cut-off, with what still stands in the way of settling."""
    result = score(contract_code, as_of=as_of, now=now, kind="settled")
    return sheet_for(result)


def sheet_for(result: ScoreResult) -> SettlementSheet:
    """The sheet of a result, by the terms that made it and what was on record by its cut-off."""
    pack = packs.pack_of(result.contract, result.version)
    return sheet_of(pack, result, records_of(pack, period=result.period, as_of=result.as_of))


def settlement_sheet(contract_code: str, snapshot_id: int) -> SettlementSheet:
    """The kept sheet of a settlement or correction, exactly as it was (for pages and .docx).

    NoSnapshotError when the contract has no settled result of that number.
    """
    row = SettledSheet.objects.filter(
        snapshot__contract=contract_code, snapshot_id=snapshot_id
    ).first()
    if row is None:
        raise NoSnapshotError(f"本合同没有编号为 {snapshot_id} 的结算单")
    return sheet_from(row.document)


def keep_sheet(snapshot: ScoreSnapshot, sheet: SettlementSheet) -> None:
    """Keep the sheet of a settlement with the hash of its text."""
    SettledSheet.objects.create(
        snapshot=snapshot, document=sheet.canonical(), document_hash=sheet.digest()
    )


def pack_now(contract_code: str, now: datetime) -> packs.Pack:
    """The terms in force, or the last ones after the end of the term."""
    contract = packs.get(contract_code)
    day = local_date(max(contract.start, min(now, contract.end - timedelta(seconds=1))))
    return packs.version_in_force(contract_code, day, known_at=now)[1]


def propose_late_payments(contract_code: str, *, now: datetime) -> list[int]:
    """Propose the client's penalty for every stage whose last day has passed unpaid (C5).

    Once for a stage. What depends on the score is only known after the settlement, so a stage
    that shares the rest waits for it. Nothing where the text has no such penalty.
    """
    pack = pack_now(contract_code, now)
    penalty = next((p for p in pack.penalties if p.on == "late_payment"), None)
    if penalty is None:
        return []
    sheet = draft_sheet(contract_code, as_of=now, now=now)
    settled = ScoreSnapshot.objects.filter(contract=contract_code, kind=SnapshotKind.SETTLED)
    fixed = {s.id for s in pack.payment.stages if s.share != "rest" or settled.exists()}
    made = []
    for stage in sheet.stages:
        if stage.id not in fixed or stage.state != "late" or stage.last_day is None:
            continue
        number = propose_late_payment(
            NewBreach(
                contract=contract_code,
                penalty=penalty.id,
                what=f"“{stage.title}”应不晚于 {stage.last_day} 付清，尚有 {yuan(stage.open)} 未付",
                occurred=stage.last_day,
                base=stage.open if penalty.base == "due" else None,
                stage=stage.id,
            ),
            now=now,
        )
        made += [number] if number is not None else []
    return made
