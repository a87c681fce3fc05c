from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from steward.core.accounts.api import actor_of
from steward.core.audit import api as audit
from steward.core.ui.api import page, render_page
from steward.data.quality import irs
from steward.data.quality.choices import OrderState
from steward.data.quality.models import ORDER_KIND
from steward.data.quality.pages.forms import AnswersForm
from steward.data.quality.pages.home import stamp
from steward.data.quality.queries import orders_for
from steward.kernel.errors import StewardError
from steward.kernel.instants import now as wall_clock
from steward.kernel.subjects import Subject

EXCHANGE, PRIVATE = "quality.irs.exchange", "quality.rows.view_private"


@page(EXCHANGE)
def irs_page(request: HttpRequest) -> HttpResponse:
    """IRS 对接: what goes out, what comes back, in which form."""
    rows = orders_for(request.user).filter(state=OrderState.OPEN)
    context = {
        "open": rows.count(),
        "form": AnswersForm(),
        "order_columns": irs.ORDER,
        "answer_columns": irs.ANSWER,
        "answers": irs.ANSWERS,
        "sheet": irs.SHEET,
    }
    return render_page(request, "quality/irs.html", context, title="IRS 对接")


@page(EXCHANGE)
def irs_export(request: HttpRequest) -> HttpResponse:
    """导出: open orders with their problem data, on record."""
    orders = list(orders_for(request.user).filter(state=OrderState.OPEN)[:500])
    content, rows = irs.export_orders(orders, unmasked=request.user.has_perm(PRIVATE))
    audit.record("quality.irs.exported", Subject(ORDER_KIND, "0", "IRS"),
                 by=actor_of(request.user), now=wall_clock(),
                 after={"orders": len(orders), "rows": rows})  # fmt: skip
    answer = HttpResponse(content, content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="irs-{stamp()}.zip"'
    return answer


@require_POST
@page(EXCHANGE)
def irs_answers(request: HttpRequest) -> HttpResponse:
    """导入答复: each refused line is named, the others are taken."""
    form = AnswersForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, "请选择答复文件")
        return redirect("quality:irs")
    visible = {order.number: order for order in orders_for(request.user)}
    try:
        found = irs.take_answers(
            form.cleaned_data["file"].read(), visible, by=actor_of(request.user), now=wall_clock()
        )
    except StewardError as error:
        messages.error(request, error.message)
        return redirect("quality:irs")
    for words in found.problems[:50]:
        messages.error(request, words)
    messages.success(request, f"采纳 {found.answered} 条答复，{found.rechecks} 张表开始复查")
    return redirect("quality:irs")
