from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from steward.contracts.assessment import api as assessment
from steward.contracts.assessment.pages.dealing import attempt
from steward.contracts.assessment.pages.forms import ConditionForm, PaymentForm
from steward.contracts.assessment.pages.frame import VIEW, asked
from steward.contracts.assessment.pages.sides import SIDES, offers_for, side_of, sides_of
from steward.contracts.packs import api as packs
from steward.core.accounts.api import actor_of
from steward.core.ui.api import page, render_page
from steward.kernel.instants import now


@page(VIEW)
def payable(request: HttpRequest, code: str) -> HttpResponse:
    """How the payable amount comes about, step by step, each figure a link to what made it."""
    known = asked(request, code)
    title = f"{known.contract.title} · 应付金额"
    return render_page(request, "assessment/payable.html", known.context(), title=title)


@page(VIEW)
def accounts(request: HttpRequest, code: str) -> HttpResponse:
    """Stages, payments, conditions, breaches and exclusions of a contract, and what is to do."""
    contract = packs.contract_for(request.user, code, VIEW)
    at = now()
    sheet = assessment.draft_sheet(code, as_of=at, now=at)
    pack = assessment.pack_now(code, at)
    payments = assessment.payments(code, as_of=at)
    sides = sides_of(request, code)
    titles = {stage.id: stage.title for stage in pack.payment.stages}
    context = {
        "contract": contract,
        "tab": "accounts",
        "sheet": sheet,
        "payments": [
            (row, titles.get(row.stage, row.stage), offers_for(request, "payment", row.proposal, sides=sides))
            for row in payments
        ],
        "facts": [(row, titles.get(row.stage, row.stage))
                  for row in assessment.stage_facts(code, as_of=at)],
        "sides": sides,
        "has_penalties": bool(pack.penalties),
    }  # fmt: skip
    title = f"{contract.title} · 付款与违约"
    return render_page(request, "assessment/accounts.html", context, title=title)


@page(VIEW)
def new_payment(request: HttpRequest, code: str) -> HttpResponse:
    """Put a payment on record; the other side confirms it."""
    contract = packs.contract_for(request.user, code, VIEW)
    side = side_of(request, code)
    pack = assessment.pack_now(code, now())
    chosen = {"stage": request.GET.get("stage", "")}
    form = PaymentForm(pack, request.POST or None, initial=chosen)
    if request.method == "POST" and form.is_valid():
        made = attempt(form, lambda: _pay(request, code, side=side, given=form.cleaned_data))
        if made is not None:
            messages.success(request, "付款已登记，待对方确认")
            return redirect("assessment:accounts", code=code)
    context = {"contract": contract, "form": form, "side": side, "side_label": SIDES[side],
               "heading": "登记付款", "hint": "对方确认后才算已付；凭证号不能重复。"}  # fmt: skip
    return render_page(request, "assessment/record_form.html", context, title="登记付款")


def _pay(request: HttpRequest, code: str, *, side: str, given: dict[str, Any]) -> int:
    new = assessment.NewPayment(
        contract=code,
        stage=given["stage"],
        day=given["day"],
        amount=given["amount"],
        voucher=given["voucher"],
        note=given["note"],
    )
    return assessment.record_payment(new, side=side, by=actor_of(request.user), now=now())


@page("assessment.side.client")
def new_condition(request: HttpRequest, code: str) -> HttpResponse:
    """Record that a condition of a stage is fulfilled: invoice, confirmation, funds."""
    contract = packs.contract_for(request.user, code, VIEW)
    pack = assessment.pack_now(code, now())
    form = ConditionForm(pack, request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = attempt(form, lambda: _fulfil(request, code, form.cleaned_data))
        if made is not None:
            messages.success(request, "付款条件已登记")
            return redirect("assessment:accounts", code=code)
    context = {"contract": contract, "form": form, "side": "client", "side_label": "甲方",
               "heading": "登记付款条件",
               "hint": "收票、确认工作量、验收、资金到位；付款期限从最后一个条件满足之日起算。"}  # fmt: skip
    return render_page(request, "assessment/record_form.html", context, title="登记付款条件")


def _fulfil(request: HttpRequest, code: str, given: dict[str, Any]) -> int:
    stage, _, need = given["what"].partition("/")
    new = assessment.NewStageFact(
        contract=code,
        stage=stage,
        need=need,
        day=given["day"],
        reference=given["reference"],
        note=given["note"],
    )
    return assessment.record_stage_fact(new, side="client", by=actor_of(request.user), now=now())


@page(VIEW)
def draft_sheet(request: HttpRequest, code: str) -> HttpResponse:
    """The settlement sheet as it would be today, and what stands in its way."""
    contract = packs.contract_for(request.user, code, VIEW)
    at = now()
    context = {
        "contract": contract,
        "sheet": assessment.draft_sheet(code, as_of=at, now=at),
        "ended": at >= contract.end,
        "settled": next((r for r in assessment.settlements(code) if r.kind == "settled"), None),
        "may_settle": request.user.has_perm("assessment.period.settle"),
    }
    title = f"{contract.title} · 结算单（预览）"
    return render_page(request, "assessment/sheet.html", context, title=title)


@page(VIEW)
def kept_sheet(request: HttpRequest, code: str, snapshot_id: int) -> HttpResponse:
    """A kept settlement sheet exactly as it was; a correction with what it changed."""
    contract = packs.contract_for(request.user, code, VIEW)
    sheet = assessment.settlement_sheet(code, snapshot_id)
    info = next(row for row in assessment.settlements(code) if row.id == snapshot_id)
    shifts = []
    if info.corrects_id is not None:
        shifts = assessment.sheet_shifts(assessment.settlement_sheet(code, info.corrects_id), sheet)
    context = {
        "contract": contract,
        "sheet": sheet,
        "info": info,
        "shifts": shifts,
        "digest": sheet.digest(),
        "later": [row for row in assessment.payments(code, as_of=now())
                  if row.proposal.at > sheet.as_of],
    }  # fmt: skip
    title = f"{contract.title} · 结算单"
    return render_page(request, "assessment/sheet.html", context, title=title)
