"""Availability put together from remembered stretches is that of reading everything again."""

from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from steward.assets.cmdb.models import Item
from steward.core.evidence import api as evidence
from steward.core.evidence.models import FactChange, PartialFigure
from steward.kernel.actors import Actor
from steward.kernel.errors import StewardError
from steward.kernel.periods import Period
from steward.operations.monitoring import api as monitoring
from steward.operations.monitoring.models import Monitor, Span, Window
from steward.operations.monitoring.queries.figures import contract_monitors, outages, picture
from steward.operations.monitoring.queries.spans import Known
from tests.factories.cmdb import ItemFactory, SystemFactory
from tests.factories.monitoring import MonitorFactory, observe
from tests.support import NOW, SYSTEM

CODE = "huaian-2025"
START = NOW
DAY = timedelta(days=1)
END = START + 120 * DAY
SORTS = (
    {},
    {"unknown": "down", "aggregation": "mean"},
    {"unknown": "up", "aggregation": "worst", "core_only": False},
)
SUPPLIER, CLIENT = Actor(1, "乙方"), Actor(2, "甲方")


def ask(code: str, *, as_of, fresh: bool, params=None) -> evidence.MetricResult:
    query = evidence.MetricQuery(
        CODE, START, max(START, min(as_of, END)), as_of=as_of, params=params or {}, fresh=fresh
    )
    return evidence.metric_spec(code).compute(query)


def answers(as_of, *, fresh: bool) -> list[evidence.MetricResult]:
    return [
        ask(code, as_of=as_of, fresh=fresh, params=params)
        for code in ("monitoring.availability", "monitoring.downtime")
        for params in SORTS
    ] + [ask("monitoring.outages", as_of=as_of, fresh=fresh)]


def in_one_piece(as_of, *, unknown="excluded", aggregation="union", core_only=True):
    """Availability and outages from one picture of the whole period, without stretches."""
    end = max(START, min(as_of, END))
    if end == START:
        return None, []
    figure = monitoring.availability(
        CODE, START, end, as_of=as_of, unknown=unknown, core_only=core_only,
        aggregation=aggregation,
    )  # fmt: skip
    ids = contract_monitors(CODE, core_only=core_only, as_of=as_of)
    found = outages(picture(ids, Known(Period(START, end), as_of)))
    return figure.ratio, [
        (o.span_id, o.start_at, o.excused_seconds if o.excuse else o.seconds, o.excuse, o.group)
        for o in found
    ]


def in_stretches(as_of, params):
    result = ask("monitoring.availability", as_of=as_of, fresh=False, params=params)
    return result.value, [
        (int(e.subject.key), e.occurred_at, e.amount, e.excluded, e.group) for e in result.events
    ]


