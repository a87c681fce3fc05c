from dataclasses import replace
from datetime import timedelta

import pytest

from steward.desk.tickets import api as desk
from steward.kernel.clock import Unit
from tests.factories import desk as made
from tests.support import NOW, SYSTEM

pytestmark = pytest.mark.django_db


def test_the_same_version_again_changes_nothing():
    first = made.install()

    assert made.install() == first


def test_a_version_that_says_something_else_is_refused():
    made.install()

    with pytest.raises(desk.PolicyConflictError, match="另起版本号"):
        made.install(made.rule("respond", made.spec("respond", 10, stop="responded")))


@pytest.mark.clause("C1")
def test_an_amendment_never_touches_earlier_tickets():
    made.install()
    before = made.ticket(severity="major", now=NOW)
    made.install(
        made.rule("respond", made.spec("respond", 10, stop="responded")),
        version="2",
        effective_from=NOW + timedelta(days=1),
    )

    after = made.ticket(severity="major", now=NOW + timedelta(days=2))

    assert made.clock(before, "respond").target == 30
    assert made.clock(after, "respond").target == 10


def test_before_its_first_version_a_contract_promises_nothing():
    made.install(effective_from=NOW + timedelta(days=1))

    info = made.ticket(now=NOW)

    assert desk.clocks_of_ticket(info.id) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"ticket_kinds": ("incidents",)}, "工单类型“incidents”不存在"),
        ({"severities": ("huge",)}, "级别“huge”不存在"),
        ({"clock": made.spec("respond", 10, stop="answered")}, "起止事件“answered”不存在"),
        (
            {"clock": made.spec("respond", 10, stop="responded", pauses=frozenset({"lunch"}))},
            "暂停原因“lunch”不存在",
        ),
        ({"calendar": "mars"}, "没有名为“mars”的工作日历"),
    ],
)
def test_a_wrong_rule_is_named(change, words):
    good = made.rule("respond", made.spec("respond", 10, stop="responded"))

    with pytest.raises(desk.InvalidInputError.__mro__[2], match=words):
        made.install(replace(good, **change))


def test_two_rules_of_one_code_are_refused():
    rule = made.rule("respond", made.spec("respond", 10, stop="responded"))

    with pytest.raises(desk.InvalidPolicyError, match="“respond”重复"):
        made.install(rule, rule)


def any_kind(code: str, minutes: int) -> desk.PolicyRule:
    return made.rule(code, made.spec("respond", minutes, stop="responded"), kinds=())


REAL_TARGETS = [
    # (contract, kind, severity, clock, target in minutes) as the four contracts state them
    ("kecheng-2024", "incident", "minor", "respond", 30),
    ("kecheng-2024", "incident", "minor", "resolve", 24 * 60),
    ("huaian-2025", "incident", "minor", "respond", 120),
    ("huaian-2025", "incident", "minor", "resolve", 24 * 60),
    ("huaian-2025", "incident", "minor", "onsite", 120),
    ("huaian-2025", "incident", "major", "respond", 30),
    ("huaian-2025", "incident", "major", "resolve", 240),
    ("huaian-2025", "emergency", "critical", "respond", 15),
    ("huaian-2025", "emergency", "critical", "restore", 120),
    ("huaian-2025", "security_event", "major", "respond", 30),
    ("huaian-2025", "vulnerability", "high", "fix-vulnerability", 24 * 60),
    ("huaian-2025", "vulnerability", "medium", "fix-vulnerability", 72 * 60),
    ("keqiao-2024", "question", "minor", "respond", 10),
    ("keqiao-2024", "emergency", "critical", "onsite", 120),
    ("keqiao-2024", "emergency", "critical", "resolve", 120),
    ("keqiao-2024", "incident", "minor", "respond", 15),
    ("keqiao-2024", "incident", "minor", "resolve", 60),
]
STOPS = {
    "respond": "responded",
    "onsite": "checked_in",
    "resolve": "resolved",
    "restore": "restored",
    "fix-vulnerability": "resolved",
}


@pytest.fixture
def four_contracts():
    for contract in {row[0] for row in REAL_TARGETS}:
        rules = [
            made.rule(
                f"{kind}-{severity}-{clock}",
                made.spec(clock, target, stop=STOPS[clock]),
                kinds=(kind,),
                severities=(severity,),
            )
            for name, kind, severity, clock, target in REAL_TARGETS
            if name == contract
        ]
        made.install(*rules, contract=contract)


@pytest.mark.clause("C2")
@pytest.mark.parametrize(("contract", "kind", "severity", "clock", "target"), REAL_TARGETS)
def test_the_real_targets_of_the_contracts_run_by_kind_and_severity(
    *, four_contracts, contract, kind, severity, clock, target
):
    info = made.ticket(kind=kind, severity=severity, contract=contract)

    assert made.clock(info, clock).due_at == NOW + timedelta(minutes=target)


@pytest.mark.clause("C2", "H5")
def test_a_working_time_clock_follows_the_statutory_calendar():
    """A fault on Saturday morning of a make-up day: 14 February 2026 is worked."""
    made.install(
        made.rule(
            "onsite",
            made.spec("onsite", 120, stop="checked_in", unit=Unit.WORKING_MINUTES),
            calendar="cn-work",
        )
    )

    info = made.ticket(now=NOW.replace(month=2, day=20))

    due = made.clock(info, "onsite").due_at
    assert due.date() == NOW.replace(month=2, day=24).date()


def test_a_rule_for_the_severity_beats_one_for_any():
    made.install(
        any_kind("respond-any", 99),
        made.rule("respond", made.spec("respond", 10, stop="responded"), severities=("major",)),
    )

    assert made.clock(made.ticket(severity="major"), "respond").target == 10
    assert made.clock(made.ticket(severity="minor"), "respond").target == 99


def test_installing_is_audited_as_the_person_who_did_it():
    policy = desk.get_policy(made.install())

    assert (policy.contract, policy.rules) == (made.CONTRACT, len(made.standard_rules()))
    assert SYSTEM.label == "系统"
