"""The settlement sheet of a contract: as it would be now, and as it was kept."""

from datetime import datetime, timedelta

from steward.contracts.assessment.models import ScoreSnapshot, SettledSheet
from steward.contracts.assessment.queries import NoSnapshotError, score
from steward.contracts.assessment.result import ScoreResult
from steward.contracts.assessment.settling import records_of, sheet_of
from steward.contracts.assessment.sheet import SettlementSheet, sheet_from
from steward.contracts.packs import api as packs
from steward.kernel.instants import local_date


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
