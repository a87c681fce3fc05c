"""Review, publication and delisting by approval; each publication is a version for ever (K10.1)."""

from datetime import datetime

from django.db import transaction

from steward.core.approvals import api as approvals
from steward.core.audit import api as audit
from steward.core.jobs import api as jobs
from steward.data.catalog.choices import Asked, State
from steward.data.catalog.differences import compare, content_of
from steward.data.catalog.editing import editable
from steward.data.catalog.errors import (
    CatalogueStateError,
    InvalidCatalogueError,
    NotCompliantError,
)
from steward.data.catalog.events import CatalogueDelisted, CataloguePublished
from steward.data.catalog.models import Catalogue, CatalogueVersion
from steward.data.catalog.standard import evaluate, forget
from steward.kernel.actors import Actor
from steward.kernel.instants import local_date

FLOW = "catalog-publication"
PURPOSE = "catalog.publication"


def seed_publication_flow(*, now: datetime) -> None:
    """Lay the flow once: one step, any holder for the provider, never who asked."""
    approvers = [{"kind": "holders", "permission": "catalog.catalogue.approve"}]
    step = {"name": "审核", "approvers": approvers, "mode": "any"}
    approvals.seed_flow(
        FLOW,
        "目录发布与下架",
        {"allow_self": False, "steps": [step]},
        purpose_code=PURPOSE,
        now=now,
    )


@transaction.atomic
def submit_catalogue(catalogue_id: int, *, reason: str, by: Actor, now: datetime) -> Catalogue:
    """Send the working copy for review. NotCompliantError names the serious problems first."""
    row = editable(catalogue_id)
    if row.state == State.PUBLISHED:
        raise CatalogueStateError("目录没有未发布的修改")
    broken = evaluate([row.pk], now=now).get(row.pk, [])
    serious = [problem for problem in broken if problem.severity == "serious"]
    if serious:
        words = "；".join(problem.message for problem in serious[:5])
        raise NotCompliantError(f"还有 {len(serious)} 处不符合编目标准：{words}")
    return _ask(row, Asked.PUBLISH, reason.strip() or "首次发布", by=by, now=now)


@transaction.atomic
def request_delisting(catalogue_id: int, *, reason: str, by: Actor, now: datetime) -> Catalogue:
    """Ask to take a published catalogue off the list; the reason is needed."""
    row = editable(catalogue_id)
    if not row.version:
        raise CatalogueStateError("没有发布过的目录不用下架，直接删除草稿即可")
    if not reason.strip():
        raise InvalidCatalogueError("请写明下架理由", field="reason")
    return _ask(row, Asked.DELIST, reason.strip(), by=by, now=now)


def _ask(row: Catalogue, asked: Asked, reason: str, *, by: Actor, now: datetime) -> Catalogue:
    row.state, row.asked, row.asked_reason = State.REVIEW, asked, reason
    started = approvals.start(
        FLOW,
        row.subject,
        {"asked": asked.value},
        title=f"{asked.label}目录：{row.name}",
        body=_body(row, asked, reason),
        organization_id=row.organization_id,
        by=by,
        now=now,
    )
    row.approval_id = started.id
    row.save(update_fields=["state", "asked", "asked_reason", "approval_id"])
    audit.record("catalog.submitted", row.subject, by=by, now=now, reason=reason,
                 after={"asked": asked.label})  # fmt: skip
    return row


def _body(row: Catalogue, asked: Asked, reason: str) -> str:
    lines = [f"目录代码：{row.code}", f"提供方：{row.organization.name}", f"理由：{reason}"]
    newest = row.versions.first()
    if asked == Asked.PUBLISH and newest is not None:
        changes = compare(newest.content, content_of(row, list(row.items.all())))
        lines += [f"{d.item} {d.element}：{d.before} → {d.after}".strip() for d in changes[:50]]
    elif asked == Asked.PUBLISH:
        lines.append(f"数据项 {row.items.count()} 个，首次发布")
    return "\n".join(lines)


@transaction.atomic
def take_decision(catalogue_id: int, *, approved: bool, now: datetime) -> None:
    """What the approval said; without one pending nothing changes."""
    row = (
        Catalogue.objects.select_for_update(of=("self",))
        .select_related("system", "organization")
        .get(pk=catalogue_id)
    )
    if row.state != State.REVIEW:
        return
    asked, reason = row.asked, row.asked_reason
    row.asked, row.asked_reason = "", ""
    if not approved:
        row.state = _state_before(row)
        row.save(update_fields=["state", "asked", "asked_reason"])
    elif asked == Asked.PUBLISH:
        _publish(row, reason, now=now)
    else:
        row.state, row.delisted_at, row.delisted_reason = State.DELISTED, now, reason
        row.save()
        forget(row, now=now, note="目录已下架")
        jobs.publish(CatalogueDelisted(row.pk, now), now=now)


def _state_before(row: Catalogue) -> State:
    newest = row.versions.first()
    if newest is None:
        return State.DRAFT
    same = not compare(newest.content, content_of(row, list(row.items.all())))
    return State.PUBLISHED if same else State.CHANGED


def _publish(row: Catalogue, reason: str, *, now: datetime) -> None:
    row.state, row.version = State.PUBLISHED, row.version + 1
    row.published_on = local_date(now)
    row.save()
    CatalogueVersion.objects.create(
        catalogue=row,
        number=row.version,
        content=content_of(row, list(row.items.all())),
        reason=reason,
        approval_id=row.approval_id,
        published_at=now,
    )
    jobs.publish(CataloguePublished(row.pk, row.version, now), now=now)
