"""Supply and demand: a department asks, the provider decides, collection takes over (K10.2)."""

import re
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher

from django.db import transaction

from steward.core.approvals import api as approvals
from steward.core.audit import api as audit
from steward.core.organizations import api as organizations
from steward.data.catalog.choices import DemandState
from steward.data.catalog.errors import (
    CatalogueStateError,
    InvalidCatalogueError,
    UnknownCatalogueError,
)
from steward.data.catalog.models import Catalogue, Demand
from steward.data.catalog.queries import listed
from steward.data.catalog.searching import likely
from steward.data.collection import api as collection
from steward.kernel.actors import Actor

FLOW = "catalog-demand"
PURPOSE = "catalog.demand"
LEAST_ALIKE = 0.45
_NOISE = re.compile(r"信息|数据|基本|情况|明细|表$|的")


@dataclass(frozen=True, slots=True, kw_only=True)
class DemandDraft:
    """Who needs which items of a catalogue, and what for."""

    catalogue_id: int
    organization_id: int
    title: str
    items: tuple[str, ...]
    purpose: str
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A catalogue that may hold what is needed; `score` 0–100, `items` those found in it."""

    catalogue: Catalogue
    score: int
    items: tuple[str, ...]
    missing: tuple[str, ...]


def seed_demand_flow(*, now: datetime) -> None:
    """Lay the flow once: one step, whoever may answer for the provider, never who asked."""
    approvers = [{"kind": "holders", "permission": "catalog.demand.approve"}]
    step = {"name": "数源单位审批", "approvers": approvers, "mode": "any"}
    approvals.seed_flow(
        FLOW, "数据需求审批", {"allow_self": False, "steps": [step]}, purpose_code=PURPOSE, now=now
    )


def suggest(title: str, items: tuple[str, ...] = (), *, limit: int = 10) -> list[Suggestion]:
    """The listed catalogues most like what is asked for, by name (60) and by items (40).

    Looked at are the 300 that share most characters with the title, and with title and items.
    """
    found = []
    rows = listed().select_related("organization").prefetch_related("items")
    near = likely(rows, [_plain(title)]), likely(rows, [_plain(title), *map(_plain, items)])
    for row in {row.pk: row for part in near for row in part}.values():
        names = [item.name or item.code for item in row.items.all()]
        held = tuple(
            wanted for wanted in items if any(_alike(wanted, name) > 0.75 for name in names)
        )
        by_name = max(_alike(title, row.name), _within(title, row.name))
        share = len(held) / len(items) if items else by_name
        score = 0.6 * by_name + 0.4 * share
        if score >= LEAST_ALIKE:
            missing = tuple(wanted for wanted in items if wanted not in held)
            found.append(Suggestion(row, round(score * 100), held, missing))
    return sorted(found, key=lambda one: (-one.score, one.catalogue.code))[:limit]


def _plain(text: str) -> str:
    return _NOISE.sub("", text) or text


def _alike(one: str, other: str) -> float:
    return SequenceMatcher(None, _plain(one), _plain(other)).ratio()


def _within(one: str, other: str) -> float:
    short, long = sorted((_plain(one), _plain(other)), key=len)
    return 0.9 if len(short) > 1 and short in long else 0.0


@transaction.atomic
def submit_demand(draft: DemandDraft, *, by: Actor, now: datetime) -> Demand:
    """File a demand and start the provider's approval. InvalidCatalogueError names what is wrong.

    A catalogue that is collected already needs no demand: its data is applied for in sharing.
    """
    row = Catalogue.objects.filter(pk=draft.catalogue_id).first()
    if row is None or not row.is_listed:
        raise UnknownCatalogueError("没有这个已发布的数据目录")
    _check(draft, row)
    organizations.get(draft.organization_id)
    demand = Demand.objects.create(
        catalogue=row,
        organization_id=draft.organization_id,
        title=draft.title,
        items=list(draft.items),
        purpose=draft.purpose,
        basis=draft.basis,
        state=DemandState.SUBMITTED,
        requested_by_id=by.user_id,
        requested_by=by.label,
        requested_at=now,
    )
    audit.record("catalog.demand.submitted", demand.subject, by=by, now=now)
    started = approvals.start(
        FLOW,
        demand.subject,
        {"sharing": row.sharing},
        title=f"数据需求 {demand.number}：{demand.title}",
        body=f"目录：{row.name}\n数据项：{'、'.join(draft.items)}\n用途：{draft.purpose}\n依据：{draft.basis}",
        organization_id=row.organization_id,
        by=by,
        now=now,
    )
    demand.approval_id = started.id
    demand.save(update_fields=["approval_id"])
    return demand


def _check(draft: DemandDraft, row: Catalogue) -> None:
    for name, label in (("title", "需求名称"), ("purpose", "用途")):
        if not str(getattr(draft, name)).strip():
            raise InvalidCatalogueError(f"请填写{label}", field=name)
    if not draft.items:
        raise InvalidCatalogueError("请至少选一个数据项", field="items")
    if row.collected_into:
        raise InvalidCatalogueError(
            f"目录“{row.name}”已归集到 {row.collected_into}，不需要提需求，请直接申请共享"
        )
    known = {item.code for item in row.items.all()}
    if unknown := [code for code in draft.items if code not in known]:
        raise InvalidCatalogueError(f"目录里没有数据项“{unknown[0]}”", field="items")


@transaction.atomic
def take_demand_decision(demand_id: int, *, approved: bool, now: datetime) -> None:
    """What the provider said."""
    row = Demand.objects.select_for_update().get(pk=demand_id)
    if row.state != DemandState.SUBMITTED:
        return
    row.state = DemandState.APPROVED if approved else DemandState.REJECTED
    row.decided_at = now
    row.save(update_fields=["state", "decided_at"])
    if approved:
        follow_tasks([row], now=now)


@transaction.atomic
def hand_over(
    demand_id: int, *, target: str, schedule: str = "", by: Actor, now: datetime
) -> Demand:
    """Make the collection task of an approved demand: the catalogue's table, the asked items."""
    row = (
        Demand.objects.select_for_update(of=("self",)).select_related("catalogue").get(pk=demand_id)
    )
    if row.state != DemandState.APPROVED:
        raise CatalogueStateError(f"需求{row.get_state_display()}，不能移交归集")
    catalogue = row.catalogue
    if catalogue.source_id is None:
        raise CatalogueStateError("目录没有关联源表，请先在目录中选择数据源和源表")
    keys = tuple(catalogue.items.filter(is_key=True).values_list("code", flat=True))
    task = collection.create_task(
        collection.TaskDraft(
            name=f"归集{catalogue.name}"[:120],
            source_id=catalogue.source_id,
            source_table=catalogue.source_table,
            target=target,
            columns=tuple(dict.fromkeys((*keys, *row.items))),
            keys=keys,
            schedule=schedule,
        ),
        by=by,
        now=now,
    )
    row.task_id, row.state = task.pk, DemandState.COLLECTING
    row.save(update_fields=["task_id", "state"])
    audit.record("catalog.demand.handed_over", row.subject, by=by, now=now,
                 after={"task": task.name})  # fmt: skip
    return row


def follow_tasks(rows: list[Demand], *, now: datetime) -> None:
    """Demands go on by themselves: a task that exists is theirs, collected data meets them."""
    tasks = {(task.source_id, task.source_table): task for task in collection.all_tasks()}
    for row in rows:
        catalogue = row.catalogue
        task = tasks.get((catalogue.source_id or 0, catalogue.source_table))
        if catalogue.collected_into:
            row.state, row.met_at = DemandState.MET, now
        elif task is not None:
            row.state = DemandState.COLLECTING
        if task is not None:
            row.task_id = task.id
        row.save(update_fields=["state", "met_at", "task_id"])


def open_demands() -> list[Demand]:
    """Approved and not yet met."""
    states = (DemandState.APPROVED, DemandState.COLLECTING)
    return list(Demand.objects.select_related("catalogue").filter(state__in=states))
