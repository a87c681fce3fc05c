from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from steward.core.accounts.api import actor_of
from steward.core.approvals import api as approvals
from steward.core.approvals import queries
from steward.core.approvals.models import Approval, Delegation, Flow
from steward.core.approvals.pages.forms import DeputyForm, RequestForm
from steward.core.approvals.registry import purpose
from steward.core.audit import api as audit
from steward.core.files import api as files
from steward.core.ui.api import SIGNED_IN, page, panels_for, render_page, slice_of, tabs_of
from steward.kernel.instants import now
from steward.kernel.subjects import Subject


def _me(request: HttpRequest) -> int:
    return request.user.pk or 0


@page(SIGNED_IN)
def approval_list(request: HttpRequest) -> HttpResponse:
    """What waits for me, what I asked for, what I decided, and all for whoever may see all."""
    lists = {
        "": ("待我审批", queries.pending_for(_me(request), now())),
        "mine": ("我发起的", queries.requested_by(_me(request))),
        "done": ("我处理过的", queries.handled_by(_me(request))),
    }
    if request.user.has_perm("approvals.approval.view"):
        lists["all"] = ("全部", queries.visible_to(request.user, now()))
    chosen = request.GET.get("show", "")
    rows = lists.get(chosen, lists[""])[1]
    choices = [(value, label, found) for value, (label, found) in lists.items()]
    context = {
        "tabs": tabs_of(request, "show", choices),
        "slice": slice_of(rows, request),
        "pending": chosen not in lists or chosen == "",
    }
    return render_page(request, "approvals/list.html", context, title="审批")


def _visible(request: HttpRequest, approval_id: int) -> Approval:
    row = queries.visible_to(request.user, now()).filter(pk=approval_id).first()
    if row is None:
        raise Http404
    return row


@page(SIGNED_IN)
def detail(request: HttpRequest, approval_id: int) -> HttpResponse:
    """One approval: what is asked, the ladder of steps, the history, and one's own say."""
    row = _visible(request, approval_id)
    subject = Subject("approvals.approval", str(row.pk), row.title)
    return render_page(
        request, "approvals/detail.html", _detail(request, row, subject), title="审批"
    )


def _detail(request: HttpRequest, row: Approval, subject: Subject) -> dict[str, Any]:
    facts = purpose(row.version.flow.purpose)
    definition = queries.definition_of(row.version)
    return {
        "approval": row,
        "about": Subject(row.subject_kind, row.subject_key, row.subject_label),
        "facts": [
            (facts.labels.get(code, code), facts.values.get(code, {}).get(str(value), value))
            for code, value in row.facts.items()
        ],
        "steps": [
            (step, defined, defined.condition.describe(facts.labels, facts.values))
            for step, defined in zip(queries.ladder(row), definition.steps, strict=True)
        ],
        "may_decide": queries.decidable(row, _me(request), now()).exists(),
        "may_withdraw": row.state == "pending" and row.requested_by_id == _me(request),
        "history": audit.history(subject),
        "files": files.of_subject(subject),
        "panels": panels_for(subject, request),
    }


@require_POST
@page(SIGNED_IN)
def decide(request: HttpRequest, approval_id: int) -> HttpResponse:
    """Approve or refuse; a refusal needs a comment."""
    row = _visible(request, approval_id)
    approve = request.POST.get("decision") == "approve"
    comment = request.POST.get("comment", "")
    try:
        info = approvals.decide(
            row.pk, approve=approve, comment=comment, by=actor_of(request.user), now=now()
        )
    except approvals.CommentRequiredError as error:
        messages.error(request, error.message)
        return redirect("approvals:detail", approval_id=row.pk)
    messages.success(request, f"已{'同意' if approve else '驳回'}，审批{info.state_label}")
    return redirect("approvals:list" if info.is_pending else info.url)


@require_POST
@page(SIGNED_IN)
def withdraw(request: HttpRequest, approval_id: int) -> HttpResponse:
    """Take one's own request back."""
    row = _visible(request, approval_id)
    approvals.withdraw(
        row.pk, reason=request.POST.get("reason", ""), by=actor_of(request.user), now=now()
    )
    messages.success(request, "已撤回")
    return redirect("approvals:detail", approval_id=row.pk)


@page(SIGNED_IN)
def choose(request: HttpRequest) -> HttpResponse:
    """The flows that anybody may start a request in."""
    flows = Flow.objects.filter(is_enabled=True, is_self_service=True)
    return render_page(request, "approvals/choose.html", {"flows": flows}, title="发起申请")


@page(SIGNED_IN)
def request_approval(request: HttpRequest, code: str) -> HttpResponse:
    """Start a request of one's own, with the steps it will take shown beside the form."""
    flow = Flow.objects.filter(code=code, is_enabled=True, is_self_service=True).first()
    if flow is None:
        raise Http404
    form = RequestForm(request.POST or None, purpose(flow.purpose))
    if form.is_valid():
        info = approvals.start(
            code,
            Subject("approvals.approval", "", form.cleaned_data["title"]),
            form.facts,
            title=form.cleaned_data["title"],
            body=form.cleaned_data["body"],
            by=actor_of(request.user),
            now=now(),
        )
        messages.success(request, "已提交，结果会通知您")
        return redirect(info.url)
    steps = queries.definition_of(queries.newest_version(flow)).steps
    words = purpose(flow.purpose)
    described = [(s, s.condition.describe(words.labels, words.values)) for s in steps]
    context = {"flow": flow, "form": form, "steps": described}
    return render_page(request, "approvals/request.html", context, title=flow.name)


@page(SIGNED_IN)
def deputies(request: HttpRequest) -> HttpResponse:
    """Who may approve in one's place, and in whose place one may."""
    form = DeputyForm(request.POST or None, _me(request))
    if form.is_valid() and _delegated(request, form):
        messages.success(request, "委托已登记")
        return redirect("approvals:deputies")
    rows = Delegation.objects.select_related("user", "deputy")
    context = {
        "form": form,
        "given": rows.filter(user_id=_me(request))[:50],
        "taken": queries.delegations_in_force(now())
        .filter(deputy_id=_me(request))
        .select_related("user"),
        "now": now(),
    }
    return render_page(request, "approvals/deputies.html", context, title="审批委托")


def _delegated(request: HttpRequest, form: DeputyForm) -> bool:
    values = form.cleaned_data
    try:
        approvals.delegate(
            _me(request),
            values["deputy"],
            from_at=values["from_at"],
            until_at=values["until_at"],
            reason=values["reason"],
            by=actor_of(request.user),
            now=now(),
        )
    except approvals.InvalidDelegationError as error:
        form.add_error(None, error.message)
        return False
    return True


@require_POST
@page(SIGNED_IN)
def end_deputy(request: HttpRequest, delegation_id: int) -> HttpResponse:
    """Take one's own delegation back."""
    approvals.end_delegation(
        delegation_id, user_id=_me(request), by=actor_of(request.user), now=now()
    )
    messages.success(request, "委托已收回")
    return redirect("approvals:deputies")
