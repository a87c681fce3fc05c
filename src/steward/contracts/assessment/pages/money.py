from django.http import HttpRequest, HttpResponse

from steward.contracts.assessment.pages.frame import VIEW, asked
from steward.core.ui.api import page, render_page


@page(VIEW)
def payable(request: HttpRequest, code: str) -> HttpResponse:
    """How the payable amount comes about, step by step, each figure a link to what made it."""
    known = asked(request, code)
    title = f"{known.contract.title} · 应付金额"
    return render_page(request, "assessment/payable.html", known.context(), title=title)
