from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from steward.core.audit import api as audit
from steward.core.jobs import api as jobs
from steward.desk.tickets.choices import (
    CHANNELS,
    SEVERITIES,
    EntryKind,
    TicketState,
    UnknownWordError,
    check_severity,
    kind_of,
)
from steward.desk.tickets.events import TicketOpened
from steward.desk.tickets.models import Clock, PolicyVersion, Ticket
from steward.desk.tickets.queries.cards import target_words
from steward.desk.tickets.queries.tickets import TicketInfo, grams_of, to_info
from steward.desk.tickets.services.clockwork import FAR
from steward.desk.tickets.services.errors import InvalidInputError
from steward.desk.tickets.services.happenings import start_clocks
from steward.desk.tickets.services.numbering import next_number
from steward.desk.tickets.services.policies import policy_in_force
from steward.desk.tickets.services.timeline import Entry, append
from steward.kernel.actors import Actor
from steward.kernel.subjects import Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTicket:
    """What a ticket is opened with.

    `kind` and `severity` are codes of the desk (a contract may add severities); `contract` the
    code of the service contract, or empty; `about` what it is about; `item_id` the configuration
    item when it is one. Without `occurred_at` it happened when the ticket is opened.
    """

    kind: str
    severity: str
    title: str
    description: str = ""
    channel: str = "web"
    contract: str = ""
    organization_id: int | None = None
    requester_id: int | None = None
    requester_name: str = ""
    team_id: int | None = None
    assignee_id: int | None = None
    item_id: int | None = None
    about: Subject | None = None
    occurred_at: datetime | None = None
    tags: tuple[str, ...] = field(default=())
    auto_resolve: bool = False


@transaction.atomic
def open_ticket(new: NewTicket, *, by: Actor, now: datetime, note: str = "") -> TicketInfo:
    """Open a ticket with its number and its clocks, by the policy in force now.

    `note` says how it came about (a routing rule, a call). UnknownWordError for a kind,
    severity or channel that does not exist; InvalidInputError for an empty title or an
    occurrence in the future.
    """
    policy = policy_in_force(new.contract, now) if new.contract else None
    _check(new, policy, now=now)
    ticket = Ticket.objects.create(
        number=next_number(kind_of(new.kind).prefix, now=now),
        policy=policy,
        state=TicketState.ASSIGNED if new.assignee_id else TicketState.NEW,
        opened_at=now,
        occurred_at=new.occurred_at or now,
        reported_occurred_at=new.occurred_at or now,
        queue_at=FAR,
        **_fields(new),
    )
    clocks = start_clocks(ticket, by=by, now=now)
    append(
        ticket,
        Entry(kind=EntryKind.SYSTEM, text=_opening_words(new, clocks, note), happening="opened"),
        by=by,
        now=now,
    )
    ticket.save(update_fields=["queue_at", "urgency"])
    audit.record(
        "desk.ticket.opened", ticket.subject, by=by, now=now, after={"severity": ticket.severity}
    )
    jobs.publish(
        TicketOpened(ticket_id=ticket.pk, contract=ticket.contract, opened_at=now), now=now
    )
    return to_info(ticket)


def _check(new: NewTicket, policy: PolicyVersion | None, *, now: datetime) -> None:
    if not new.title.strip():
        raise InvalidInputError("请填写工单标题")
    if new.occurred_at is not None and new.occurred_at > now:
        raise InvalidInputError("发生时间不能晚于现在")
    if new.channel not in CHANNELS:
        raise UnknownWordError(f"没有名为“{new.channel}”的来源渠道，可用：{'、'.join(CHANNELS)}")
    if policy is None or new.severity not in policy.severities:
        check_severity(new.severity)


def _fields(new: NewTicket) -> dict[str, Any]:
    about = new.about or Subject("", "", "")
    item_id = new.item_id
    if item_id is None and about.kind == "cmdb.item":
        item_id = int(about.key)
    return {
        "kind": new.kind,
        "severity": new.severity,
        "title": new.title.strip()[:200],
        "description": new.description.strip(),
        "grams": grams_of(new.title),
        "tags": list(new.tags),
        "channel": new.channel,
        "contract": new.contract,
        "organization_id": new.organization_id,
        "requester_id": new.requester_id,
        "requester_name": new.requester_name.strip()[:100],
        "team_id": new.team_id,
        "assignee_id": new.assignee_id,
        "item_id": item_id,
        "subject_kind": about.kind,
        "subject_key": about.key,
        "subject_label": about.label[:200],
        "auto_resolve": new.auto_resolve,
    }


def _opening_words(new: NewTicket, clocks: list[Clock], note: str) -> str:
    how = note or f"由{CHANNELS[new.channel]}建单"
    level = SEVERITIES.get(new.severity, new.severity)
    words = f"{how}，定级{level}"
    if not clocks:
        return f"{words}；合同未约定此类工单的时限"
    promised = "、".join(
        f"{clock.label} ≤ {target_words(clock.spec['target'], clock.spec['unit'])}"
        for clock in clocks
    )
    return f"{words}；启动时限：{promised}"
