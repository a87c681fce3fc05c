from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from steward.contracts.acceptance.choices import SIDE_OF, ActKind, Side, Stage
from steward.contracts.acceptance.events import (
    AcceptanceConcluded,
    AcceptanceOverdue,
    AcceptanceRefused,
    AcceptanceRequested,
)
from steward.contracts.acceptance.flow import Clock, Standing
from steward.contracts.acceptance.models import Acceptance, AcceptanceAct
from steward.contracts.acceptance.queries import (
    CLIENT,
    SUPPLIER,
    AcceptanceInfo,
    allowed_acts,
    checklist,
    section_in_force,
    section_of,
    standing_of,
    to_info,
)
from steward.contracts.assessment import api as assessment
from steward.contracts.packs import api as packs
from steward.core.accounts import api as accounts
from steward.core.audit import api as audit
from steward.core.evidence import api as evidence
from steward.core.files import api as files
from steward.core.jobs import api as jobs
from steward.core.notify import api as notify
from steward.kernel.actors import Actor
from steward.kernel.errors import ConflictError, InvalidError, NotFoundError
from steward.kernel.instants import local

PLATFORM = Actor.system("验收时限")
GRADES = {Side.CLIENT: "C", Side.SUPPLIER: "D", Side.PLATFORM: "A"}
WARN_AHEAD = timedelta(days=3)
NEEDS_TEXT = {
    ActKind.RETURN: "请写明需要补充什么",
    ActKind.RECTIFY: "请写明评审意见",
    ActKind.PASS: "请写明验收意见",
    ActKind.RECTIFIED: "请写明整改情况",
    ActKind.WITHDRAW: "请写明撤回原因",
}


class AcceptanceInvalidError(InvalidError):
    """An act with something missing."""

    code = "acceptance.invalid"


class AcceptanceStateError(ConflictError):
    """The acceptance does not stand where the act makes sense, or it has ended."""

    code = "acceptance.state"


@dataclass(frozen=True, slots=True)
class NewAct:
    """What a side does. `dated` is the date on the paper; `details` by kind:

    organise: meeting_date, place, panel (names and their bodies); rectify: items, deadline;
    pass: opinions of the panel.
    """

    kind: str
    text: str = ""
    dated: date | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


@transaction.atomic
def request_acceptance(
    contract_code: str, *, text: str, dated: date | None = None, by: Actor, now: datetime
) -> AcceptanceInfo:
    """The supplier asks for acceptance; the contract's clocks start at `now`.

    AcceptanceStateError before the contract's time for it, or while another one is open.
    """
    contract = packs.get(contract_code)
    number, section = section_in_force(contract_code, now=now)
    if section.request.after == "term_end" and now < contract.end:
        raise AcceptanceStateError(
            f"合同约定服务期满后提出验收申请，服务期到 {contract.end_date} 为止"
        )
    if Acceptance.objects.filter(contract=contract_code, is_open=True).exists():
        raise AcceptanceStateError("这份合同已有一次验收在进行")
    if Acceptance.objects.filter(
        contract=contract_code, stage__in=(Stage.PASSED, Stage.DEEMED)
    ).exists():
        raise AcceptanceStateError("这份合同已经验收合格")
    try:
        with transaction.atomic():
            row = Acceptance.objects.create(
                contract=contract_code,
                title=f"{contract.title}验收",
                version=number,
                stage=Stage.REQUESTED,
                since=now,
                created_at=now,
            )
    except IntegrityError:
        raise AcceptanceStateError("这份合同已有一次验收在进行") from None
    return _write(row, NewAct(ActKind.REQUEST, text, dated), by=by, now=now)


@transaction.atomic
def record_act(acceptance_id: int, new: NewAct, *, by: Actor, now: datetime) -> AcceptanceInfo:
    """Record what a side did.

    Whatever date it bears, it counts from `now`: what the days' silence has decided stays decided,
    and the act is kept as a note without effect. AcceptanceStateError where it makes no sense.
    """
    row = _locked(acceptance_id)
    standing = standing_of(row, now=now)
    if standing.stage == Stage.DEEMED:
        _store(row, standing, now=now)
        return _write(row, new, by=by, now=now)
    if new.kind not in allowed_acts(row, standing):
        raise AcceptanceStateError(
            f"现为“{Stage(standing.stage).label}”，不能“{ActKind(new.kind).label}”"
        )
    _check(row, new, now=now)
    return _write(row, new, by=by, now=now)


def _locked(acceptance_id: int) -> Acceptance:
    row = Acceptance.objects.select_for_update().filter(pk=acceptance_id).first()
    if row is None:
        raise NotFoundError("没有这次验收")
    return row