@dataclass
class World:
    """Monitors of one contract, and the instant at which the next thing happens."""

    now: object = START
    monitors: list[Monitor] = field(default_factory=list)

    def do(self, what: str, number: int, hours: int) -> None:
        self.now += timedelta(hours=hours)
        if number % 4:
            monitoring.mark_silent(now=self.now)
        try:
            getattr(self, what)(number)
        except StewardError:
            return

    def one(self, number: int) -> Monitor:
        row = self.monitors[number % len(self.monitors)]
        row.refresh_from_db()
        return row

    def watch(self, number: int) -> None:
        item = SystemFactory() if number % 2 else ItemFactory(system=SystemFactory())
        self.monitors.append(
            MonitorFactory(
                item=item, interval=86_400, timeout=60, failures_before_down=1,
                core=number % 3 > 0, created_at=self.now,
            )
        )  # fmt: skip

    def live(self, days: int) -> None:
        """Two monitors that were watched all the time, with an outage every six days."""
        self.monitors = [
            MonitorFactory(
                item=SystemFactory(), interval=86_400, timeout=60, failures_before_down=1, core=True
            )
            for _ in range(2)
        ]
        self.now = START + days * DAY
        for shift, row in enumerate(self.monitors):
            row.spans.all().delete()
            edges = [START, *(START + (n + shift / 8) * DAY for n in range(3, days, 3)), None]
            Span.objects.bulk_create(
                Span(
                    monitor=row, state="down" if n % 2 else "up", start_at=start, recorded_at=start,
                    end_at=end, ended_recorded_at=end, ended_by="result" if end else "",
                    cause=f"第 {n} 段",
                )
                for n, (start, end) in enumerate(pairwise(edges))
            )  # fmt: skip
            last = row.spans.get(end_at=None)
            row.state, row.state_since, row.last_at = last.state, last.start_at, self.now
            row.save()

    def up(self, number: int) -> None:
        observe(self.one(number), (self.now, "up"))

    def down(self, number: int) -> None:
        observe(self.one(number), (self.now, "down"))

    def late(self, number: int) -> None:
        """A batch that comes in after the fact."""
        at = self.now
        seen = [(at - timedelta(hours=40 - n), s) for n, s in enumerate(("up", "down", "up"))]
        observe(self.one(number), *seen, now=at)

    def keep(self, number: int) -> None:
        """Results as they should come, for weeks."""
        row = self.one(number)
        for _ in range(8):
            self.now += DAY
            observe(row, (self.now, "up"))

    def silence(self, _: int) -> None:
        monitoring.mark_silent(now=self.now)

    def pause(self, number: int) -> None:
        monitoring.pause_monitor(self.one(number).pk, reason="检修", by=SYSTEM, now=self.now)

    def resume(self, number: int) -> None:
        monitoring.resume_monitor(self.one(number).pk, by=SYSTEM, now=self.now)

    def change(self, number: int) -> None:
        row = self.one(number)
        draft = monitoring.MonitorDraft(
            name=f"端口 {row.pk}-{self.now:%m%d%H}", item_id=row.item_id, probe="tcp",
            settings=row.settings, interval=86_400 if number % 2 else 3600, timeout=60,
            failures_before_down=1, core=number % 3 > 0,
        )  # fmt: skip
        monitoring.change_monitor(row.pk, to=draft, by=SYSTEM, now=self.now)

    def plan(self, number: int) -> None:
        monitoring.open_maintenance(
            monitoring.Targets(monitor_ids=[self.one(number).pk]), self.now + timedelta(hours=1),
            self.now + 3 * DAY, grounds=monitoring.Grounds("升级", "申请 1 号"), approved_by=2,
            by=SUPPLIER, now=self.now,
        )  # fmt: skip

    def excuse(self, number: int) -> None:
        """Force majeure agreed long after: by both at once, or by one side only so far."""
        row = self.one(number)
        window = monitoring.propose_exclusion(
            monitoring.Targets(item_ids=[row.system_id]), self.now - (5 + number) * DAY,
            self.now - 2 * DAY, grounds=monitoring.Grounds("市电中断", "证明"), by=SUPPLIER,
            now=self.now,
        )  # fmt: skip
        monitoring.confirm_exclusion(window, side="supplier", by=SUPPLIER, now=self.now)
        if number % 2:
            monitoring.confirm_exclusion(window, side="client", by=CLIENT, now=self.now)

    def agree(self, _: int) -> None:
        for window in Window.objects.filter(kind="force_majeure", client_at=None):
            monitoring.confirm_exclusion(window.pk, side="client", by=CLIENT, now=self.now)

    def end_early(self, _: int) -> None:
        window = Window.objects.filter(end_at__gt=self.now, ended_early_at=None).first()
        if window is not None:
            monitoring.end_window(window.pk, by=SYSTEM, now=self.now)

    def shift(self, number: int) -> None:
        """A window written over by hand."""
        Window.objects.filter(pk__in=Window.objects.values("pk")[number : number + 1]).update(
            start_at=self.now - 20 * DAY, end_at=self.now + DAY, is_planned=False
        )

    def correct(self, number: int) -> None:
        """A closed span written over by hand: up for down, or another cause."""
        row = self.one(number).spans.exclude(end_at=None).order_by("id")[3 * number :].first()
        if row is not None:
            state = {"down": "up", "up": "down", "unknown": "up"}[row.state]
            Span.objects.filter(pk=row.pk).update(state=state, cause="更正")

    def forget(self, number: int) -> None:
        row = self.one(number).spans.exclude(end_at=None).order_by("id")[3 * number :].first()
        if row is not None:
            row.delete()

    def move(self, number: int) -> None:
        """The item goes to another contract, an outage is corrected there, and it comes back."""
        item = Item.objects.get(pk=self.one(number).item_id)
        Item.objects.filter(pk=item.pk).update(contract="其他")
        self.correct(number)
        if number % 2:
            Item.objects.filter(pk=item.pk).update(contract=CODE)

    def regroup(self, number: int) -> None:
        Item.objects.filter(pk=self.one(number).item_id).update(
            system=None if number % 2 else SystemFactory()
        )

    def rename(self, number: int) -> None:
        Item.objects.filter(pk=self.one(number).item_id).update(name=f"系统 {self.now:%m%d%H}")

    def wait(self, _: int) -> None:
        """Time passes and nothing is written."""


