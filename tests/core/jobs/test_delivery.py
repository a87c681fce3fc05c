from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

import pytest
from django.db import transaction

from steward.core.jobs import api as jobs
from steward.core.jobs.models import EventDelivery, JobRun, RunStatus
from steward.core.jobs.services import deliver
from steward.kernel.events import Event
from tests.support import NOW, SYSTEM, drain_jobs

pytestmark = pytest.mark.django_db
SEEN: list[int] = []


@dataclass(frozen=True, slots=True)
class LampLit(Event):
    name: ClassVar[str] = "test.lamp_lit"
    lamp_id: int
    lit_at: datetime


@jobs.handles(LampLit, code="test.on_lamp_lit")
def on_lamp_lit(event: LampLit) -> None:
    if event.lamp_id < 0:
        raise ValueError("broken lamp")
    SEEN.append(event.lamp_id)


@jobs.job(code="test.count", label="数一数")
def count(run: jobs.RunHandle, upto: int) -> None:
    run.progress(upto, upto, "数完了")
    run.log(f"共 {upto}")
    if upto > 100:
        raise ValueError("太多")


@pytest.fixture(autouse=True)
def _forget():
    SEEN.clear()


def publish(lamp_id: int) -> EventDelivery:
    with transaction.atomic():
        jobs.publish(LampLit(lamp_id=lamp_id, lit_at=NOW), now=NOW)
    return EventDelivery.objects.get()


def test_a_published_event_reaches_its_handler_once():
    delivery = publish(7)

    drain_jobs()
    deliver.func(delivery_id=delivery.pk)

    assert SEEN == [7]


def test_a_failing_handler_leaves_the_delivery_open_with_its_error():
    delivery = publish(-1)

    with pytest.raises(ValueError, match="broken lamp"):
        drain_jobs()

    delivery.refresh_from_db()
    assert delivery.handled_at is None
    assert "broken lamp" in delivery.error


def test_a_job_run_records_progress_and_success():
    run_id = jobs.start_job("test.count", by=SYSTEM, now=NOW, upto=3)

    drain_jobs()

    info = jobs.run_info(run_id)
    assert (info.status, info.done, info.message) == (RunStatus.SUCCEEDED, 3, "数完了")
    assert JobRun.objects.get(pk=run_id).lines.get().text == "共 3"


def test_a_failed_run_can_be_started_again_with_its_arguments():
    run_id = jobs.start_job("test.count", by=SYSTEM, now=NOW, upto=101)
    with pytest.raises(ValueError, match="太多"):
        drain_jobs()

    again = jobs.retry_run(run_id, by=SYSTEM, now=NOW)

    assert JobRun.objects.get(pk=again).arguments == {"upto": 101}


def test_a_queued_run_is_not_started_twice():
    run_id = jobs.start_job("test.count", by=SYSTEM, now=NOW, upto=1)

    with pytest.raises(jobs.NotRetryableError, match="结束后才能重试"):
        jobs.retry_run(run_id, by=SYSTEM, now=NOW)
