from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction

from steward.contracts.assessment.accounting import keep_sheet, sheet_for
from steward.contracts.assessment.events import ExpertEntryRecorded, PeriodSettled
from steward.contracts.assessment.gathering import ENTRY_KIND
from steward.contracts.assessment.models import (
    EntryKind,
    ExpertEntry,
    ScoreSnapshot,
    Side,
    SnapshotKind,
)
from steward.contracts.assessment.queries import (
    NoSnapshotError,
    period_at,
    score,
    snapshot_result,
)
from steward.contracts.assessment.result import ScoreResult
from steward.contracts.assessment.sheet import SettlementSheet
from steward.contracts.packs import api as packs
from steward.core.audit import api as audit
from steward.core.evidence import api as evidence
from steward.core.jobs import api as jobs
from steward.kernel.actors import Actor
from steward.kernel.canonical import decimal_text
from steward.kernel.errors import ConflictError, InvalidError
from steward.kernel.instants import local_date
from steward.kernel.subjects import Subject


class EntryRefusedError(InvalidError):
    """An expert entry that the contract does not allow."""

    code = "assessment.entry_refused"


class SettlementError(ConflictError):
    """A period that cannot be settled (again)."""

    code = "assessment.settlement"


@dataclass(frozen=True, slots=True)
class NewEntry:
    """What a reviewer enters about an indicator or veto (`owner`).

    `source` empty: the points of an expert rule; otherwise the value that this source lacks.
    """

    contract: str
    owner: str
    value: Decimal
    reason: str
    source: str = ""


@transaction.atomic
def record_entry(entry: NewEntry, *, by: Actor, now: datetime, side: str = Side.CLIENT) -> int:
    """Record what one side's reviewer decides; audited, kept as evidence, never changed.

    The other side confirms it or objects (`respond`); until then it counts in the live score,
    marked, and a settlement refuses it. EntryRefusedError names what the contract allows.
    """
    contract = packs.get(entry.contract)
    period, _ = period_at(contract, now)
    _, pack = packs.version_in_force(
        entry.contract,
        local_date(min(now, contract.end - timedelta(seconds=1))),
        known_at=now,
    )
    if not entry.reason.strip():
        raise EntryRefusedError("请写明评分理由，供双方核对")
    title = _check_entry(pack, entry)
    subject = Subject(ENTRY_KIND, f"{entry.contract}/{entry.owner}", title)
    suggestion, suggested_by = _suggestion(entry, now=now)
    evidence_id = evidence.keep(
        evidence.Fact(
            contract=entry.contract,
            kind="assessment.entry",
            subject=subject,
            occurred_at=now,
            source="contracts.assessment",
            grade="C" if side == Side.CLIENT else "D",
            payload={
                "owner": entry.owner,
                "side": side,
                "source": entry.source,
                "value": decimal_text(entry.value),
                "reason": entry.reason,
                "reviewer": by.label,
                "suggestion": "" if suggestion is None else decimal_text(suggestion),
                "suggested_by": suggested_by,
            },
        ),
        now=now,
    )
    row = ExpertEntry.objects.create(
        contract=entry.contract,
        period=period,
        owner=entry.owner,
        source=entry.source,
        kind=EntryKind.VALUE if entry.source else EntryKind.POINTS,
        value=entry.value,
        suggestion=suggestion,
        suggested_by=suggested_by,
        reason=entry.reason.strip(),
        side=side,
        reviewer_id=by.user_id,
        reviewer=by.label,
        recorded_at=now,
        evidence_id=evidence_id,
    )
    audit.record(
        "assessment.entry.recorded",
        subject,
        by=by,
        now=now,
        after={"value": decimal_text(entry.value)},
        reason=entry.reason,
    )
    jobs.publish(ExpertEntryRecorded(entry.contract, entry.owner, row.pk), now=now)
    return row.pk


def _suggestion(entry: NewEntry, *, now: datetime) -> tuple[Decimal | None, str]:
    """What the metrics suggest for the points of an expert rule and why, kept beside what was given."""
    if entry.source:
        return None, ""
    node = score(entry.contract, as_of=now, now=now).indicator(entry.owner)
    return (node.suggestion, node.suggested_by) if node is not None else (None, "")


def _check_entry(pack: packs.Pack, entry: NewEntry) -> str:
    """The words of what is entered; EntryRefusedError when the contract has no place for it."""
    if entry.value < 0:
        raise EntryRefusedError(f"数值不能为负，现为 {entry.value}")
    if not entry.source:
        return _check_points(pack, entry)
    source = _source(pack, entry)
    if source.unit == "ratio" and entry.value > 1:
        raise EntryRefusedError(f"“{source.title}”是比率，应在 0 到 1（100%）之间")
    if source.unit == "count" and entry.value != entry.value.to_integral_value():
        raise EntryRefusedError(f"“{source.title}”是次数，应为整数，现为 {entry.value}")
    if entry.value > 100_000:
        raise EntryRefusedError(f"“{source.title}”的数值 {entry.value} 太大，请核对")
    return source.title


def _check_points(pack: packs.Pack, entry: NewEntry) -> str:
    indicator = next((i for i in pack.indicators() if i.id == entry.owner), None)
    if indicator is None:
        raise EntryRefusedError(f"考核表里没有编号为“{entry.owner}”的指标")
    if indicator.rule["kind"] != "expert":
        raise EntryRefusedError(
            f"“{indicator.title}”按数据计分，不能直接给分；请核定它缺少的数据来源"
        )
    if entry.value > indicator.points:
        raise EntryRefusedError(
            f"“{indicator.title}”满分 {indicator.points}，不能给 {entry.value} 分"
        )
    return indicator.title


