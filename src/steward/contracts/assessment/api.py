"""Facade of assessment: score a contract, enter what experts decide, settle and correct."""

from steward.contracts.assessment.queries import (
    EntryInfo,
    FutureScoreError,
    NoSnapshotError,
    NothingToScoreError,
    SnapshotInfo,
    cached_score,
    daily_snapshots,
    entries_of,
    period_at,
    score,
    settlements,
    snapshot_result,
)
from steward.contracts.assessment.registry import KINDS, RuleKind
from steward.contracts.assessment.result import IndicatorNode, ScoreResult
from steward.contracts.assessment.services import (
    EntryRefusedError,
    NewEntry,
    SettlementError,
    Shift,
    correct_settlement,
    record_entry,
    settle_period,
    shifts_between,
    take_daily_snapshot,
)

__all__ = [
    "KINDS",
    "EntryInfo",
    "EntryRefusedError",
    "FutureScoreError",
    "IndicatorNode",
    "NewEntry",
    "NoSnapshotError",
    "NothingToScoreError",
    "RuleKind",
    "ScoreResult",
    "SettlementError",
    "Shift",
    "SnapshotInfo",
    "cached_score",
    "correct_settlement",
    "daily_snapshots",
    "entries_of",
    "period_at",
    "record_entry",
    "score",
    "settle_period",
    "settlements",
    "shifts_between",
    "snapshot_result",
    "take_daily_snapshot",
]
