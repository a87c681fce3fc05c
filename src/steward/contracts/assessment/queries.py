from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Literal

from django.core.cache import cache

from steward.contracts.assessment.agreement import Answer, state_of
from steward.contracts.assessment.gathering import gather, query_of
from steward.contracts.assessment.ledger import Proposal, answers_about
from steward.contracts.assessment.models import About, ExpertEntry, ScoreSnapshot, SnapshotKind
from steward.contracts.assessment.outlook import Span, changes_of, outlook_of
from steward.contracts.assessment.promises import promises_of
from steward.contracts.assessment.result import ScoreResult
from steward.contracts.assessment.scoring import Rules, score_pack
from steward.contracts.packs import api as packs
from steward.kernel.errors import InvalidError, NotFoundError
from steward.kernel.instants import local_date
from steward.kernel.periods import Period, contract_year, contract_year_number

Kind = Literal["live", "projected", "settled"]
_CACHE_SECONDS = 300


class FutureScoreError(InvalidError):
    """A score as of an instant that has not come."""

    code = "assessment.future"


class NothingToScoreError(InvalidError):
    """The contract has not begun, or has no assessment table."""

    code = "assessment.nothing_to_score"


class NoSnapshotError(NotFoundError):
    """No settled score of that period."""

    code = "assessment.no_snapshot"


@dataclass(frozen=True, slots=True)
class SnapshotInfo:
    """A kept result as lists show it."""

    id: int
    contract: str
    kind: str
    kind_label: str
    period: int
    as_of: datetime
    taken_at: datetime
    taken_by: str
    points: Decimal
    possible: Decimal
    payable: Decimal
    result_hash: str
    reason: str
    corrects_id: int | None


@dataclass(frozen=True, slots=True)
class EntryInfo:
    """One expert entry as pages show it."""

    id: int
    source: str
    kind_label: str
    value: Decimal
    suggestion: Decimal | None
    suggested_by: str
    reason: str
    reviewer: str
    recorded_at: datetime
    owner: str
    proposal: Proposal


def period_at(contract: packs.ContractInfo, as_of: datetime) -> tuple[int, Period]:
    """The contract year that holds an instant; after the end of the term the last one."""
    if as_of < contract.start:
        raise NothingToScoreError(
            f"合同“{contract.title}”自 {contract.start_date} 起算，{local_date(as_of)} 还没有可考核的内容"
        )
    last = contract.end - timedelta(seconds=1)
    number = contract_year_number(contract.start_date, local_date(min(as_of, last)))
    whole = contract_year(contract.start_date, number)
    return number, Period(whole.start, min(whole.end, contract.end))


def score(
    contract_code: str,
    *,
    as_of: datetime,
    now: datetime,
    kind: Kind = "live",
    fresh: bool = False,
) -> ScoreResult:
    """Score the contract year that holds `as_of` from the evidence recorded by then (C4–C6).

    live: as if the period ended at `as_of`. projected: to the end of the period at the present
    rate, with the range in `outlook`. settled: without the parts that only look ahead. A contract
    without an assessment table has no groups and a maximum of nothing: its promises and its money.
    The same evidence gives the same canonical text, byte for byte, whether everything is read
    (`fresh`) or only what changed since the last time. FutureScoreError when `as_of` > `now`.
    """
    if as_of > now:
        raise FutureScoreError("不能按尚未到来的时间考核，请选择当前或过去的时间")
    contract = packs.get(contract_code)
    number, period = period_at(contract, as_of)
    day = local_date(min(as_of, period.end - timedelta(seconds=1)))
    version, pack = packs.version_in_force(contract_code, day, known_at=as_of)
    rules = Rules.of(pack)
    query = query_of(pack, period=period, as_of=as_of, fresh=fresh)
    facts = gather(pack, query, number=number, period=period)
    scored = score_pack(rules, facts)
    changes = () if kind == "settled" else changes_of(rules, facts, scored)
    outlook = None
    if kind == "projected":
        scored, outlook = outlook_of(rules, facts, Span(period.start, period.end, as_of))
    return ScoreResult(
        contract=pack.code,
        title=pack.title,
        version=version.number,
        pack_hash=version.pack_hash,
        kind=kind,
        period=number,
        start=period.start,
        end=period.end,
        as_of=as_of,
        maximum=pack.assessment.maximum if pack.assessment else Decimal(0),
        points=scored.points,
        possible=scored.possible,
        groups=scored.groups,
        vetoes=scored.vetoes,
        pay=scored.pay,
        changes=changes,
        outlook=outlook,
        promises=promises_of(pack, query),
    )


