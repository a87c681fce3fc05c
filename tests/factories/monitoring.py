"""Rows of monitoring: items with monitors set up through the service, results on their lines."""

from datetime import datetime, timedelta
from typing import Any

import factory

from steward.operations.monitoring import api as monitoring
from steward.operations.monitoring.models import (
    ContractTerm,
    Monitor,
    Prober,
    Rollup,
    RollupMark,
    Sample,
    Span,
    Standing,
    Window,
    WindowTarget,
)
from tests.factories.cmdb import SystemFactory
from tests.support import NOW, SYSTEM


class MonitorFactory(factory.django.DjangoModelFactory):
    """A monitor of a TCP port that has never been probed, with its first span and standing."""

    class Meta:
        model = Monitor

    item = factory.SubFactory(SystemFactory)
    name = factory.Sequence(lambda n: f"端口 {n}")
    probe = "tcp"
    settings = {"host": "127.0.0.1", "port": 9}
    created_at = NOW
    interval = 60
    timeout = 10
    failures_before_down = 2
    successes_before_up = 1

    @classmethod
    def _create(cls, model_class: type[Monitor], *_args: Any, **fields: Any) -> Monitor:
        item = fields.pop("item")
        now = fields.pop("created_at")
        draft = monitoring.MonitorDraft(item_id=item.pk, **fields)
        return model_class.objects.get(pk=monitoring.create_monitor(draft, by=SYSTEM, now=now))


class SpanFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Span

    monitor = factory.SubFactory(MonitorFactory)
    state = "up"
    start_at = NOW + timedelta(days=1)
    recorded_at = NOW + timedelta(days=1)
    end_at = NOW + timedelta(days=2)
    ended_recorded_at = NOW + timedelta(days=2)


class StandingFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Standing

    monitor = factory.SubFactory(MonitorFactory)
    core = True
    recorded_at = NOW


class SampleFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Sample

    monitor = factory.SubFactory(MonitorFactory)
    at = factory.Sequence(lambda n: NOW + timedelta(seconds=n))
    state = "up"
    latency_us = 12_000


class RollupFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Rollup

    monitor = factory.SubFactory(MonitorFactory)
    size = "hour"
    start_at = NOW
    count = 60
    up = 60
    down = 0


class RollupMarkFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = RollupMark
        django_get_or_create = ("size",)

    size = "hour"
    done_until = NOW


class ProberFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Prober

    name = "监测端"
    started_at = NOW
    seen_at = NOW


class WindowFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Window

    kind = "maintenance"
    start_at = NOW + timedelta(hours=1)
    end_at = NOW + timedelta(hours=2)
    reason = "数据库升级"
    document = "维护申请 12 号"
    recorded_at = NOW
    recorded_by_label = "运维"
    approved_at = NOW
    approved_by_id = 7
    is_planned = True


class WindowTargetFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = WindowTarget

    window = factory.SubFactory(WindowFactory)
    monitor = factory.SubFactory(MonitorFactory)


class ContractTermFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ContractTerm

    contract = factory.Sequence(lambda n: f"contract-{n}")
    effective_date = factory.LazyFunction(NOW.date)


def observe(monitor: Monitor, *seen: tuple[datetime, str], now: datetime | None = None) -> None:
    """Put results on a monitor's line: (instant, state) pairs, each recorded when it is seen, or
    all in one batch recorded at `now`.
    """
    words = {"up": "返回 200", "down": "连接被拒绝", "unknown": "设置有误"}
    results = [
        monitoring.Observation(
            monitor.pk,
            at,
            monitoring.ProbeResult(
                monitoring.State(state), words[state], timedelta(milliseconds=12)
            ),
        )
        for at, state in seen
    ]
    batches = [[result] for result in results] if now is None else [results]
    for batch in batches:
        monitoring.record_results(batch, now=now or batch[-1].at)
    monitor.refresh_from_db()


def steadily(start: datetime, state: str, *, minutes: int) -> list[tuple[datetime, str]]:
    """One result a minute, the first a minute after `start`."""
    return [(start + timedelta(minutes=n), state) for n in range(1, minutes + 1)]
