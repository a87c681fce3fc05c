from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from steward.core.accounts.api import actor_of
from steward.core.approvals import api as approvals
from steward.core.ui.api import page, render_page, slice_of, tabs_of
from steward.data.collection.applications import submit_application
from steward.data.collection.choices import ApplicationState
from steward.data.collection.pages.forms import ApplicationForm
from steward.data.collection.queries import (
    APPLICATIONS,
    application_for,
    applications_for,
)
from steward.kernel.errors import StewardError
from steward.kernel.instants import now as wall_clock

SUBMIT = "collection.application.submit"


@page(APPLICATIONS)
def application_list(request: HttpRequest) -> HttpResponse:
    """省市数据申请 by state."""
    rows = applications_for(request.user)
    choices = [(s.value, s.label, rows.filter(state=s)) for s in ApplicationState]
    tabs = tabs_of(request, "state", [("", "全部", rows), *choices])
    state = request.GET.get("state", "")
    if state in ApplicationState.values:
        rows = rows.filter(state=state)
    context = {
        "slice": slice_of(rows, request),
        "tabs": tabs,
        "may_submit": request.user.has_perm(SUBMIT),
    }
    return render_page(request, "collection/applications.html", context, title="省市数据申请")


@page(SUBMIT)
def new_application(request: HttpRequest) -> HttpResponse:
    """申请省市数据; its approval begins at once."""
    form = ApplicationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            row = submit_application(form.draft(), by=actor_of(request.user), now=wall_clock())
        except StewardError as error:
            field = str(error.data.get("field", ""))
            form.add_error(field if field in form.fields else None, error.message)
        else:
            messages.success(request, f"{row.number} 已提交审批")
            return redirect("collection:application", row.pk)
    return render_page(
        request, "collection/application_form.html", {"form": form}, title="申请数据"
    )


@page(APPLICATIONS)
def application_page(request: HttpRequest, application_id: int) -> HttpResponse:
    """One application, its approval and the tasks that rest on it."""
    row = application_for(request.user, application_id)
    approval = None if row.approval_id is None else approvals.get(row.approval_id)
    context = {
        "row": row,
        "approval": approval,
        "tasks": row.tasks.select_related("source"),
    }
    return render_page(request, "collection/application.html", context, title=row.number)
