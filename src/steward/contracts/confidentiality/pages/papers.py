"""Agreements and the hand-back list."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from steward.contracts.confidentiality import api as confidentiality
from steward.contracts.confidentiality.models import Agreement, HandbackItem
from steward.contracts.confidentiality.pages.forms import (
    AgreementForm,
    EndForm,
    ItemForm,
    SettleForm,
)
from steward.contracts.confidentiality.pages.frame import (
    AGREEMENTS,
    CONFIRM,
    HANDBACK,
    MANAGE,
    REGISTER,
    SETTLE,
    contract_of,
    rights,
)
from steward.contracts.confidentiality.queries.agreements import (
    ending_soon,
    in_force,
    rows_of,
    terms_on,
)
from steward.contracts.confidentiality.queries.handback import items_of, open_of, waiting_of
from steward.contracts.staffing import api as staffing
from steward.core.accounts.api import actor_of
from steward.core.files import api as files
from steward.core.ui.api import page, render_page, slice_of, tabs_of
from steward.kernel.actors import Actor
from steward.kernel.errors import NotFoundError, StewardError
from steward.kernel.instants import local_date
from steward.kernel.instants import now as wall_clock


@page(AGREEMENTS)
def agreements(request: HttpRequest, code: str) -> HttpResponse:
    """保密协议: in force, ending soon, over; and who has none."""
    contract = contract_of(request, code, AGREEMENTS)
    now = wall_clock()
    today = local_date(now)
    rows = rows_of(code)
    choices: list[tuple[str, str, QuerySet[Any]]] = [
        ("", "有效", rows.filter(in_force(today))),
        ("soon", "即将到期", ending_soon(code, at=now)),
        ("over", "已失效", rows.exclude(in_force(today))),
    ]
    wanted = request.GET.get("show", "")
    shown = next((found for value, _, found in choices if value == wanted), choices[0][2])
    context = {
        "contract": contract,
        "tab": "agreements",
        "tabs": tabs_of(request, "show", choices),
        "slice": slice_of(shown, request),
        "missing": confidentiality.without_agreement(code, at=now),
        "terms": terms_on(code, at=now),
        "today": today,
        **rights(request.user, code),
    }
    return render_page(request, "confidentiality/agreements.html", context, title="保密协议")


@page(MANAGE)
def new_agreement(request: HttpRequest, code: str) -> HttpResponse:
    """登记保密协议 with its file."""
    contract = contract_of(request, code, MANAGE)
    now = wall_clock()
    team = staffing.team_of(code, now)
    initial = {"member": request.GET.get("member", ""), "signed_date": local_date(now)}
    form = AgreementForm(request.POST or None, request.FILES or None, team=team, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            _file(code, form.cleaned_data, by=actor_of(request.user), now=now)
        except StewardError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, "已登记")
            return redirect("confidentiality:agreements", code)
    context = {"contract": contract, "tab": "agreements", "form": form, "title": "登记保密协议"}
    return render_page(request, "confidentiality/paper_form.html", context, title="登记保密协议")


def _file(code: str, given: dict[str, Any], *, by: Actor, now: datetime) -> None:
    stored = files.store(given["file"].file, given["file"].name, by=by, now=now)
    new = confidentiality.NewAgreement(
        contract=code,
        member_id=int(given["member"]),
        signed_date=given["signed_date"],
        valid_until=given["valid_until"],
        file_id=stored.id,
    )
    confidentiality.file_agreement(new, by=by, now=now)


@page(MANAGE)
def end_agreement(request: HttpRequest, code: str, agreement_id: int) -> HttpResponse:
    """An agreement ends before its time."""
    contract = contract_of(request, code, MANAGE)
    row = Agreement.objects.filter(pk=agreement_id, contract=code).select_related("member").first()
    if row is None:
        raise NotFoundError("没有这份保密协议")
    now = wall_clock()
    form = EndForm(request.POST or None, initial={"ended_date": local_date(now)})
    if request.method == "POST" and form.is_valid():
        try:
            confidentiality.end_agreement(
                row.pk, **form.cleaned_data, by=actor_of(request.user), now=now
            )
        except StewardError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, "已终止；不再有协议覆盖的授权已撤销")
            return redirect("confidentiality:agreements", code)
    words = f"终止{row.member.name}的保密协议"
    context = {"contract": contract, "tab": "agreements", "form": form, "title": words}
    return render_page(request, "confidentiality/paper_form.html", context, title=words)


@page(HANDBACK)
def handback(request: HttpRequest, code: str) -> HttpResponse:
    """移交清单: what the supplier holds, what waits for the client, what is done."""
    return _show(request, code)


def _show(request: HttpRequest, code: str, *, error: StewardError | None = None) -> HttpResponse:
    contract = contract_of(request, code, HANDBACK)
    now = wall_clock()
    rows = items_of(code)
    choices: list[tuple[str, str, QuerySet[Any]]] = [
        ("", "全部", rows),
        ("held", "在乙方", open_of(code).filter(state="held")),
        ("waiting", "待甲方确认", waiting_of(code)),
        ("done", "已办结", rows.exclude(confirmed_at=None)),
    ]
    wanted = request.GET.get("show", "")
    shown = next((found for value, _, found in choices if value == wanted), choices[0][2])
    context = {
        "contract": contract,
        "tab": "handback",
        "tabs": tabs_of(request, "show", choices),
        "slice": slice_of(shown, request),
        "list": confidentiality.handback(code),
        "terms": terms_on(code, at=now),
        "settle": SettleForm(),
        "error": error,
        **rights(request.user, code),
    }
    status = error.status if error else 200
    return render_page(
        request, "confidentiality/handback.html", context, title="移交清单", status=status
    )


@page(REGISTER)
def new_item(request: HttpRequest, code: str) -> HttpResponse:
    """登记移交给乙方的事项."""
    contract = contract_of(request, code, REGISTER)
    now = wall_clock()
    form = ItemForm(
        request.POST or None,
        team=staffing.team_of(code, now),
        initial={"given_date": local_date(now)},
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        holder = given.pop("holder")
        new = confidentiality.NewItem(
            contract=code, holder_id=int(holder) if holder else None, **given
        )
        try:
            confidentiality.register_item(new, by=actor_of(request.user), now=now)
        except StewardError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, "已登记")
            return redirect("confidentiality:handback", code)
    context = {"contract": contract, "tab": "handback", "form": form, "title": "登记移交事项"}
    return render_page(request, "confidentiality/paper_form.html", context, title="登记移交事项")


def _item(code: str, item_id: int) -> HandbackItem:
    row = items_of(code).filter(pk=item_id).first()
    if row is None:
        raise NotFoundError("没有这项移交事项")
    return row


@page(SETTLE)
def settle(request: HttpRequest, code: str, item_id: int) -> HttpResponse:
    """乙方归还或销毁一项."""
    contract_of(request, code, SETTLE)
    row = _item(code, item_id)
    if request.method != "POST":
        return redirect("confidentiality:handback", code)
    form = SettleForm(request.POST, request.FILES)
    if not form.is_valid():
        words = "；".join(str(text) for texts in form.errors.values() for text in texts)
        return _show(request, code, error=confidentiality.InvalidConfidentialityError(words))
    try:
        _settle(row, form.cleaned_data, by=actor_of(request.user), now=wall_clock())
    except StewardError as error:
        return _show(request, code, error=error)
    messages.success(request, "已登记，等待甲方确认")
    return redirect("confidentiality:handback", code)


def _settle(row: HandbackItem, given: dict[str, Any], *, by: Actor, now: datetime) -> None:
    proof = given["proof"]
    stored = files.store(proof.file, proof.name, by=by, now=now) if proof else None
    confidentiality.settle_item(
        row.pk,
        to=given["to"],
        note=given["note"],
        proof_id=stored.id if stored else None,
        by=by,
        now=now,
    )


@page(CONFIRM)
def confirm(request: HttpRequest, code: str, item_id: int) -> HttpResponse:
    """甲方确认或退回一项."""
    contract_of(request, code, CONFIRM)
    row = _item(code, item_id)
    if request.method == "POST":
        try:
            confidentiality.confirm_item(
                row.pk,
                accept=request.POST.get("verdict") == "accept",
                reason=request.POST.get("reason", ""),
                by=actor_of(request.user),
                now=wall_clock(),
            )
        except StewardError as error:
            return _show(request, code, error=error)
        messages.success(request, "已记录")
    return redirect("confidentiality:handback", code)


@page(HANDBACK)
def sign(request: HttpRequest, code: str, side: str) -> HttpResponse:
    """签认清单 for one's own side."""
    contract_of(request, code, CONFIRM if side == "client" else SETTLE)
    if request.method == "POST":
        try:
            confidentiality.sign_handback(
                code, side=side, by=actor_of(request.user), now=wall_clock()
            )
        except StewardError as error:
            return _show(request, code, error=error)
        messages.success(request, "已签认")
    return redirect("confidentiality:handback", code)