def _check(row: Acceptance, new: NewAct, *, now: datetime) -> None:
    words = NEEDS_TEXT.get(ActKind(new.kind))
    if words and not new.text.strip():
        raise AcceptanceInvalidError(words, field="text")
    if new.kind == ActKind.ORGANISE:
        _check_meeting(row, new)
    elif new.kind == ActKind.RECTIFY:
        _check_items(new, now=now)
    elif new.kind == ActKind.PASS:
        _check_pass(row, now=now)


def _check_meeting(row: Acceptance, new: NewAct) -> None:
    if not new.details.get("meeting_date"):
        raise AcceptanceInvalidError("请填写验收日期", field="meeting_date")
    if section_of(row.contract, row.version).panel and not new.details.get("panel"):
        raise AcceptanceInvalidError("合同约定召开专家评审会，请填写专家名单", field="panel")


def _check_items(new: NewAct, *, now: datetime) -> None:
    if not new.details.get("items"):
        raise AcceptanceInvalidError("请逐条写明整改事项，一行一条", field="items")
    deadline = new.details.get("deadline", "")
    if not deadline or date.fromisoformat(deadline) < local(now).date():
        raise AcceptanceInvalidError("请填写整改期限，不能早于今天", field="deadline")


def _check_pass(row: Acceptance, *, now: datetime) -> None:
    section = section_of(row.contract, row.version)
    missing = [item.title for item in checklist(row, now=now) if item.required and not item.ready]
    if missing:
        raise AcceptanceStateError(f"成果清单还缺：{'、'.join(missing)}")
    if not section.needs_assessment:
        return
    settled = assessment.settlements(row.contract)
    if not settled:
        raise AcceptanceStateError("合同约定按考核结果验收，请先结算考核期")
    kept = assessment.snapshot_result(row.contract, settled[0].id)
    vetoes = [veto.title for veto in kept.vetoes if veto.status == "triggered"]
    if vetoes:
        raise AcceptanceStateError(f"一票否决，验收不通过：{'、'.join(vetoes)}")


def _write(row: Acceptance, new: NewAct, *, by: Actor, now: datetime) -> AcceptanceInfo:
    kind = ActKind(new.kind)
    side = SIDE_OF[kind]
    before = row.get_stage_display()
    kept = evidence.keep(
        evidence.Fact(
            contract=row.contract,
            kind=f"acceptance.{kind}",
            subject=row.subject,
            occurred_at=now,
            source="contracts.acceptance",
            grade=GRADES[side],
            payload={
                "side": str(side),
                "act": kind.label,
                "text": new.text.strip(),
                "dated": new.dated.isoformat() if new.dated else None,
                "by": by.label,
                "details": dict(new.details),
            },
        ),
        now=now,
    )
    AcceptanceAct.objects.create(
        acceptance=row,
        kind=kind,
        side=side,
        dated=new.dated,
        recorded_at=now,
        by_id=by.user_id,
        by=by.label,
        text=new.text.strip(),
        details=dict(new.details),
        evidence_id=kept,
    )
    standing = standing_of(row, now=now)
    _store(row, standing, now=now)
    audit.record(
        "acceptance.act", row.subject, by=by, now=now, reason=new.text.strip(),
        before={"stage": before},
        after={"act": f"{side.label}{kind.label}", "stage": row.get_stage_display()},
    )  # fmt: skip
    if standing.stage != Stage.DEEMED:
        _publish(row, kind, has_reason=bool(new.text.strip()), now=now)
        _tell(row, kind, now=now)
    return to_info(row)


def _store(row: Acceptance, standing: Standing, *, now: datetime) -> None:
    """Keep what the acts came to; silence is written down once, with its own instant."""
    row.stage, row.attempt = standing.stage, standing.attempt
    row.since = standing.since or row.since
    row.deemed_at = standing.deemed_at
    row.due_at = min((clock.due_at for clock in standing.running), default=None)
    row.is_open = not standing.is_ended
    row.save(update_fields=["stage", "attempt", "since", "deemed_at", "due_at", "is_open"])
    if standing.deemed_at is not None:
        _write_silence(row, standing.deemed_at, now=now)


