"""Where findings go: rules as data, tickets opened or joined, resolved when the check passes."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from steward.assets.cmdb import api as cmdb
from steward.core.audit import api as audit
from steward.core.findings import api as findings
from steward.desk.tickets.choices import (
    OPEN_STATES,
    EntryKind,
    TicketState,
    check_severity,
    kind_label,
    kind_of,
)
from steward.desk.tickets.models import RoutingRule, Ticket, TicketFinding
from steward.desk.tickets.queries.tickets import TicketInfo, to_info
from steward.desk.tickets.services.ending import (
    Resolution,
    failing_findings,
    reopen_ticket,
    resolve_ticket,
)
from steward.desk.tickets.services.errors import InvalidInputError, MissingStepError
from steward.desk.tickets.services.opening import NewTicket, open_ticket
from steward.desk.tickets.services.timeline import Entry, append, lock_ticket
from steward.kernel.actors import Actor
from steward.kernel.conditions import parse_condition
from steward.kernel.errors import NotFoundError
from steward.kernel.subjects import Subject

MONITOR = Actor.system("监测")
FACTS = {
    "source": "来源",
    "category": "类别",
    "severity": "级别",
    "contract": "合同",
    "title": "标题",
    "subject_kind": "对象类型",
    "subject": "对象",
    "item_kind": "配置项类型",
    "item_code": "配置项编码",
    "organization_id": "责任单位编号",
}
ROUTING_SUBJECT = "desk.routing_rule"


@dataclass(frozen=True, slots=True)
class Route:
    """What a rule decides; `rule_id` None is the default route."""

    rule_id: int | None
    label: str
    opens_ticket: bool
    ticket_kind: str
    severity: str
    team_id: int | None = None
    assignee_id: int | None = None
    joins: bool = True
    auto_resolve: bool = False


def _usual(label: str) -> Route:
    """Faults of data are put right by whoever owns the data; a passing check ends the ticket."""
    return Route(
        rule_id=None,
        label=label,
        opens_ticket=True,
        ticket_kind="data_quality",
        severity="",
        auto_resolve=True,
    )


USUAL = {
    "data_quality": _usual("标准路由：问题数据"),
    "data_catalog": _usual("标准路由：数据目录问题"),
}


def facts_of(finding: findings.FindingInfo) -> dict[str, Any]:
    """What routing conditions may read of a finding (the names of FACTS)."""
    item = _item_of(finding.subject)
    return {
        "source": finding.source,
        "category": finding.category,
        "severity": finding.severity,
        "contract": finding.contract,
        "title": finding.title,
        "subject_kind": finding.subject.kind,
        "subject": finding.subject.label,
        "item_kind": item.kind if item is not None else None,
        "item_code": item.code if item is not None else None,
        "organization_id": finding.organization_id,
    }


def _item_of(subject: Subject) -> cmdb.ItemInfo | None:
    if subject.kind != cmdb.SUBJECT_KIND or not subject.key.isdigit():
        return None
    return cmdb.get_many([int(subject.key)]).get(int(subject.key))


def route(facts: Mapping[str, Any]) -> Route:
    """The first active rule in order whose condition holds, else what is usual for its category,
    else the default: an incident."""
    for rule in RoutingRule.objects.filter(is_active=True).order_by("order", "id"):
        if parse_condition(rule.condition, fields=FACTS).evaluate(facts):
            return Route(
                rule_id=rule.pk,
                label=rule.label,
                opens_ticket=rule.opens_ticket,
                ticket_kind=rule.ticket_kind,
                severity=rule.severity or str(facts.get("severity", "")),
                team_id=rule.team_id,
                assignee_id=rule.assignee_id,
                joins=rule.joins,
                auto_resolve=rule.auto_resolve,
            )
    usual = USUAL.get(str(facts.get("category", "")))
    if usual is not None:
        return replace(usual, severity=str(facts.get("severity", "")))
    return Route(
        rule_id=None,
        label="默认路由",
        opens_ticket=True,
        ticket_kind="incident",
        severity=str(facts.get("severity", "")),
    )


def check_rule(condition: object, *, ticket_kind: str, severity: str) -> None:
    """Refuse a rule whose condition, kind or severity does not exist; the error names the place."""
    parse_condition(condition, fields=FACTS)
    kind_of(ticket_kind)
    if severity:
        check_severity(severity)


@transaction.atomic
def save_rule(rule: RoutingRule, *, by: Actor, now: datetime) -> None:
    """Keep a routing rule after checking it."""
    check_rule(rule.condition, ticket_kind=rule.ticket_kind, severity=rule.severity)
    rule.save()
    audit.record(
        "desk.routing.saved",
        Subject(ROUTING_SUBJECT, str(rule.pk), rule.label),
        by=by,
        now=now,
        after={"condition": str(rule.condition), "kind": kind_label(rule.ticket_kind)},
    )


@transaction.atomic
def take_finding(finding_id: int, *, episode: int, now: datetime) -> TicketInfo | None:
    """Open a ticket for an episode of a finding, or join one that is open; None when the rule
    opens none. The same episode again changes nothing.
    """
    finding = findings.get(finding_id)
    _lock_subject(finding.subject)
    known = TicketFinding.objects.filter(finding_id=finding_id, episode=episode).first()
    if known is not None:
        return to_info(known.ticket)
    decided = route(facts_of(finding))
    ticket = _same_trouble(finding, decided)
    if ticket is not None:
        _join(ticket, finding, episode, now=now)
        return to_info(lock_ticket(ticket.pk))
    if not decided.opens_ticket:
        return None
    info = _open_for(finding, decided, now=now)
    TicketFinding.objects.create(
        ticket_id=info.id, finding_id=finding_id, episode=episode, joined_at=now
    )
    if not finding.is_open:
        finish_finding(finding_id, by_check=True, now=now)
    return info


def _lock_subject(subject: Subject) -> None:
    """Two findings of one object are handled one after the other, so that they meet."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"desk:{subject.ref}"])


