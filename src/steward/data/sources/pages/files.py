from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from steward.core.accounts.api import actor_of
from steward.core.ui.api import page, render_page
from steward.data.sources import services
from steward.data.sources.choices import Health
from steward.data.sources.queries import VIEW, source_for
from steward.data.sources.stores import FileInfo, files_of
from steward.data.sources.trust import accept_host_key
from steward.kernel.errors import StewardError
from steward.kernel.instants import now as wall_clock

CHANGE = "sources.source.change"
SHOWN = 500


@page(VIEW)
def files_page(request: HttpRequest, source_id: int) -> HttpResponse:
    """文件: what lies in a place of files now, newest first."""
    source = source_for(request.user, source_id)
    pattern, error = request.GET.get("q", "").strip(), ""
    found: list[FileInfo] = []
    try:
        found = files_of(source, pattern)
    except StewardError as failure:
        error = failure.message
    context = {
        "source": source,
        "files": found[::-1][:SHOWN],
        "total": len(found),
        "shown": SHOWN,
        "bytes": sum(file.size for file in found),
        "q": pattern,
        "error": error,
    }
    return render_page(request, "sources/files.html", context, title=f"{source.name} 的文件")


@require_POST
@page(CHANGE)
def accept_key(request: HttpRequest, source_id: int) -> HttpResponse:
    """认可新的主机密钥, with a reason; then look again."""
    source = source_for(request.user, source_id)
    reason, by = request.POST.get("reason", ""), actor_of(request.user)
    try:
        accept_host_key(source.pk, reason=reason, by=by, now=wall_clock())
    except StewardError as error:
        messages.error(request, error.message)
        return redirect("sources:source", source_id)
    row = services.test_source(source.pk, now=wall_clock())
    if row.health == Health.DOWN:
        messages.error(request, row.health_words)
    else:
        messages.success(request, f"已固定新的主机密钥：{row.health_words}")
    return redirect("sources:source", source_id)