WORK = (
    "watch", "up", "down", "late", "keep", "silence", "pause", "resume", "change", "plan", "excuse",
    "agree", "end_early", "shift", "correct", "forget", "move", "regroup", "rename", "wait",
)  # fmt: skip
STEPS = st.lists(
    st.tuples(
        st.sampled_from((*WORK, "up", "down", "keep", "keep")),
        st.integers(0, 5),
        st.integers(1, 100),
    ),
    min_size=3,
    max_size=12,
)
few = settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def leave() -> None:
    """The next course of events begins without the monitors and windows of this one."""
    Item.objects.update(contract="其他")
    Monitor.objects.update(enabled=False)
    Window.objects.update(end_at=START - DAY, start_at=START - 2 * DAY, is_planned=False)


@pytest.mark.django_db(transaction=True)
@few
@given(STEPS, st.integers(0, 60))
def test_remembered_or_read_again_gives_the_same_after_any_course_of_events(steps, back):
    world = World()
    world.live(70)
    answers(world.now, fresh=False)

    for step in steps:
        world.do(*step)
        past = max(START, world.now - back * DAY)

        assert answers(world.now, fresh=False) == answers(world.now, fresh=True)
        assert answers(past, fresh=False) == answers(past, fresh=True)
        for params in SORTS:
            assert in_stretches(world.now, params) == in_one_piece(world.now, **params)
            assert in_stretches(past, params) == in_one_piece(past, **params)
    leave()


@pytest.fixture
def watched() -> Monitor:
    """One core system with a short outage every ten days, for a hundred days."""
    monitor = MonitorFactory(
        item=SystemFactory(), interval=86_400, timeout=60, failures_before_down=1, core=True
    )
    days = [(START + n * DAY, "down" if n % 10 == 5 else "up") for n in range(1, 101)]
    observe(monitor, *days)
    return monitor


def remembered() -> dict:
    return dict(PartialFigure.objects.exclude(topic="sweep").values_list("start", "id"))


@pytest.mark.django_db(transaction=True)
def test_an_outage_of_today_leaves_the_months_before_as_they_are(watched):
    now = START + 100 * DAY
    ask("monitoring.availability", as_of=now, fresh=False)
    before = remembered()

    observe(watched, (START + 101 * DAY, "down"), (START + 102 * DAY, "up"))
    ask("monitoring.availability", as_of=START + 103 * DAY, fresh=False)

    assert len(before) == 3
    assert remembered() == before


@pytest.mark.django_db(transaction=True)
def test_an_outage_agreed_as_force_majeure_later_is_read_again_from_its_month_on(watched):
    now = START + 100 * DAY
    ask("monitoring.availability", as_of=now, fresh=False)
    before = remembered()

    world = World(now=START + 42 * DAY, monitors=[watched])
    world.excuse(5)
    later = ask("monitoring.availability", as_of=now + DAY, fresh=False)

    after = remembered()
    assert after[START] == before[START]
    assert after[START + 31 * DAY] != before[START + 31 * DAY]
    assert sum(1 for event in later.events if event.excluded) == 1


@pytest.mark.django_db(transaction=True)
def test_an_outage_over_the_border_of_two_stretches_is_one_event():
    monitor = MonitorFactory(
        item=SystemFactory(), interval=86_400, timeout=60, failures_before_down=1, core=True
    )
    observe(monitor, *[(START + n * DAY, "down" if 29 < n < 35 else "up") for n in range(1, 70)])

    result = ask("monitoring.downtime", as_of=START + 69 * DAY, fresh=False)

    assert [event.amount for event in result.events] == [result.value] == [5 * 86_400]


@pytest.mark.django_db(transaction=True)
def test_the_whole_year_is_not_read_when_nothing_was_written(watched, django_assert_num_queries):
    now = START + 100 * DAY
    ask("monitoring.availability", as_of=now, fresh=False)
    marks = FactChange.objects.count()

    with django_assert_num_queries(12):
        ask("monitoring.availability", as_of=now, fresh=False)

    assert FactChange.objects.count() == marks


@pytest.mark.django_db(transaction=True)
def test_what_was_corrected_while_the_item_was_with_another_contract_is_seen(watched):
    now = START + 100 * DAY
    ask("monitoring.outages", as_of=now, fresh=False)

    Item.objects.filter(pk=watched.item_id).update(contract="其他")
    watched.spans.filter(state="down", end_at__lt=START + 20 * DAY).update(state="up")
    Item.objects.filter(pk=watched.item_id).update(contract=CODE)

    found = [ask("monitoring.outages", as_of=now, fresh=fresh) for fresh in (False, True)]
    assert found[0] == found[1]
