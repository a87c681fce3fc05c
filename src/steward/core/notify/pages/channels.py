from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from steward.core.accounts.api import actor_of
from steward.core.notify import services
from steward.core.notify.choices import DeliveryStatus
from steward.core.notify.models import ChannelConfig
from steward.core.notify.pages.forms import ChannelForm
from steward.core.notify.queries import deliveries_in
from steward.core.notify.registry import CHANNELS
from steward.core.ui.api import page, render_page, slice_of, tabs_of
from steward.kernel.instants import local, now

PERMISSION = "notify.channel.change"


@page(PERMISSION)
def channel_list(request: HttpRequest) -> HttpResponse:
    """Every channel and whether it is in use."""
    stored = {row.code: row for row in ChannelConfig.objects.all()}
    rows = [(kind, stored.get(kind.code)) for kind in CHANNELS if kind.is_external]
    context = {
        "rows": rows,
        "failed": deliveries_in(DeliveryStatus.FAILED)[:100].count(),
    }
    return render_page(request, "notify/channels.html", context, title="通知渠道")


@page(PERMISSION)
def channel(request: HttpRequest, code: str) -> HttpResponse:
    """The settings of one channel."""
    kind = CHANNELS.get(code)
    row = ChannelConfig.objects.filter(code=code).first()
    form = ChannelForm(
        request.POST or None, kind, row.values if row else {}, enabled=bool(row and row.is_enabled)
    )
    if form.is_valid():
        try:
            services.configure_channel(
                code,
                form.cleaned_data,
                is_enabled=form.cleaned_data["is_enabled"],
                by=actor_of(request.user),
                now=now(),
            )
        except services.InvalidPreferenceError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, f"“{kind.label}”的设置已保存")
            return redirect("notify:channel", code=code)
    context = {"kind": kind, "form": form, "row": row}
    return render_page(request, "notify/channel.html", context, title=kind.label)


@require_POST
@page(PERMISSION)
def try_channel(request: HttpRequest, code: str) -> HttpResponse:
    """Send a test notice to oneself through the stored settings."""
    kind = CHANNELS.get(code)
    at = local(now())
    services.send_test(code, user_id=request.user.pk or 0, title=f"测试通知 {at:%H:%M:%S}", now=at)
    messages.success(request, f"测试通知已交给“{kind.label}”，结果见发送记录")
    return redirect("notify:deliveries")


@page(PERMISSION)
def deliveries(request: HttpRequest) -> HttpResponse:
    """What was sent outside the platform, by state."""
    status = request.GET.get("status", "")
    known = status if status in DeliveryStatus.values else ""
    choices = [(value, label, deliveries_in(value)) for value, label in DeliveryStatus.choices]
    context = {
        "tabs": tabs_of(request, "status", [("", "全部", deliveries_in("")), *choices]),
        "slice": slice_of(deliveries_in(known), request),
    }
    return render_page(request, "notify/deliveries.html", context, title="通知发送记录")


@require_POST
@page(PERMISSION)
def retry(request: HttpRequest, delivery_id: int) -> HttpResponse:
    """Queue a failed delivery again."""
    services.retry_delivery(delivery_id, now=now())
    messages.success(request, "已重新发送，稍后刷新查看结果")
    return redirect("notify:deliveries")
