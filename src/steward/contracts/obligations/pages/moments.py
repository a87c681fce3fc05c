from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from steward.contracts.obligations import api as obligations
from steward.contracts.obligations.choices import Decision, MomentKind, Side
from steward.contracts.obligations.models import Moment, Occurrence
from steward.contracts.obligations.pages.forms import DecisionForm, MomentForm, ReasonForm
from steward.contracts.obligations.pages.frame import require_side, sides_of, titles
from steward.contracts.obligations.queries.moments import moment_for, moments_visible_to
from steward.contracts.obligations.queries.occurrences import VIEW, OccurrenceInfo, to_info
from steward.contracts.packs import api as packs
from steward.core.accounts.api import actor_of
from steward.core.ui.api import page, render_page, slice_of
from steward.kernel.errors import StewardError
from steward.kernel.instants import now


@page(VIEW)
def moments(request: HttpRequest) -> HttpResponse:
    """Guard periods: to confirm, coming, over; and the form to register one."""
    sides = sides_of(request, "moment")
    form = MomentForm(request.POST or None, sides=sides, contracts=list(titles(request).items()))
    if request.method == "POST":
        if not sides:
            raise Http404
        if form.is_valid() and _register(request, form):
            return redirect("obligations:moments")
    at = now()
    shown = slice_of(moments_visible_to(request.user), request, size=30)
    context = {
        "form": form,
        "sides": sides,
        "rows": _rows(shown.rows, sides, at=at),
        "slice": shown,
        "titles": titles(request),
        "at": at,
    }
    status = 422 if form.errors else 200
    return render_page(
        request, "obligations/moments.html", context, title="重要时刻", status=status
    )


def _rows(found: list[Moment], sides: list[Side], *, at: Any) -> list[dict[str, Any]]:
    """Each moment with its duties and what this person may do about it."""
    duties: dict[int, list[OccurrenceInfo]] = {}
    linked = Occurrence.objects.filter(moment__in=found, retired_at__isnull=True)
    for row in linked.select_related("duty"):
        assert row.moment_id is not None
        duties.setdefault(row.moment_id, []).append(to_info(row, at))
    return [
        {
            "moment": moment,
            "duties": duties.get(moment.pk, []),
            "to_decide": moment.state == Decision.PROPOSED
            and any(side != moment.side for side in sides),
            "can_cancel": bool(sides)
            and (
                (moment.state == Decision.PROPOSED and moment.side in sides)
                or (moment.state == Decision.AGREED and moment.starts_at > at)
            ),
            "is_running": moment.starts_at <= at < moment.ends_at,
        }
        for moment in found
    ]


def _register(request: HttpRequest, form: MomentForm) -> bool:
    data = form.cleaned_data
    side = Side(data["side"])
    new = obligations.NewMoment(
        contract=data["contract"],
        title=data["title"],
        kind=MomentKind(data["kind"]),
        starts_at=data["starts_at"],
        ends_at=data["ends_at"],
        note=data["note"],
    )
    try:
        packs.contract_for(request.user, new.contract, VIEW)
        obligations.register_moment(new, side=side, by=actor_of(request.user), now=now())
    except StewardError as error:
        form.add_error(None, error.message)
        return False
    messages.success(request, f"已登记，待{side.other.label}确认")
    return True


@require_POST
@page(VIEW)
def decide(request: HttpRequest, moment_id: int) -> HttpResponse:
    """The other side agrees to a moment or refuses it."""
    row = moment_for(request.user, moment_id)
    side = require_side(request, "moment", Side(row.side).other.value)
    form = DecisionForm(request.POST)
    if form.is_valid():
        laid = obligations.decide_moment(
            moment_id, agree=form.cleaned_data["agree"] == "yes", side=side,
            note=form.cleaned_data["note"], by=actor_of(request.user), now=now(),
        )  # fmt: skip
        words = f"，排出 {laid.added} 项义务" if laid is not None else ""
        messages.success(request, f"已记录意见{words}")
    return redirect("obligations:moments")


@require_POST
@page(VIEW)
def cancel(request: HttpRequest, moment_id: int) -> HttpResponse:
    """A moment does not take place."""
    row = moment_for(request.user, moment_id)
    require_side(request, "moment")
    form = ReasonForm(request.POST)
    if form.is_valid():
        obligations.cancel_moment(
            row.pk, reason=form.cleaned_data["reason"], by=actor_of(request.user), now=now()
        )
        messages.success(request, "已取消")
    else:
        messages.error(request, "请写明取消的原因")
    return redirect("obligations:moments")
