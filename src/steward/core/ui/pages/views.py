from django.http import HttpRequest, HttpResponse

from steward.core.ui.api import SIGNED_IN, home_blocks, page, render_page
from steward.kernel.instants import local, now


@page(SIGNED_IN)
def home(request: HttpRequest) -> HttpResponse:
    """今天: what is due for this person, box by box."""
    context = {"blocks": home_blocks(request), "today": local(now())}
    return render_page(request, "ui/home.html", context, title="今天")
