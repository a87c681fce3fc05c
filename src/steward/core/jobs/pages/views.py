from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from steward.core.audit import api as audit
from steward.core.jobs import api as jobs
from steward.core.jobs.models import EventDelivery, JobRun, RunStatus
from steward.core.jobs.pages import lists
from steward.core.ui.api import SIGNED_IN, count_words, page, render_page, requester, slice_of
from steward.kernel.instants import now
from steward.kernel.subjects import Subject

LOG_LINES = 500


@page("jobs.run.view")
def runs(request: HttpRequest) -> HttpResponse:
    """Every run, by status, newest first."""
    rows = lists.filtered_runs(request)
    status = request.GET.get("status", "")
    shown = rows.filter(status=status) if status in RunStatus.values else rows
    context = {
        "tabs": lists.run_tabs(request, rows),
        "slice": slice_of(shown, request),
        "jobs": lists.known_jobs(),
        "failing": count_words(lists.deliveries("failing")),
        "waiting": count_words(lists.deliveries("waiting")),
    }
    return render_page(request, "jobs/runs.html", context, title="后台任务")


def _visible_run(request: HttpRequest, run_id: int) -> JobRun:
    run = lists.runs_visible_to(request.user).filter(pk=run_id).first()
    if run is None:
        raise Http404
    return run


@page(SIGNED_IN)
def run(request: HttpRequest, run_id: int) -> HttpResponse:
    """One run: progress, log, error; whoever asked for it may look without a permission."""
    found = _visible_run(request, run_id)
    lines = list(found.lines.order_by("-id")[:LOG_LINES])[::-1]
    context = {
        "run": found,
        "lines": lines,
        "retries": JobRun.objects.filter(retry_of=found),
        "may_retry": request.user.has_perm("jobs.run.retry"),
    }
    return render_page(request, "jobs/run.html", context, title=found.label)


@page(SIGNED_IN)
def progress(request: HttpRequest, run_id: int) -> HttpResponse:
    """The progress box alone, fetched again every two seconds; tells the page when it is over."""
    found = _visible_run(request, run_id)
    answer = render_page(request, "jobs/progress.html", {"run": found}, title=found.label)
    if found.status in (RunStatus.SUCCEEDED, RunStatus.FAILED):
        answer["HX-Refresh"] = "true"
    return answer


@require_POST
@page("jobs.run.retry")
def retry(request: HttpRequest, run_id: int) -> HttpResponse:
    """Start a finished run again with its arguments."""
    found = _visible_run(request, run_id)
    actor, moment = requester(request), now()
    new_id = jobs.retry_run(run_id, by=actor, now=moment)
    subject = Subject("jobs.run", str(run_id), str(found))
    audit.record("jobs.run.retried", subject, by=actor, now=moment, after={"run": new_id})
    messages.success(request, "已重新排队，进度会在这里显示")
    return redirect("jobs:run", run_id=new_id)


@page("jobs.run.view")
def deliveries(request: HttpRequest) -> HttpResponse:
    """Events that a handler has not taken yet: failing ones with the error, or waiting."""
    state = "waiting" if request.GET.get("state") == "waiting" else "failing"
    context = {
        "state": state,
        "slice": slice_of(lists.deliveries(state), request),
        "failing": count_words(lists.deliveries("failing")),
        "waiting": count_words(lists.deliveries("waiting")),
        "may_retry": request.user.has_perm("jobs.run.retry"),
    }
    return render_page(request, "jobs/deliveries.html", context, title="事件投递")


@require_POST
@page("jobs.run.retry")
def redeliver(request: HttpRequest, delivery_id: int) -> HttpResponse:
    """Queue one open delivery at once."""
    row = EventDelivery.objects.filter(pk=delivery_id, handled_at=None).first()
    if row is None:
        messages.info(request, "该事件已经处理完成，无需重试")
        return redirect("jobs:deliveries")
    _redeliver(request, row)
    messages.success(request, "已重新投递，稍后刷新查看结果")
    return redirect("jobs:deliveries")


@require_POST
@page("jobs.run.retry")
def redeliver_all(request: HttpRequest) -> HttpResponse:
    """Queue every failing delivery again, at most a thousand at a time."""
    rows = list(lists.deliveries("failing")[:1000])
    for row in rows:
        _redeliver(request, row)
    messages.success(request, f"已重新投递 {len(rows)} 条，稍后刷新查看结果")
    return redirect("jobs:deliveries")


def _redeliver(request: HttpRequest, row: EventDelivery) -> None:
    jobs.redeliver(row.pk)
    subject = Subject("jobs.delivery", str(row.pk), f"{row.event.name} → {row.handler}")
    audit.record("jobs.delivery.retried", subject, by=requester(request), now=now())
