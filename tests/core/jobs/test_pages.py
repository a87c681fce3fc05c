import re

import pytest
from django.urls import reverse

from steward.core.jobs import api as jobs
from steward.core.jobs.models import EventDelivery, EventRecord, JobRun, RunStatus
from steward.kernel.actors import Actor
from tests.factories.accounts import user_with
from tests.support import NOW, SYSTEM

pytestmark = pytest.mark.django_db


@jobs.job(code="test.oven", label="烤箱")
def oven(run: jobs.RunHandle, loaves: int = 1) -> None:
    run.progress(loaves, loaves)


@pytest.fixture
def signed_in(client):
    client.force_login(user_with("jobs.run.view", "jobs.run.retry"))
    return client


def a_run(status: RunStatus, *, by: Actor = SYSTEM) -> JobRun:
    run = JobRun.objects.get(pk=jobs.start_job("test.oven", by=by, now=NOW, loaves=4))
    run.status, run.done, run.total, run.error = status, 1, 4, "烤焦了"
    run.finished_at = NOW
    run.save()
    return run


def test_each_tab_counts_exactly_the_rows_it_opens(signed_in):
    for status in (RunStatus.FAILED, RunStatus.FAILED, RunStatus.SUCCEEDED):
        a_run(status)

    page = signed_in.get(reverse("jobs:runs")).content.decode()
    failed = signed_in.get(reverse("jobs:runs"), {"status": "failed"}).content.decode()

    assert "失败 <b>2</b>" in page
    assert len(re.findall(r'<td class="n mono">', failed)) == 2


def test_the_list_costs_the_same_queries_for_one_run_and_for_many(
    signed_in, django_assert_max_num_queries
):
    for _ in range(30):
        a_run(RunStatus.FAILED)

    with django_assert_max_num_queries(18):
        signed_in.get(reverse("jobs:runs"))


def test_a_failed_run_is_retried_with_its_arguments_from_its_page(signed_in):
    run = a_run(RunStatus.FAILED)

    signed_in.post(reverse("jobs:retry", args=[run.pk]))

    again = JobRun.objects.get(retry_of=run)
    assert (again.arguments, again.status) == ({"loaves": 4}, RunStatus.QUEUED)


def test_the_progress_box_asks_again_while_running_and_stops_when_over(signed_in):
    running, over = a_run(RunStatus.RUNNING), a_run(RunStatus.SUCCEEDED)

    first = signed_in.get(reverse("jobs:progress", args=[running.pk]))
    last = signed_in.get(reverse("jobs:progress", args=[over.pk]))

    assert "every 2s" in first.content.decode()
    assert "every 2s" not in last.content.decode()
    assert last["HX-Refresh"] == "true"


def test_an_unknown_run_answers_404(signed_in):
    assert signed_in.get(reverse("jobs:run", args=[404])).status_code == 404


def test_a_failing_delivery_is_listed_with_its_error_and_queued_again(signed_in):
    record = EventRecord.objects.create(
        id="00000000-0000-4000-8000-000000000002", name="x.y", payload={}, published_at=NOW
    )
    row = EventDelivery.objects.create(event=record, handler="a.b", error="ValueError: 坏了")

    page = signed_in.get(reverse("jobs:deliveries")).content.decode()
    answer = signed_in.post(reverse("jobs:redeliver", args=[row.pk]), follow=True)

    assert "ValueError: 坏了" in page
    assert "已重新投递" in answer.content.decode()