def _same_trouble(finding: findings.FindingInfo, decided: Route) -> Ticket | None:
    """The ticket that has this finding already and is not closed, else one of the same object."""
    alive = (*OPEN_STATES, TicketState.RESOLVED)
    own = Ticket.objects.filter(findings__finding_id=finding.id, state__in=alive)
    found = own.order_by("-id").first()
    if found is not None or not decided.joins:
        return found
    return (
        Ticket.objects.filter(
            subject_kind=finding.subject.kind,
            subject_key=finding.subject.key,
            kind=decided.ticket_kind,
            contract=finding.contract,
            state__in=OPEN_STATES,
            findings__isnull=False,
        )
        .order_by("-id")
        .first()
    )


def _join(ticket: Ticket, finding: findings.FindingInfo, episode: int, *, now: datetime) -> None:
    target_id = ticket.pk
    if ticket.state == TicketState.RESOLVED:
        reason = f"问题 {finding.number} 复发"
        target_id = reopen_ticket(ticket.pk, reason=reason, by=MONITOR, now=now).id
    TicketFinding.objects.create(
        ticket_id=target_id, finding_id=finding.id, episode=episode, joined_at=now
    )
    again = "复发" if episode > 1 else "并入"
    append(
        lock_ticket(target_id),
        Entry(
            kind=EntryKind.FINDING,
            text=f"问题 {finding.number} {again}：{finding.title}",
            data={"finding": finding.id, "bad": True},
        ),
        by=MONITOR,
        now=now,
    )


def _open_for(finding: findings.FindingInfo, decided: Route, *, now: datetime) -> TicketInfo:
    item = _item_of(finding.subject)
    info = open_ticket(
        NewTicket(
            kind=decided.ticket_kind,
            severity=decided.severity,
            title=finding.title,
            description=finding.remedy,
            channel="monitor",
            contract=finding.contract,
            organization_id=finding.organization_id
            or (item.organization_id if item is not None else None),
            requester_name="系统监测",
            team_id=decided.team_id,
            assignee_id=decided.assignee_id,
            item_id=item.id if item is not None else None,
            about=finding.subject,
            occurred_at=min(finding.first_seen_at if finding.episode == 1 else now, now),
            auto_resolve=decided.auto_resolve,
        ),
        by=Actor.system(),
        now=now,
        note=f"按路由规则“{decided.label}”建单",
    )
    append(
        lock_ticket(info.id),
        Entry(
            kind=EntryKind.FINDING,
            text=f"{finding.subject.label}：{finding.title}，产生问题 {finding.number}",
            at=min(finding.last_seen_at, now),
            data={"finding": finding.id, "bad": True},
        ),
        by=MONITOR,
        now=now,
    )
    return info


@transaction.atomic
def finish_finding(finding_id: int, *, by_check: bool, now: datetime) -> None:
    """Write on its tickets that a finding is over; the last one may resolve the ticket."""
    tickets = Ticket.objects.filter(findings__finding_id=finding_id).distinct()
    for ticket_id in tickets.order_by("id").values_list("pk", flat=True):
        _finish_on(ticket_id, findings.get(finding_id), by_check=by_check, now=now)


def _finish_on(
    ticket_id: int, finding: findings.FindingInfo, *, by_check: bool, now: datetime
) -> None:
    ticket = lock_ticket(ticket_id)
    if not ticket.is_open:
        return
    words = "复查通过，问题已解决" if by_check else "问题已被接受，不再处理"
    append(
        ticket,
        Entry(
            kind=EntryKind.FINDING,
            text=f"{finding.number} {words}：{finding.title}",
            is_public=True,
            data={"finding": finding.id},
        ),
        by=MONITOR,
        now=now,
    )
    if not (by_check and ticket.auto_resolve) or failing_findings(ticket):
        return
    try:
        resolve_ticket(
            ticket_id, resolution=Resolution(text="复查通过，自动解决"), by=MONITOR, now=now
        )
    except MissingStepError as missing:
        note = f"复查已通过；{missing.message}"
        append(ticket, Entry(kind=EntryKind.SYSTEM, text=note), by=MONITOR, now=now)


def facts_from_form(given: Mapping[str, str]) -> dict[str, Any]:
    """Facts as typed into the tester: blanks are absent, numbers are numbers."""
    facts: dict[str, Any] = {name: given[name].strip() or None for name in FACTS if name in given}
    number = facts.get("organization_id")
    if number is not None:
        if not str(number).isdigit():
            raise InvalidInputError("责任单位编号应是数字")
        facts["organization_id"] = int(number)
    return facts


def finding_facts(number: str) -> dict[str, Any]:
    """The facts of an existing finding quoted as F-20318, for the tester."""
    digits = number.strip().upper().removeprefix("F-")
    if not digits.isdigit():
        raise NotFoundError(f"没有编号为“{number}”的问题，编号形如 F-20318")
    return facts_of(findings.get(int(digits)))
