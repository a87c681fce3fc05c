from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from steward.core.accounts.api import actor_of
from steward.core.approvals import api as approvals
from steward.core.audit import api as audit
from steward.core.ui.api import page, render_page
from steward.desk.changes.pages.forms import AccessForm
from steward.desk.changes.queries import AccessChangeInfo, access_change_for, access_changes_for
from steward.desk.changes.services import AccessDraft, request_access
from steward.kernel.errors import StewardError
from steward.kernel.instants import now as wall_clock

REQUEST = "desk.access.request"
PAGE = 100


@page(REQUEST)
def access_list(request: HttpRequest) -> HttpResponse:
    """组织与权限变更, newest first."""
    rows = access_changes_for(request.user).order_by("-id")[:PAGE]
    return render_page(request, "changes/access_list.html", {"rows": rows}, title="组织与权限变更")


@page(REQUEST)
def new_access(request: HttpRequest) -> HttpResponse:
    """Ask for an organisation or permission change; it is applied once approved (K5)."""
    form = AccessForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        info = _ask(request, form)
        if info is not None:
            return redirect("changes:access_page", info.id)
    return render_page(request, "changes/access_form.html", {"form": form}, title="申请变更")


def _ask(request: HttpRequest, form: AccessForm) -> AccessChangeInfo | None:
    now = wall_clock()
    try:
        draft = AccessDraft(
            action=form.cleaned_data["action"],
            parameters=form.parameters(now=now),
            reason=form.cleaned_data["reason"],
            contract=form.cleaned_data["contract"].strip(),
        )
        return request_access(draft, by=actor_of(request.user), now=now)
    except ValidationError as error:
        form.add_error(None, error)
    except StewardError as error:
        form.add_error(None, error.message)
    return None


@page(REQUEST)
def access_page(request: HttpRequest, change_id: int) -> HttpResponse:
    """One organisation or permission change with its approval and what came of it."""
    change = access_change_for(request.user, change_id)
    approval = None if change.approval_id is None else approvals.get(change.approval_id)
    context = {
        "change": change,
        "approval": approval,
        "history": audit.history(change.subject),
    }
    return render_page(request, "changes/access.html", context, title=change.number)
