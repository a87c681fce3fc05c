from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from steward.operations.monitoring import api as monitoring
from tests.factories.cmdb import ItemFactory, SystemFactory
from tests.factories.monitoring import MonitorFactory, observe
from tests.support import NOW, SYSTEM

pytestmark = pytest.mark.django_db


def hour(number: float):
    return NOW + timedelta(hours=number)


def hourly(item, *states: str, **fields):
    """A monitor with one result an hour, the first an hour after NOW."""
    monitor = MonitorFactory(item=item, interval=3600, timeout=60, failures_before_down=1, **fields)
    observe(monitor, *[(hour(n), state) for n, state in enumerate(states, start=1)])
    return monitor


def figure(of, start=1.0, end=9.0, **asked):
    known = {"as_of": hour(100)} | asked
    return monitoring.availability(of, hour(start), hour(end), **known)


@pytest.mark.clause("HA")
def test_availability_is_exact_from_the_spans():
    monitor = hourly(SystemFactory(), *("up",) * 4, "down", *("up",) * 4)

    found = figure([monitor.pk])

    assert (found.ratio, found.down_seconds) == (Decimal("0.875"), Decimal(3600))


def test_a_system_is_down_when_one_of_its_parts_is():
    system = SystemFactory()
    part = ItemFactory(system=system)
    hourly(system, *("up",) * 9, core=True)
    hourly(part, "up", "down", *("up",) * 7, core=True)

    assert figure("huaian-2025", core_only=True).ratio == Decimal("0.875")


def test_only_core_monitors_count_when_asked():
    hourly(SystemFactory(), *("up",) * 9, core=True)
    hourly(SystemFactory(), *("down",) * 9, core=False)

    assert figure("huaian-2025", core_only=True).ratio == 1
    assert figure("huaian-2025", core_only=False).ratio == 0


@pytest.mark.parametrize(
    ("how", "ratio"), [("union", "0.75"), ("mean", "0.875"), ("worst", "0.875")]
)
def test_systems_are_aggregated_as_the_contract_says(how, ratio):
    hourly(SystemFactory(), "up", "down", *("up",) * 7, core=True)
    hourly(SystemFactory(), "up", "up", "up", "down", *("up",) * 5, core=True)

    assert figure("huaian-2025", core_only=True, aggregation=how).ratio == Decimal(ratio)


def test_what_was_recorded_later_does_not_change_a_settled_figure():
    monitor = hourly(SystemFactory(), "up", "up", "up")
    settled = figure([monitor.pk], end=4, as_of=hour(4))
    late = monitoring.ProbeResult(monitoring.State.DOWN, "连接被拒绝")
    monitoring.record_results([monitoring.Observation(monitor.pk, hour(3.5), late)], now=hour(6))

    again = figure([monitor.pk], end=4, as_of=hour(4))

    assert again == settled
    assert figure([monitor.pk], end=4, as_of=hour(6)).down_seconds == 1800


def test_silence_that_is_not_yet_marked_is_unknown_all_the_same():
    monitor = hourly(SystemFactory(), "up", "up")

    found = figure([monitor.pk], end=20, as_of=hour(20))

    assert found.unknown_seconds == Decimal(20 * 3600) - Decimal(4 * 3600 + 60)
    assert found.ratio == 1


def test_marking_silence_does_not_change_the_figure_before_or_after():
    monitor = hourly(SystemFactory(), "up", "up")
    before = [figure([monitor.pk], end=20, as_of=hour(h)) for h in (3, 4.01, 4.1, 12)]

    monitoring.mark_silent(now=hour(15))

    assert [figure([monitor.pk], end=20, as_of=hour(h)) for h in (3, 4.01, 4.1, 12)] == before


