"""What was done with an access: written down, watched, and found when it went too far."""

import re
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from steward.contracts.confidentiality.choices import AccessKind
from steward.contracts.confidentiality.errors import (
    ConfidentialityStateError,
    InvalidConfidentialityError,
    UnknownGrantError,
)
from steward.contracts.confidentiality.models import Grant, UseEntry, UseWitness
from steward.contracts.confidentiality.queries.grants import UseInfo, to_use
from steward.contracts.packs import api as packs
from steward.core.audit import api as audit
from steward.core.evidence import api as evidence
from steward.core.findings import api as findings
from steward.kernel.actors import Actor

USES = "confidentiality.uses"
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class UseDraft:
    """One use: [started_at, ended_at), what was done from where, what came out of it.

    What leaves (an export) states how many rows, the SHA-256 of the file and who received it.
    """

    grant_id: int
    started_at: datetime
    ended_at: datetime
    action: str
    from_where: str
    output: str = ""
    rows: int | None = None
    sha256: str = ""
    recipient: str = ""


@transaction.atomic
def record_use(draft: UseDraft, *, by: Actor, now: datetime) -> UseInfo:
    """Write down a use; the same one twice is written once.

    A use outside the grant's time is recorded all the same, marked, and becomes a finding.
    Nothing leaves without a grant to export: ConfidentialityStateError.
    """
    grant = Grant.objects.select_for_update(of=("self",)).filter(pk=draft.grant_id).first()
    if grant is None:
        raise UnknownGrantError("没有这项授权")
    _check(draft, grant, now=now)
    row, created = UseEntry.objects.get_or_create(
        grant=grant,
        started_at=draft.started_at,
        action=draft.action.strip()[:500],
        defaults={
            "ended_at": draft.ended_at,
            "from_where": draft.from_where.strip()[:100],
            "output": draft.output.strip()[:300],
            "rows": draft.rows,
            "sha256": draft.sha256.strip().lower(),
            "recipient": draft.recipient.strip()[:200],
            "outside": _outside(draft, grant),
            "recorded_at": now,
            "recorded_by_id": by.user_id,
            "recorded_by": by.label[:100],
        },
    )
    if created:
        audit.record(
            "confidentiality.used", grant.subject, by=by, now=now, reason=row.outside,
            after={"action": row.action, "from": row.from_where, "rows": row.rows},
        )  # fmt: skip
        _keep(row, now=now)
        if row.outside:
            _report(row, now=now)
    return to_use(row)


def _check(draft: UseDraft, grant: Grant, *, now: datetime) -> None:
    for name, label in (("action", "操作内容"), ("from_where", "来源（终端或地址）")):
        if not getattr(draft, name).strip():
            raise InvalidConfidentialityError(f"请填写{label}", field=name)
    if not draft.started_at <= draft.ended_at <= now:
        raise InvalidConfidentialityError("使用时间须先开始后结束，且不在将来", field="ended_at")
    leaves = draft.rows is not None or draft.sha256.strip() or draft.recipient.strip()
    if grant.kind != AccessKind.EXPORT:
        if leaves:
            raise ConfidentialityStateError("没有导出授权，数据不得带出；请先申请“数据导出”")
        return
    if draft.rows is None or not draft.recipient.strip():
        raise InvalidConfidentialityError("导出须填写条数和接收方", field="rows")
    if not _SHA256.fullmatch(draft.sha256.strip().lower()):
        raise InvalidConfidentialityError(
            "导出须填写文件的 SHA-256 校验值（64 位十六进制）", field="sha256"
        )


def _outside(draft: UseDraft, grant: Grant) -> str:
    ends = min(grant.closed_at or grant.ends_at, grant.ends_at)
    if draft.started_at < grant.starts_at:
        return "早于授权开始时间"
    if draft.started_at >= ends:
        return "授权终止后使用"
    return "超过授权结束时间" if draft.ended_at > ends else ""


def _keep(row: UseEntry, *, now: datetime) -> None:
    evidence.keep(
        evidence.Fact(
            contract=row.grant.contract,
            kind="confidentiality.used",
            subject=row.grant.subject,
            occurred_at=row.started_at,
            source="confidentiality",
            grade="D",
            payload={
                "grant": row.grant_id,
                "use": row.pk,
                "from": row.started_at.isoformat(),
                "to": row.ended_at.isoformat(),
                "action": row.action,
                "where": row.from_where,
                "output": row.output,
                "rows": row.rows,
                "sha256": row.sha256,
                "recipient": row.recipient,
                "outside": row.outside,
            },
        ),
        now=now,
    )


def _report(row: UseEntry, *, now: datetime) -> None:
    findings.report(
        findings.Report(
            source=USES,
            fingerprint=f"use:{row.pk}",
            title=f"{row.outside}：{row.grant}（{row.action[:60]}）",
            severity="major",
            subject=row.grant.subject,
            contract=row.grant.contract,
            category="保密",
            organization_id=packs.get(row.grant.contract).client_organization_id,
            remedy="核实使用经过；确有需要的申请延长，否则停止使用并向甲方说明。",
        ),
        now=now,
    )


@transaction.atomic
def witness_use(use_id: int, *, note: str = "", by: Actor, now: datetime) -> None:
    """The named watcher states to have watched; only that person, once."""
    rows = UseEntry.objects.select_for_update(of=("self",)).select_related("grant")
    row = rows.filter(pk=use_id).first()
    if row is None:
        raise UnknownGrantError("没有这条使用记录")
    if row.grant.watcher_id is None or row.grant.watcher_id != by.user_id:
        raise ConfidentialityStateError("只有这项授权的监督人可以确认")
    _, created = UseWitness.objects.get_or_create(
        use=row, defaults={"note": note.strip()[:200], "at": now, "by": by.label[:100]}
    )
    if created:
        audit.record(
            "confidentiality.witnessed", row.grant.subject, by=by, now=now, reason=note.strip(),
            after={"action": row.action},
        )  # fmt: skip
