from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from steward.core.notify import services
from steward.core.notify.pages.forms import PreferenceForm
from steward.core.notify.queries import enabled_channels, messages_of, preference_of
from steward.core.ui.api import SIGNED_IN, page, render_page, slice_of, tabs_of
from steward.kernel.instants import now


@page(SIGNED_IN)
def message_list(request: HttpRequest) -> HttpResponse:
    """One's own messages, unread first as a tab."""
    mine = messages_of(request.user.pk or 0)
    unread = mine.filter(read_at=None)
    shown = mine if request.GET.get("show") == "all" else unread
    context = {
        "tabs": tabs_of(request, "show", [("", "未读", unread), ("all", "全部", mine)]),
        "slice": slice_of(shown, request),
    }
    return render_page(request, "notify/messages.html", context, title="消息")


@require_POST
@page(SIGNED_IN)
def open_message(request: HttpRequest, message_id: int) -> HttpResponse:
    """Mark one message read and go where it points."""
    row = services.mark_read(message_id, user_id=request.user.pk or 0, now=now())
    if row.url and url_has_allowed_host_and_scheme(row.url, {request.get_host()}):
        return redirect(row.url)
    return redirect("notify:messages")


@require_POST
@page(SIGNED_IN)
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark every message read."""
    found = services.mark_all_read(user_id=request.user.pk or 0, now=now())
    messages.success(request, f"已将 {found} 条消息标为已读")
    return redirect("notify:messages")


@page(SIGNED_IN)
def preferences(request: HttpRequest) -> HttpResponse:
    """How this person wants to be told."""
    user_id = request.user.pk or 0
    form = PreferenceForm(request.POST or None, preference_of(user_id), enabled_channels())
    if form.is_valid():
        try:
            services.set_preference(
                user_id,
                form.chosen,
                from_time=form.cleaned_data["from_time"],
                until_time=form.cleaned_data["until_time"],
            )
        except services.InvalidPreferenceError as error:
            form.add_error("until_time", error.message)
        else:
            messages.success(request, "通知偏好已保存")
            return redirect("notify:preferences")
    return render_page(request, "notify/preferences.html", {"form": form}, title="通知偏好")
