from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from steward.core.accounts.api import actor_of
from steward.core.jobs import api as jobs
from steward.core.ui.api import page, render_page
from steward.desk.tickets.models import BulkResult
from steward.desk.tickets.pages.forms import BulkForm, people_choices
from steward.desk.tickets.queries.scope import visible_to
from steward.kernel.errors import NotFoundError
from steward.kernel.instants import now as wall_clock

MOST = 2000
NEEDED = {"assign": "desk.ticket.handle", "severity": "desk.ticket.handle",
          "close": "desk.ticket.close"}  # fmt: skip


@page("desk.ticket.view")
def start_bulk(request: HttpRequest) -> HttpResponse:
    """Start one action on the chosen tickets as a job with a result per row."""
    form = BulkForm(request.POST or None, people=people_choices())
    chosen = [int(pk) for pk in request.POST.getlist("ticket") if pk.isdigit()][:MOST]
    if request.method != "POST" or not chosen:
        messages.error(request, "请先选择工单（按 X 选中一行）")
        return redirect("desk:queue")
    if not form.is_valid():
        wrong = "；".join(str(error) for errors in form.errors.values() for error in errors)
        messages.error(request, wrong)
        return redirect("desk:queue")
    data = form.cleaned_data
    if not request.user.has_perm(NEEDED[data["action"]]):
        raise NotFoundError("没有这个操作")
    seen = visible_to(request.user).filter(pk__in=chosen)
    value = str(data["assignee"] if data["action"] == "assign" else data["severity"] or "")
    run_id = jobs.start_job(
        "desk.bulk",
        by=actor_of(request.user),
        now=wall_clock(),
        action=data["action"],
        value=value,
        reason=data["reason"],
        tickets=sorted(seen.values_list("pk", flat=True)),
        user_id=request.user.pk,
    )
    return redirect("desk:bulk_results", run_id)


@page("desk.ticket.view")
def bulk_results(request: HttpRequest, run_id: int) -> HttpResponse:
    """How a bulk action stands, ticket by ticket."""
    run = jobs.run_info(run_id)
    if run is None or run.code != "desk.bulk":
        raise NotFoundError("没有这次批量操作")
    rows = BulkResult.objects.filter(run_id=run_id, ticket__in=visible_to(request.user))
    context = {"run": run, "rows": rows.select_related("ticket").order_by("id")}
    return render_page(request, "desk/bulk.html", context, title="批量操作结果")