def with_rhythm(monitor, *, interval: int, now) -> None:
    """The same monitor with another interval, changed at an instant."""
    draft = monitoring.MonitorDraft(
        name=monitor.name, item_id=monitor.item_id, probe="tcp", settings=monitor.settings,
        interval=interval, timeout=10, failures_before_down=1, core=True,
    )  # fmt: skip
    monitoring.change_monitor(monitor.pk, to=draft, by=SYSTEM, now=now)


@pytest.mark.clause("C6")
def test_a_shorter_interval_does_not_make_the_past_unknown():
    monitor = hourly(SystemFactory(), "up", "up")
    before = figure([monitor.pk], end=3.9, as_of=hour(3.9))

    with_rhythm(monitor, interval=60, now=hour(4))

    assert figure([monitor.pk], end=3.9, as_of=hour(3.9)) == before
    assert before.unknown_seconds == 0
    monitoring.mark_silent(now=hour(6))
    assert figure([monitor.pk], end=3.9, as_of=hour(3.9)) == before


def test_a_longer_interval_does_not_make_past_silence_up():
    monitor = MonitorFactory(item=SystemFactory(), interval=60, failures_before_down=1)
    observe(monitor, (hour(1), "up"))
    before = figure([monitor.pk], end=3, as_of=hour(3))

    with_rhythm(monitor, interval=86_400, now=hour(3.5))

    assert figure([monitor.pk], end=3, as_of=hour(3)) == before
    assert before.unknown_seconds == 7200 - 130


STEPS = st.lists(
    st.tuples(
        st.sampled_from(("up", "down", "rhythm", "silence", "wait")),
        st.sampled_from((60, 3600, 86_400)),
        st.integers(1, 20_000),
    ),
    min_size=2,
    max_size=12,
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(STEPS)
def test_a_figure_of_a_past_cut_off_stays_whatever_is_seen_or_set_later(steps):
    monitor = MonitorFactory(item=SystemFactory(), interval=86_400, failures_before_down=1)
    now, kept = NOW, {}

    for what, interval, seconds in steps:
        now += timedelta(seconds=seconds)
        _live(monitor, what, (interval, now))
        kept[now] = monitoring.availability([monitor.pk], NOW, now, as_of=now)

        again = {at: monitoring.availability([monitor.pk], NOW, at, as_of=at) for at in kept}
        assert again == kept


def _live(monitor, what: str, when: tuple) -> None:
    interval, now = when
    acts = {
        "up": lambda: observe(monitor, (now, "up")),
        "down": lambda: observe(monitor, (now, "down")),
        "rhythm": lambda: with_rhythm(monitor, interval=interval, now=now),
        "silence": lambda: monitoring.mark_silent(now=now),
        "wait": lambda: None,
    }
    acts[what]()


def test_becoming_core_later_does_not_change_the_past():
    monitor = hourly(SystemFactory(), *("down",) * 3, core=False)
    draft = monitoring.MonitorDraft(
        name=monitor.name, item_id=monitor.item_id, probe="tcp", settings=monitor.settings,
        interval=3600, timeout=60, failures_before_down=1, core=True,
    )  # fmt: skip
    monitoring.change_monitor(monitor.pk, to=draft, by=SYSTEM, now=hour(5))

    before = figure("huaian-2025", end=3, core_only=True, as_of=hour(4))
    after = figure("huaian-2025", end=3, core_only=True, as_of=hour(6))

    assert (before.ratio, after.ratio) == (None, Decimal(0))


def test_nothing_watched_is_no_figure():
    assert figure("nobody-2020").ratio is None
    assert figure([]).ratio is None


def test_an_unknown_policy_is_refused_in_words():
    with pytest.raises(monitoring.UnknownParameterError, match="excluded、up、down"):
        figure([], unknown="maybe")


def test_the_number_of_queries_does_not_grow_with_the_monitors(django_assert_max_num_queries):
    for _ in range(5):
        hourly(SystemFactory(), "up", "down", "up", core=True)

    with django_assert_max_num_queries(8):
        figure("huaian-2025", core_only=True)
