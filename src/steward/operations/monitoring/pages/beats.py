from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from steward.core.ui.api import PUBLIC, page
from steward.kernel.instants import now
from steward.operations.monitoring.api import take_beat


@csrf_exempt
@page(PUBLIC)
def beat(request: HttpRequest, token: str) -> HttpResponse:
    """A monitored task calls in; an unknown address answers 404 like any other."""
    if request.method not in ("GET", "POST", "HEAD"):
        return HttpResponse(status=405, headers={"Allow": "GET, HEAD, POST"})
    if not take_beat(token, now=now()):
        return HttpResponse(
            "没有这个报到地址\n", status=404, content_type="text/plain; charset=utf-8"
        )
    return HttpResponse("收到\n", content_type="text/plain; charset=utf-8")
