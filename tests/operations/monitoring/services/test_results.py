from datetime import timedelta

import pytest

from steward.core.evidence import api as evidence
from steward.core.findings import api as findings
from steward.kernel.subjects import Subject
from steward.operations.monitoring import api as monitoring
from steward.operations.monitoring.models import Sample, Span
from tests.factories.monitoring import MonitorFactory, ProberFactory, observe, steadily
from tests.support import NOW, SYSTEM

pytestmark = pytest.mark.django_db


def minute(number: float):
    return NOW + timedelta(minutes=number)


def states(monitor) -> list[tuple[str, object, object]]:
    rows = Span.objects.filter(monitor=monitor).order_by("start_at")
    return [(s.state, s.start_at, s.end_at) for s in rows]


def finding_of(monitor) -> findings.FindingInfo:
    return findings.of_subject(Subject("cmdb.item", str(monitor.item_id)))[0]


def test_the_first_success_ends_the_unknown_beginning():
    monitor = MonitorFactory()

    observe(monitor, (minute(1), "up"))

    assert states(monitor) == [("unknown", NOW, minute(1)), ("up", minute(1), None)]


def test_an_outage_begins_at_its_first_failure_and_opens_one_finding():
    monitor = MonitorFactory(severity="critical")

    observe(monitor, (minute(1), "up"), (minute(2), "down"), (minute(3), "down"))

    found = finding_of(monitor)
    assert states(monitor)[-1] == ("down", minute(2), None)
    assert (found.severity, found.category, found.contract, found.is_open) == (
        "critical", "availability", "huaian-2025", True,
    )  # fmt: skip
    assert found.detail["message"] == "连接被拒绝"


def test_recovery_ends_the_outage_and_clears_the_finding():
    monitor = MonitorFactory()
    observe(monitor, (minute(1), "up"), (minute(2), "down"), (minute(3), "down"))

    observe(monitor, (minute(4), "up"))

    assert states(monitor)[-2:] == [("down", minute(2), minute(4)), ("up", minute(4), None)]
    assert not finding_of(monitor).is_open


@pytest.mark.clause("C7")
def test_an_outage_is_kept_as_evidence_of_grade_a_when_it_begins_and_when_it_ends():
    monitor = MonitorFactory()
    observe(monitor, (minute(1), "up"), (minute(2), "down"), (minute(3), "down"), (minute(4), "up"))
    span = Span.objects.get(monitor=monitor, state="down")

    kept = evidence.of_subject(Subject(monitoring.SPAN_KIND, str(span.pk)))

    assert {(e.kind, e.grade, e.contract) for e in kept} == {
        ("monitoring.span.begun", "A", "huaian-2025"),
        ("monitoring.span.ended", "A", "huaian-2025"),
    }
    assert kept[0].payload["end_at"] == minute(4).isoformat()


def test_the_same_results_twice_change_nothing():
    monitor = MonitorFactory()
    line = [(minute(1), "up"), (minute(2), "down"), (minute(3), "down")]
    observe(monitor, *line)
    before = states(monitor)

    observe(monitor, *line)

    assert states(monitor) == before
    assert Sample.objects.count() == 3
    assert finding_of(monitor).occurrences == 1


def test_a_gap_in_the_results_is_unknown_and_blamed_on_the_stopped_prober():
    monitor = MonitorFactory()
    observe(monitor, (minute(1), "up"))

    observe(monitor, (minute(30), "up"))

    gap = Span.objects.filter(monitor=monitor, state="unknown").latest("start_at")
    assert (gap.start_at, gap.end_at) == (minute(3) + timedelta(seconds=10), minute(30))
    assert "监测服务自身停机" in gap.cause


def test_a_gap_while_a_prober_lived_is_blamed_on_its_load():
    monitor = MonitorFactory()
    ProberFactory(started_at=NOW, seen_at=minute(60))
    observe(monitor, (minute(1), "up"))

    monitoring.mark_silent(now=minute(20))

    gap = Span.objects.get(monitor=monitor, end_at=None)
    assert gap.state == "unknown"
    assert "未能按时" in gap.cause


def test_marking_silence_twice_makes_one_span():
    monitor = MonitorFactory()
    observe(monitor, (minute(1), "up"))

    marked = [monitoring.mark_silent(now=minute(20)), monitoring.mark_silent(now=minute(21))]

    assert marked == [1, 0]
    assert monitoring.get_monitor(monitor.pk, now=minute(21)).state == "unknown"


def test_an_outage_that_falls_silent_keeps_its_finding_open():
    monitor = MonitorFactory()
    observe(monitor, (minute(1), "up"), (minute(2), "down"), (minute(3), "down"))

    monitoring.mark_silent(now=minute(60))

    assert finding_of(monitor).is_open


def test_one_batch_moves_many_monitors_and_a_change_costs_the_others_nothing():
    steady, failing = MonitorFactory(), MonitorFactory(failures_before_down=1)
    result = {s: monitoring.ProbeResult(monitoring.State(s), s) for s in ("up", "down")}
    batch = [
        monitoring.Observation(steady.pk, minute(1), result["up"]),
        monitoring.Observation(failing.pk, minute(1), result["down"]),
    ]

    monitoring.record_results(batch, now=minute(1))

    assert states(steady)[-1][0] == "up"
    assert states(failing)[-1][0] == "down"


def test_results_of_steady_monitors_take_a_constant_number_of_queries(
    django_assert_max_num_queries,
):
    monitors = [MonitorFactory() for _ in range(20)]
    for monitor in monitors:
        observe(monitor, (minute(1), "up"))
    up = monitoring.ProbeResult(monitoring.State.UP, "端口可以连接")
    batch = [monitoring.Observation(m.pk, minute(2), up) for m in monitors]

    with django_assert_max_num_queries(6):
        monitoring.record_results(batch, now=minute(2))


def test_what_a_target_says_may_hold_anything():
    monitor = MonitorFactory()
    odd = monitoring.ProbeResult(monitoring.State.UP, "坏\x00字" + "长" * 999)

    monitoring.record_results([monitoring.Observation(monitor.pk, minute(1), odd)], now=minute(1))

    assert Sample.objects.get().message.startswith("坏字长")


def test_a_paused_monitor_takes_no_results_and_is_unknown_until_resumed():
    monitor = MonitorFactory()
    observe(monitor, *steadily(NOW, "up", minutes=3))
    monitoring.pause_monitor(monitor.pk, reason="机房搬迁", by=SYSTEM, now=minute(4))

    observe(monitor, (minute(5), "up"))

    assert states(monitor)[-1] == ("unknown", minute(4), None)


def test_a_resumed_monitor_goes_on_where_it_stands():
    monitor = MonitorFactory()
    observe(monitor, *steadily(NOW, "up", minutes=3))
    monitoring.pause_monitor(monitor.pk, reason="机房搬迁", by=SYSTEM, now=minute(4))
    monitoring.resume_monitor(monitor.pk, by=SYSTEM, now=minute(30))

    observe(monitor, (minute(31), "up"))

    assert states(monitor)[-2:] == [("unknown", minute(4), minute(31)), ("up", minute(31), None)]
