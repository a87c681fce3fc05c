"""Rows of the desk for tests: a policy with the real targets, teams, people, tickets."""

from datetime import UTC, datetime

import factory

from steward.core.accounts.models import User
from steward.core.findings import api as findings
from steward.desk.tickets import api as desk
from steward.desk.tickets.models import RoutingRule, Team
from steward.kernel.actors import Actor
from steward.kernel.clock import ClockSpec, PriorityMode, ReopenMode, Unit, WarningPoint
from steward.kernel.subjects import Subject
from tests.support import NOW, SYSTEM

CONTRACT = "huaian-2025"
SINCE = datetime(2025, 1, 1, tzinfo=UTC)
WAITING = frozenset({"customer"})
THING = Subject("test.thing", "1", "人社局前置库")


class PersonFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User

    username = factory.Sequence(lambda n: f"desk{n}")
    name = factory.Sequence(lambda n: f"工程师{n}")


class TeamFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Team

    code = factory.Sequence(lambda n: f"team{n}")
    name = factory.Sequence(lambda n: f"{n} 组")


class RoutingRuleFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = RoutingRule

    label = "归集类 → 数据组"
    ticket_kind = "incident"
    condition = {"field": "category", "eq": "collection"}


def actor(person: User) -> Actor:
    """The actor of a made person."""
    return Actor(person.pk, person.name)


def spec(
    kind: str,
    minutes: int,
    *,
    stop: str,
    pauses: frozenset[str] = frozenset(),
    unit: Unit = Unit.ELAPSED_MINUTES,
    reopen: ReopenMode = ReopenMode.RESUME,
    priority: PriorityMode = PriorityMode.FROM_START,
    warnings: tuple[WarningPoint, ...] = (WarningPoint(percent=75),),
) -> ClockSpec:
    """A clock from opening to `stop`."""
    return ClockSpec(
        kind=kind,
        target=minutes,
        unit=unit,
        start_event="opened",
        stop_event=stop,
        pause_reasons=pauses,
        warnings=warnings,
        reopen_mode=reopen,
        priority_mode=priority,
    )


def rule(
    code: str,
    clock: ClockSpec,
    *,
    kinds: tuple[str, ...] = ("incident",),
    severities: tuple[str, ...] = (),
    calendar: str = "always",
) -> desk.PolicyRule:
    return desk.PolicyRule(
        code=code,
        label=code,
        clause="淮安 5",
        ticket_kinds=kinds,
        severities=severities,
        clock=clock,
        calendar=calendar,
    )


def standard_rules() -> tuple[desk.PolicyRule, ...]:
    """Minor 2 h / 24 h, major 30 min / 4 h, on site in 2 h whatever the severity."""
    return (
        rule("respond-major", spec("respond", 30, stop="responded"), severities=("major",)),
        rule("respond", spec("respond", 120, stop="responded")),
        rule("onsite", spec("onsite", 120, stop="checked_in")),
        rule(
            "resolve-major",
            spec("resolve", 240, stop="resolved", pauses=WAITING),
            severities=("major",),
        ),
        rule("resolve", spec("resolve", 1440, stop="resolved", pauses=WAITING)),
    )


def install(
    *rules: desk.PolicyRule,
    contract: str = CONTRACT,
    version: str = "1",
    effective_from: datetime = SINCE,
    reopen_limit: int = 2,
) -> int:
    """Install a policy; without rules the standard ones."""
    definition = desk.PolicyDefinition(
        contract=contract,
        version=version,
        effective_from=effective_from,
        label="淮安 2025",
        rules=rules or standard_rules(),
        pause_reasons={"customer": "待客户", "vendor": "待第三方"},
        reopen_limit=reopen_limit,
    )
    return desk.install_policy(definition, by=SYSTEM, now=SINCE)


def ticket(
    *,
    kind: str = "incident",
    severity: str = "major",
    now: datetime = NOW,
    contract: str = CONTRACT,
    **fields: object,
) -> desk.TicketInfo:
    """Open a ticket through the service."""
    new = desk.NewTicket(
        kind=kind,
        severity=severity,
        title="社保参保表归集失败",
        contract=contract,
        **fields,
    )
    return desk.open_ticket(new, by=SYSTEM, now=now)


def clock(info: desk.TicketInfo, kind: str) -> desk.ClockInfo:
    """One clock of a ticket by its kind."""
    return {c.kind: c for c in desk.clocks_of_ticket(info.id)}[kind]


def finding(
    *,
    fingerprint: str = "sql:1",
    severity: str = "major",
    category: str = "collection",
    subject: Subject = THING,
    now: datetime = NOW,
) -> findings.FindingInfo:
    """Report a finding through the service."""
    return findings.report(
        findings.Report(
            source="test.check",
            fingerprint=fingerprint,
            title="连接被拒绝",
            severity=severity,
            subject=subject,
            contract=CONTRACT,
            category=category,
        ),
        now=now,
    )
