"""Figures put together from remembered stretches are those of reading everything again."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from steward.core.evidence import api as evidence
from steward.core.evidence.models import FactChange, PartialFigure
from steward.desk.tickets import api as desk
from steward.desk.tickets.models import Clock, ClockEventRow, Ticket
from steward.desk.tickets.queries.reading import read_clock
from steward.kernel.clock import State
from steward.kernel.errors import StewardError
from tests.factories import desk as made
from tests.support import NOW, SYSTEM

START = NOW - timedelta(days=70)
END = NOW + timedelta(days=30)
SORTS = ({}, {"ticket_kinds": ["incident"]}, {"severities": ["major"], "clock_kinds": ["respond"]})


def ask(code: str, *, as_of: datetime, fresh: bool, **params: object) -> evidence.MetricResult:
    query = evidence.MetricQuery(
        contract=made.CONTRACT,
        start=START,
        end=min(END, as_of),
        as_of=as_of,
        params=params,
        fresh=fresh,
    )
    return evidence.metric_spec(code).compute(query)


def answers(as_of: datetime, *, fresh: bool) -> list[evidence.MetricResult]:
    codes = ("desk.clock_breaches", "desk.clock_compliance", "desk.unfinished", "desk.tickets")
    return [
        ask(code, as_of=as_of, fresh=fresh, **params)
        for code in codes
        for params in (SORTS if code.startswith("desk.clock") else SORTS[:2])
    ]


@dataclass
class World:
    """Tickets of one contract, and the instant at which the next thing happens."""

    now: datetime = START
    tickets: list[int] = field(default_factory=list)

    def do(self, what: str, number: int, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)
        if what == "open" or not self.tickets:
            severity = "major" if number % 2 else "minor"
            self.tickets.append(made.ticket(severity=severity, now=self.now).id)
            return
        try:
            getattr(self, what)(self.tickets[number % len(self.tickets)])
        except StewardError:
            return

    def reply(self, ticket: int) -> None:
        desk.reply(ticket, text="在查", by=SYSTEM, now=self.now)

    def resolve(self, ticket: int) -> None:
        desk.resolve_ticket(ticket, resolution=desk.Resolution(text="好"), by=SYSTEM, now=self.now)

    def reopen(self, ticket: int) -> None:
        desk.reopen_ticket(ticket, reason="又坏了", by=SYSTEM, now=self.now)

    def void(self, ticket: int) -> None:
        desk.void_ticket(ticket, state="void", reason="测试单", by=SYSTEM, now=self.now)

    def rate(self, ticket: int) -> None:
        other = "minor" if desk.get_ticket(ticket).severity == "major" else "major"
        desk.change_severity(ticket, to=other, reason="影响变了", by=SYSTEM, now=self.now)

    def retitle(self, ticket: int) -> None:
        Ticket.objects.filter(pk=ticket).update(title=f"改过的标题 {self.now:%d%H%M}")

    def scan(self, _: int) -> None:
        desk.scan(now=self.now)

    def backdate(self, ticket: int) -> None:
        """A line that arrives late: recorded before others that are already there."""
        clock = Clock.objects.filter(ticket=ticket).order_by("id").first()
        late = self.now - timedelta(days=3)
        ClockEventRow.objects.create(
            clock=clock, type="stop", occurred_at=late, recorded_at=late, actor_label="补录"
        )

    def wait(self, _: int) -> None:
        """Time passes and nothing is written."""

    def policy(self, _: int) -> None:
        version = f"{self.now:%m%d%H%M}"
        made.install(version=version, effective_from=self.now)


WORK = ("open", "reply", "resolve", "reopen", "void", "rate", "scan")
STEPS = st.lists(
    st.tuples(
        st.sampled_from((*WORK, "open", "reply", "retitle", "backdate", "policy", "wait", "wait")),
        st.integers(0, 9),
        st.integers(1, 4_000),
    ),
    min_size=4,
    max_size=25,
)
PROPER = st.lists(
    st.tuples(st.sampled_from((*WORK, "open", "reply")), st.integers(0, 9), st.integers(1, 4_000)),
    min_size=4,
    max_size=25,
)
few = settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.mark.django_db(transaction=True)
@few
@given(STEPS, st.integers(0, 90))
def test_remembered_or_read_again_gives_the_same_after_any_course_of_events(steps, back):
    made.install(version=f"v{PartialFigure.objects.count()}-{FactChange.objects.count()}")
    world = World()

    for step in steps:
        world.do(*step)
        past = world.now - timedelta(days=back)

        assert answers(world.now, fresh=False) == answers(world.now, fresh=True)
        assert answers(past, fresh=False) == answers(past, fresh=True)
    Ticket.objects.update(contract="其他")


def known_by(as_of: datetime) -> tuple[int, list[int]]:
    """Population and breaches by evaluating every clock from the part of its log known then."""
    judged, late = 0, []
    for clock in Clock.objects.filter(ticket__contract=made.CONTRACT, ticket__opened_at__lt=as_of):
        events = list(clock.events.filter(recorded_at__lt=as_of).order_by("id"))
        status = read_clock(clock, events, at=as_of)
        if status.breach_at is not None:
            late.append(clock.pk)
        if status.state is not State.VOID and (
            status.breach_at is not None or status.state is State.MET
        ):
            judged += 1
    return judged, sorted(late)


@pytest.mark.django_db(transaction=True)
@few
@given(PROPER, st.integers(0, 100_000))
def test_a_figure_is_what_the_log_said_at_the_time(steps, minutes_back):
    made.install(version=f"w{FactChange.objects.count()}")
    world = World()
    for step in steps:
        world.do(*step)
    as_of = max(START + timedelta(minutes=1), world.now - timedelta(minutes=minutes_back))

    found = ask("desk.clock_breaches", as_of=as_of, fresh=False)

    keys = sorted(int(event.subject.key) for event in found.events)
    assert (found.population, keys) == known_by(as_of)
    Ticket.objects.update(contract="其他")


@pytest.mark.django_db(transaction=True)
def test_only_the_stretch_that_was_written_to_is_read_again():
    made.install()
    old = made.ticket(now=START + timedelta(days=1))
    new = made.ticket(now=START + timedelta(days=40))
    for info in (old, new):
        desk.reply(info.id, text="在查", by=SYSTEM, now=info.opened_at + timedelta(hours=1))
        desk.resolve_ticket(
            info.id,
            resolution=desk.Resolution(text="好"),
            by=SYSTEM,
            now=info.opened_at + timedelta(hours=2),
        )
    desk.scan(now=NOW)
    ask("desk.clock_breaches", as_of=NOW, fresh=False)
    before = dict(PartialFigure.objects.values_list("start", "id"))

    desk.reopen_ticket(new.id, reason="又坏了", by=SYSTEM, now=NOW)
    ask("desk.clock_breaches", as_of=NOW + timedelta(minutes=1), fresh=False)

    after = dict(PartialFigure.objects.values_list("start", "id"))
    assert after[START] == before[START]
    assert after.get(START + timedelta(days=31)) != before[START + timedelta(days=31)]


@pytest.mark.django_db(transaction=True)
def test_a_sweep_keeps_what_holds_and_forgets_the_marks_it_has_seen():
    made.install()
    made.ticket(now=START + timedelta(days=1))
    desk.scan(now=NOW)
    first = ask("desk.clock_breaches", as_of=NOW, fresh=False)
    marks = FactChange.objects.update(txid=1)  # long over for whatever else this server is doing

    dropped, swept = evidence.sweep_partials(now=NOW)

    assert (dropped, swept) == (0, marks)
    assert marks > 0
    assert not FactChange.objects.exists()
    assert ask("desk.clock_breaches", as_of=NOW, fresh=False) == first


@pytest.mark.django_db(transaction=True)
def test_a_promise_that_runs_out_while_nobody_writes_is_seen():
    made.install()
    made.ticket(now=NOW)
    soon, late = NOW + timedelta(minutes=10), NOW + timedelta(minutes=45)

    before = ask("desk.clock_breaches", as_of=soon, fresh=False, clock_kinds=["respond"])
    after = ask("desk.clock_breaches", as_of=late, fresh=False, clock_kinds=["respond"])

    assert PartialFigure.objects.filter(as_of=soon, until__lt=late).exists()
    assert (before.value, after.value) == (0, 1)