def cached_score(
    contract_code: str, *, as_of: datetime, now: datetime, kind: Kind = "live"
) -> ScoreResult:
    """`score`, remembered for a while: a cut-off in the past always gives the same result."""
    key = f"assessment:{contract_code}:{kind}:{as_of.timestamp()}"
    known: ScoreResult | None = cache.get(key)
    if known is None:
        known = score(contract_code, as_of=as_of, now=now, kind=kind)
        cache.set(key, known, _CACHE_SECONDS)
    return known


def _snapshot_info(row: ScoreSnapshot) -> SnapshotInfo:
    return SnapshotInfo(
        id=row.pk,
        contract=row.contract,
        kind=row.kind,
        kind_label=row.get_kind_display(),
        period=row.period,
        as_of=row.as_of,
        taken_at=row.taken_at,
        taken_by=row.taken_by,
        points=row.points,
        possible=row.possible,
        payable=row.payable,
        result_hash=row.result_hash,
        reason=row.reason,
        corrects_id=row.corrects_id,
    )


def daily_snapshots(contract_code: str, *, limit: int = 30) -> list[SnapshotInfo]:
    """The newest daily snapshots, oldest first."""
    rows = ScoreSnapshot.objects.filter(contract=contract_code, kind=SnapshotKind.DAILY)
    return [_snapshot_info(row) for row in rows.defer("result").order_by("-day")[:limit]][::-1]


def settlements(contract_code: str) -> list[SnapshotInfo]:
    """Settled scores and their corrections, newest first."""
    kinds = (SnapshotKind.SETTLED, SnapshotKind.CORRECTION)
    rows = ScoreSnapshot.objects.filter(contract=contract_code, kind__in=kinds)
    return [_snapshot_info(row) for row in rows.defer("result")]


def snapshot_result(contract_code: str, snapshot_id: int) -> ScoreResult:
    """The kept result of a snapshot, exactly as it was."""
    row = ScoreSnapshot.objects.filter(contract=contract_code, pk=snapshot_id).first()
    if row is None:
        raise NoSnapshotError(f"没有编号为 {snapshot_id} 的考核快照")
    return ScoreResult.model_validate_json(row.result)


def entries_of(contract_code: str, period: int, owner: str) -> list[EntryInfo]:
    """Every entry about an indicator in a period, newest first."""
    rows = list(ExpertEntry.objects.filter(contract=contract_code, period=period, owner=owner))
    answers = answers_about(About.ENTRY, [row.pk for row in rows])
    return [_entry_info(row, tuple(answers.get(row.pk, ()))) for row in rows]


def _entry_info(row: ExpertEntry, answers: tuple[Answer, ...]) -> EntryInfo:
    proposal = Proposal(
        id=row.pk,
        contract=row.contract,
        period=row.period,
        side=row.side,
        side_label=row.get_side_display(),
        by_id=row.reviewer_id,
        by=row.reviewer,
        at=row.recorded_at,
        evidence_id=row.evidence_id,
        answers=answers,
        state=state_of(answers),
    )
    return EntryInfo(
        id=row.pk,
        source=row.source,
        kind_label=row.get_kind_display(),
        value=row.value,
        suggestion=row.suggestion,
        suggested_by=row.suggested_by,
        reason=row.reason,
        reviewer=row.reviewer,
        recorded_at=row.recorded_at,
        owner=row.owner,
        proposal=proposal,
    )
