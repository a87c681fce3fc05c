from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from steward.core.accounts.api import actor_of
from steward.core.ui.api import page, render_page
from steward.data.sources.choices import Privilege
from steward.data.sources.models import FrontEndRight, Source
from steward.data.sources.pages.forms import RightForm
from steward.data.sources.queries import source_for, sources_for
from steward.data.sources.rights import (
    RightDraft,
    RightsAudit,
    audit_rights,
    grant_right,
    revoke_right,
)
from steward.kernel.errors import NotFoundError, StewardError
from steward.kernel.instants import now as wall_clock

VIEW, CHANGE = "sources.right.view", "sources.right.change"
LABELS = dict(Privilege.choices)


@page(VIEW)
def rights_page(request: HttpRequest, source_id: int) -> HttpResponse:
    """前置库权限: who may do what, granted and taken back on the real server."""
    source = source_for(request.user, source_id)
    names = list(source.tables.filter(gone_at__isnull=True).values_list("name", flat=True))
    may_change = request.user.has_perm(CHANGE)
    form = RightForm(request.POST or None, tables=names)
    if request.method == "POST" and not may_change:
        raise NotFoundError("没有这个操作")
    if request.method == "POST" and form.is_valid():
        try:
            _grant(request, source, form)
        except StewardError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, "已在前置库授予并登记")
            return redirect("sources:rights", source_id)
    return _show(request, source, form)


def _grant(request: HttpRequest, source: Source, form: RightForm) -> FrontEndRight:
    data = form.cleaned_data
    draft = RightDraft(
        source_id=source.pk,
        organization_id=data["organization"].id,
        account=data["account"],
        table=data["table"],
        privileges=tuple(data["privileges"]),
        reason=data["reason"],
    )
    return grant_right(draft, by=actor_of(request.user), now=wall_clock())


def _show(
    request: HttpRequest, source: Source, form: RightForm, *, found: RightsAudit | None = None
) -> HttpResponse:
    rows = FrontEndRight.objects.filter(source=source).select_related("organization")
    context = {
        "source": source,
        "form": form,
        "rows": [(row, "、".join(LABELS[right] for right in row.privileges)) for row in rows[:200]],
        "audit": found,
        "labels": LABELS,
        "may_change": request.user.has_perm(CHANGE),
    }
    return render_page(request, "sources/rights.html", context, title="前置库权限")


@require_POST
@page(CHANGE)
def audit_page(request: HttpRequest, source_id: int) -> HttpResponse:
    """核对: the server's own rights against the registered ones."""
    source = source_for(request.user, source_id)
    names = list(source.tables.filter(gone_at__isnull=True).values_list("name", flat=True))
    try:
        found = audit_rights(source_id, by=actor_of(request.user), now=wall_clock())
    except StewardError as error:
        messages.error(request, error.message)
        return redirect("sources:rights", source_id)
    return _show(request, source, RightForm(tables=names), found=found)


@require_POST
@page(CHANGE)
def revoke(request: HttpRequest, right_id: int) -> HttpResponse:
    """收回 on the server, with a reason."""
    row = FrontEndRight.objects.filter(pk=right_id, source__in=sources_for(request.user)).first()
    if row is None:
        raise NotFoundError("没有这项权限")
    reason = request.POST.get("reason", "")
    try:
        revoke_right(right_id, reason=reason, by=actor_of(request.user), now=wall_clock())
    except StewardError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, "已在前置库收回")
    return redirect("sources:rights", row.source_id)
