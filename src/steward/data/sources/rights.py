"""Rights of departments on front-end databases: granted, taken back and audited on the server
(K11.4)."""

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from steward.core.audit import api as audit
from steward.core.findings import api as findings
from steward.core.organizations import api as organizations
from steward.data.sources.choices import Privilege, RightState
from steward.data.sources.connecting import manager_of
from steward.data.sources.models import FrontEndRight, Source
from steward.data.sources.queries import registered_rights
from steward.data.sources.servers import RightRefusedError, ServerRight
from steward.data.sources.services import FINDING_SOURCE
from steward.kernel.actors import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class RightDraft:
    """Which account of which department may do what on which table, and why."""

    source_id: int
    organization_id: int
    account: str
    table: str
    privileges: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class RightsAudit:
    """What the server holds against what is registered."""

    matching: tuple[ServerRight, ...]
    unregistered: tuple[ServerRight, ...]
    missing: tuple[ServerRight, ...]

    @property
    def is_clean(self) -> bool:
        return not self.unregistered and not self.missing


def grant_right(draft: RightDraft, *, by: Actor, now: datetime) -> FrontEndRight:
    """Grant on the real server, then register it; RightRefusedError says why not.

    Should the record fail after the grant, the audit of rights shows the difference.
    """
    source = Source.objects.get(pk=draft.source_id)
    account, privileges = draft.account.strip(), tuple(dict.fromkeys(draft.privileges))
    _check(source, draft)
    manager_of(source).grant(account, draft.table, privileges)
    try:
        with transaction.atomic():
            row = FrontEndRight.objects.create(
                source=source,
                organization_id=draft.organization_id,
                account=account,
                table=draft.table,
                privileges=list(privileges),
                state=RightState.GRANTED,
                reason=draft.reason.strip(),
                granted_at=now,
                granted_by=by.label,
            )
            words = "、".join(Privilege(p).label for p in privileges)
            after = {"account": account, "table": draft.table, "privileges": words}
            audit.record(
                "sources.right.granted",
                source.subject,
                by=by,
                now=now,
                after=after,
                reason=draft.reason,
            )
    except IntegrityError:
        raise _already(account, draft.table) from None
    return row


def _check(source: Source, draft: RightDraft) -> None:
    organizations.get(draft.organization_id)
    if not draft.reason.strip():
        raise RightRefusedError("请写明授予理由", field="reason")
    if not draft.account.strip():
        raise RightRefusedError("请填写数据库账号", field="account")
    if not draft.privileges or not set(draft.privileges) <= set(Privilege.values):
        raise RightRefusedError("请至少选择一项权限", field="privileges")
    if not source.tables.filter(name=draft.table, gone_at__isnull=True).exists():
        raise RightRefusedError(
            f"“{source.name}”里没有表“{draft.table}”，请先读取结构", field="table"
        )
    taken = FrontEndRight.objects.filter(
        source=source,
        account=draft.account.strip(),
        table=draft.table,
        state=RightState.GRANTED,
    )
    if taken.exists():
        raise _already(draft.account, draft.table)


def _already(account: str, table: str) -> RightRefusedError:
    return RightRefusedError(f"账号“{account}”对表“{table}”已有授权，请先收回再授予")


def revoke_right(right_id: int, *, reason: str, by: Actor, now: datetime) -> FrontEndRight:
    """Take a right back on the real server, then record it."""
    row = FrontEndRight.objects.select_related("source").get(pk=right_id)
    if row.state != RightState.GRANTED:
        raise RightRefusedError("这项权限已经收回")
    if not reason.strip():
        raise RightRefusedError("请写明收回理由", field="reason")
    manager_of(row.source).revoke(row.account, row.table, tuple(row.privileges))
    with transaction.atomic():
        row = FrontEndRight.objects.select_for_update().select_related("source").get(pk=right_id)
        row.state = RightState.REVOKED
        row.revoked_at, row.revoked_by = now, by.label
        row.save(update_fields=["state", "revoked_at", "revoked_by"])
        after = {"account": row.account, "table": row.table}
        audit.record(
            "sources.right.revoked", row.source.subject, by=by, now=now, after=after, reason=reason
        )
    return row


def audit_rights(source_id: int, *, by: Actor, now: datetime) -> RightsAudit:
    """Compare the server's own rights with the registered ones; a difference is a finding."""
    source = Source.objects.get(pk=source_id)
    server = manager_of(source)
    ours = frozenset({source.username, source.manager})
    held = server.rights(ours)
    registered = {ServerRight(*right) for right in registered_rights(source)}
    result = RightsAudit(
        matching=tuple(sorted(held & registered)),
        unregistered=tuple(sorted(held - registered)),
        missing=tuple(sorted(registered - held)),
    )
    _record(source, result, by=by, now=now)
    return result


@transaction.atomic
def _record(source: Source, result: RightsAudit, *, by: Actor, now: datetime) -> None:
    after = {"unregistered": len(result.unregistered), "missing": len(result.missing)}
    audit.record("sources.right.audited", source.subject, by=by, now=now, after=after)
    fingerprint = f"rights:{source.pk}"
    if result.is_clean:
        findings.clear(FINDING_SOURCE, fingerprint, now=now)
        return
    findings.report(
        findings.Report(
            source=FINDING_SOURCE,
            fingerprint=fingerprint,
            title=f"前置库“{source.name}”的权限与登记不符",
            severity="major" if result.unregistered else "minor",
            subject=source.subject,
            contract=source.contract,
            category="data_source",
            organization_id=source.organization_id,
            detail={
                "库内有、未登记": [_words(right) for right in result.unregistered[:50]],
                "已登记、库内没有": [_words(right) for right in result.missing[:50]],
            },
            remedy="补登记或在库内收回多出的权限，再核对一次",
        ),
        now=now,
    )


def _words(right: ServerRight) -> str:
    label = Privilege(right.privilege).label if right.privilege in Privilege.values else ""
    return f"{right.account} 对 {right.table}：{label or right.privilege}"