def _write_silence(row: Acceptance, at: datetime, *, now: datetime) -> None:
    if row.acts.filter(kind=ActKind.DEEM).exists():
        return
    limit = next(x for x in section_of(row.contract, row.version).limits if x.on_overdue == "deemed_passed")  # fmt: skip
    words = (
        f"{limit.clause.ref}：{limit.clause.quote}到 {local(at):%Y-%m-%d %H:%M} 期满，"
        f"甲方没有登记“{limit.title}”，视为验收合格。"
    )
    kept = evidence.keep(
        evidence.Fact(
            contract=row.contract,
            kind="acceptance.deem",
            subject=row.subject,
            occurred_at=at,
            source="contracts.acceptance",
            grade="A",
            payload={"limit": limit.id, "deemed_at": at.isoformat(), "text": words},
        ),
        now=now,
    )
    AcceptanceAct.objects.create(
        acceptance=row, kind=ActKind.DEEM, side=Side.PLATFORM, recorded_at=now, by=PLATFORM.label,
        text=words, details={"deemed_at": at.isoformat()}, evidence_id=kept,
    )  # fmt: skip
    audit.record("acceptance.deemed", row.subject, by=PLATFORM, now=now, reason=words)
    jobs.publish(AcceptanceConcluded(row.pk, row.contract, deemed=True, occurred_at=at), now=now)
    _notify(row, (CLIENT, SUPPLIER), title="合同视为验收合格", body=words, now=now)


def _publish(row: Acceptance, kind: ActKind, *, has_reason: bool, now: datetime) -> None:
    if kind in (ActKind.REQUEST, ActKind.RECTIFIED):
        jobs.publish(AcceptanceRequested(row.pk, row.contract, row.attempt, now), now=now)
    elif kind == ActKind.PASS:
        jobs.publish(
            AcceptanceConcluded(row.pk, row.contract, deemed=False, occurred_at=now), now=now
        )
    elif kind == ActKind.REFUSE:
        jobs.publish(AcceptanceRefused(row.pk, row.contract, has_reason, now), now=now)


def _tell(row: Acceptance, kind: ActKind, *, now: datetime) -> None:
    """The other side hears of every act."""
    to = CLIENT if SIDE_OF[kind] == Side.SUPPLIER else SUPPLIER
    due = f"甲方时限到 {local(row.due_at):%m-%d %H:%M}。" if row.due_at else ""
    _notify(row, (to,), title=f"验收：{SIDE_OF[kind].label}{kind.label}", body=due, now=now)


def _notify(
    row: Acceptance, permissions: tuple[str, ...], *, title: str, body: str, now: datetime
) -> None:
    where = packs.get(row.contract).client_organization_id
    people = {p.id for code in permissions for p in accounts.users_with(code, where)}
    notice = notify.Notice(
        sorted(people), f"{title}（{row.title}）", body, f"/acceptance/{row.pk}/"
    )
    notify.send(notice, now=now)


@transaction.atomic
def watch(acceptance_id: int, *, now: datetime) -> bool:
    """What time alone does: silence, overdue steps, reminders; True when it ended by silence."""
    rows = Acceptance.objects.select_for_update(skip_locked=True)
    row = rows.filter(pk=acceptance_id, is_open=True).first()
    if row is None:
        return False
    standing = standing_of(row, now=now)
    if standing.stage == Stage.DEEMED:
        _store(row, standing, now=now)
        return True
    for clock in standing.running:
        _watch_clock(row, clock, attempt=standing.attempt, now=now)
    return False


def _watch_clock(row: Acceptance, clock: Clock, *, attempt: int, now: datetime) -> None:
    overdue = clock.is_overdue(now)
    key = f"{attempt}/{clock.limit.id}/{'overdue' if overdue else 'ahead'}"
    if key in row.told or not (overdue or clock.due_at - now <= WARN_AHEAD):
        return
    row.told = [*row.told, key]
    row.save(update_fields=["told"])
    until = f"{local(clock.due_at):%Y-%m-%d %H:%M}"
    if overdue:
        jobs.publish(AcceptanceOverdue(row.pk, row.contract, clock.limit.id, clock.due_at), now=now)
        audit.record("acceptance.overdue", row.subject, by=PLATFORM, now=now,
                     after={"limit": clock.limit.title, "due_at": until})  # fmt: skip
        _notify(row, (CLIENT, SUPPLIER), title=f"验收逾期：{clock.limit.title}",
                body=f"时限是 {until}。", now=now)  # fmt: skip
    else:
        end = "，到期没有登记即视为验收合格" if clock.limit.deemed else ""
        _notify(row, (CLIENT,), title=f"验收将到期：{clock.limit.title}",
                body=f"请在 {until} 前办理{end}。", now=now)  # fmt: skip


@transaction.atomic
def add_paper(acceptance_id: int, file_id: int, *, purpose: str, by: Actor, now: datetime) -> None:
    """Attach an uploaded file under one item of the checklist, or as a paper of the review."""
    row = _locked(acceptance_id)
    known = {item.id for item in section_of(row.contract, row.version).deliverables}
    if purpose not in known | {"review"}:
        raise AcceptanceInvalidError("成果清单里没有这一项", field="purpose")
    files.attach(file_id, row.subject, by=by, now=now, purpose=purpose)