def _source(pack: packs.Pack, entry: NewEntry) -> packs.Source:
    owners = {i.id: i.sources for i in pack.indicators()}
    owners |= {veto.id: (veto.source,) for veto in pack.vetoes}
    for source in owners.get(entry.owner, ()):
        if source.id == entry.source:
            return source
    raise EntryRefusedError(f"指标“{entry.owner}”没有编号为“{entry.source}”的数据来源")


@transaction.atomic
def take_daily_snapshot(contract_code: str, *, by: Actor, now: datetime) -> bool:
    """Keep today's live score once; False when today's is already kept."""
    result = score(contract_code, as_of=now, now=now)
    known = ScoreSnapshot.objects.filter(
        contract=contract_code, kind=SnapshotKind.DAILY, period=result.period, day=local_date(now)
    )
    if known.exists():
        return False
    _keep(result, SnapshotKind.DAILY, by=by, now=now)
    return True


@transaction.atomic
def settle_period(contract_code: str, *, by: Actor, now: datetime) -> int:
    """Freeze the score of the contract year that has ended, with `now` as the evidence cut-off.

    SettlementError while the period runs, when it is settled already, and while one side still
    has to answer something that moves the figures. The sheet is kept beside the score.
    """
    contract = packs.get(contract_code)
    number, period = period_at(contract, now)
    if now < period.end:
        raise SettlementError(
            f"本考核期到 {contract.end_date} 才结束，现在只能查看当前得分与年末推演"
        )
    known = ScoreSnapshot.objects.filter(
        contract=contract_code, period=number, kind=SnapshotKind.SETTLED
    )
    if known.exists():
        raise SettlementError("本考核期已结算；如有新的证据，请做更正，原结算不变")
    result = score(contract_code, as_of=now, now=now, kind="settled", fresh=True)
    sheet = _final_sheet(result)
    row = _keep(result, SnapshotKind.SETTLED, by=by, now=now)
    keep_sheet(row, sheet)
    audit.record(
        "assessment.period.settled",
        Subject(packs.SUBJECT_KIND, contract_code, contract.title),
        by=by,
        now=now,
        after={"points": row.points, "payable": sheet.payable},
    )
    jobs.publish(PeriodSettled(contract_code, number, row.pk), now=now)
    return row.pk


def _final_sheet(result: ScoreResult) -> SettlementSheet:
    """The sheet of a result, if nothing on it waits for an answer."""
    sheet = sheet_for(result)
    if sheet.obstacles:
        first = "；".join(sheet.obstacles[:3])
        more = f" 等 {len(sheet.obstacles)} 项" if len(sheet.obstacles) > 3 else ""
        raise SettlementError(f"还有待双方确认的事项，不能结算：{first}{more}")
    return sheet


@transaction.atomic
def correct_settlement(snapshot_id: int, *, reason: str, by: Actor, now: datetime) -> int:
    """Score a settled period again with the evidence recorded since; the settled one stays.

    The version of the contract and the period are those of the settlement.
    """
    old = ScoreSnapshot.objects.filter(pk=snapshot_id, kind=SnapshotKind.SETTLED).first()
    if old is None:
        raise NoSnapshotError("只能更正已结算的考核期")
    if not reason.strip():
        raise SettlementError("请写明更正原因")
    result = score(old.contract, as_of=now, now=now, kind="settled", fresh=True)
    if result.period != old.period:
        raise SettlementError("该考核期之后已开始新的考核期，请在本期内更正")
    sheet = _final_sheet(result)
    row = _keep(result, SnapshotKind.CORRECTION, by=by, now=now, corrects=old, reason=reason)
    keep_sheet(row, sheet)
    audit.record(
        "assessment.period.corrected",
        Subject(packs.SUBJECT_KIND, old.contract, result.title),
        by=by,
        now=now,
        before={"points": old.points, "payable": old.payable},
        after={"points": row.points, "payable": row.payable},
        reason=reason,
    )
    return row.pk


def _keep(
    result: ScoreResult,
    kind: SnapshotKind,
    *,
    by: Actor,
    now: datetime,
    corrects: ScoreSnapshot | None = None,
    reason: str = "",
) -> ScoreSnapshot:
    return ScoreSnapshot.objects.create(
        contract=result.contract,
        kind=kind,
        period=result.period,
        day=local_date(now),
        version=result.version,
        as_of=result.as_of,
        taken_at=now,
        taken_by=by.label,
        points=result.points,
        possible=result.possible,
        payable=result.pay.payable,
        result=result.canonical(),
        result_hash=result.digest(),
        corrects=corrects,
        reason=reason,
    )


@dataclass(frozen=True, slots=True)
class Shift:
    """What a correction changed in one indicator."""

    id: str
    title: str
    before: Decimal
    after: Decimal


def shifts_between(contract_code: str, older: int, newer: int) -> list[Shift]:
    """The indicators whose points differ between two kept results."""
    before = {i.id: i.points for i in snapshot_result(contract_code, older).indicators()}
    after = snapshot_result(contract_code, newer).indicators()
    return [
        Shift(i.id, i.title, before.get(i.id, Decimal(0)), i.points)
        for i in after
        if before.get(i.id) != i.points
    ]
