from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from steward.core.accounts.api import actor_of
from steward.core.audit import api as audit
from steward.core.findings import api as findings
from steward.core.findings.pages import lists
from steward.core.findings.queries import to_info
from steward.core.ui.api import page, panels_for, render_page, slice_of, tabs_of
from steward.kernel.instants import now
from steward.kernel.subjects import Subject

KIND = "findings.finding"


@page(lists.VIEW)
def finding_list(request: HttpRequest) -> HttpResponse:
    """What checks found wrong, open first, by state."""
    rows = lists.filtered(request)
    shown = lists.in_state(rows, request.GET.get("state", ""))
    found = slice_of(shown, request)
    context = {
        "tabs": tabs_of(request, "state", lists.state_choices(rows)),
        "slice": found,
        "infos": [to_info(row) for row in found.rows],
        **lists.filters(lists.visible_to(request.user)),
    }
    return render_page(request, "findings/list.html", context, title="问题")


def _visible(request: HttpRequest, finding_id: int) -> findings.FindingInfo:
    row = lists.visible_to(request.user).filter(pk=finding_id).first()
    if row is None:
        raise Http404
    return to_info(row)


@page(lists.VIEW)
def detail(request: HttpRequest, finding_id: int) -> HttpResponse:
    """One finding: what is wrong, what to do, what happened to it, what others show about it."""
    info = _visible(request, finding_id)
    subject = Subject(KIND, str(info.id), info.title)
    related = findings.of_subject(info.subject)
    context = {
        "finding": info,
        "seen": [(name, _words(value)) for name, value in info.detail.items()],
        "panels": panels_for(subject, request),
        "history": audit.history(subject),
        "related": [other for other in related if other.id != info.id][:10],
        "may_recheck": info.is_open and request.user.has_perm("findings.finding.recheck"),
        "may_accept": info.is_open and request.user.has_perm("findings.finding.accept"),
    }
    return render_page(request, "findings/detail.html", context, title=info.number)


def _words(value: object) -> str:
    """What a check saw, for people: lists joined, yes and no in words."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list | tuple):
        return "；".join(_words(item) for item in value) or "—"
    return "—" if value is None or value == "" else str(value)


@require_POST
@page("findings.finding.recheck")
def recheck(request: HttpRequest, finding_id: int) -> HttpResponse:
    """Ask the check behind the finding to look again."""
    info = _visible(request, finding_id)
    findings.request_recheck(info.id, by=actor_of(request.user), now=now())
    messages.success(request, "已要求复查，检查通过后问题会自动关闭")
    return redirect("findings:detail", finding_id=info.id)


@require_POST
@page("findings.finding.accept")
def accept(request: HttpRequest, finding_id: int) -> HttpResponse:
    """Decide to live with a finding; the reason is required and kept."""
    info = _visible(request, finding_id)
    reason = request.POST.get("reason", "").strip()
    if not reason:
        messages.error(request, "请填写接受的原因，例如计划何时处理、由谁批准")
    else:
        findings.accept(info.id, reason=reason, by=actor_of(request.user), now=now())
        messages.success(request, "已接受，之后再次发现不会重新打开")
    return redirect("findings:detail", finding_id=info.id)
