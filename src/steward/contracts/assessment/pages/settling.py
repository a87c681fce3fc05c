from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from steward.contracts.assessment import api as assessment
from steward.contracts.assessment.pages.frame import VIEW
from steward.contracts.packs import api as packs
from steward.core.accounts.api import actor_of
from steward.core.ui.api import page, render_page
from steward.kernel.instants import now

SETTLE = "assessment.period.settle"


class CorrectionForm(forms.Form):
    """Why a settled period is scored again."""

    reason = forms.CharField(label="更正原因", max_length=500, widget=forms.Textarea({"rows": 3}))


@require_POST
@page(SETTLE)
def settle(request: HttpRequest, code: str) -> HttpResponse:
    """Freeze the period's score."""
    packs.contract_for(request.user, code, SETTLE)
    snapshot_id = assessment.settle_period(code, by=actor_of(request.user), now=now())
    messages.success(request, "本考核期已结算，结果不再随后来的数据变化")
    return redirect("assessment:settled", code=code, snapshot_id=snapshot_id)


@page(VIEW)
def settled(request: HttpRequest, code: str, snapshot_id: int) -> HttpResponse:
    """A kept result exactly as it was, and, for a correction, what it changed."""
    contract = packs.contract_for(request.user, code, VIEW)
    result = assessment.snapshot_result(code, snapshot_id)
    info = next(row for row in assessment.settlements(code) if row.id == snapshot_id)
    shifts = (
        assessment.shifts_between(code, info.corrects_id, snapshot_id) if info.corrects_id else []
    )
    context = {
        "contract": contract,
        "result": result,
        "info": info,
        "shifts": shifts,
        "unchanged_hash": result.digest() == info.result_hash,
        "form": CorrectionForm(),
    }
    return render_page(request, "assessment/settled.html", context, title=contract.title)


@require_POST
@page(SETTLE)
def correct(request: HttpRequest, code: str, snapshot_id: int) -> HttpResponse:
    """Score a settled period again with later evidence; the settled result stays as it is."""
    packs.contract_for(request.user, code, SETTLE)
    assessment.snapshot_result(code, snapshot_id)
    form = CorrectionForm(request.POST)
    if not form.is_valid():
        messages.error(request, "请写明更正原因")
        return redirect("assessment:settled", code=code, snapshot_id=snapshot_id)
    made = assessment.correct_settlement(
        snapshot_id, reason=form.cleaned_data["reason"], by=actor_of(request.user), now=now()
    )
    return redirect("assessment:settled", code=code, snapshot_id=made)
