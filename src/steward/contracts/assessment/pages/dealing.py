"""Pages of breaches and exclusions: put on record, read, answer."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from steward.contracts.assessment import api as assessment
from steward.contracts.assessment.pages.forms import BreachForm, CourseForm, ExclusionForm
from steward.contracts.assessment.pages.frame import VIEW
from steward.contracts.assessment.pages.sides import (
    SIDES,
    offers_for,
    side_of,
    sides_of,
)
from steward.contracts.packs import api as packs
from steward.core.accounts.api import actor_of
from steward.core.files import api as files
from steward.core.ui.api import page, render_page
from steward.desk.tickets import api as desk
from steward.kernel.errors import StewardError
from steward.kernel.instants import now


def attempt(form: forms.Form, act: Callable[[], int]) -> int | None:
    """Do it, or say beside the form why not."""
    try:
        return act()
    except StewardError as error:
        form.add_error(None, error.message)
        return None


def _stored(request: HttpRequest) -> list[int]:
    upload: Any = request.FILES.get("document")
    if upload is None:
        return []
    at = now()
    return [files.store(upload, upload.name or "依据", by=actor_of(request.user), now=at).id]


@page(VIEW)
def new_breach(request: HttpRequest, code: str) -> HttpResponse:
    """Put a breach of either side on record."""
    contract = packs.contract_for(request.user, code, VIEW)
    side = side_of(request, code)
    pack = assessment.pack_now(code, now())
    chosen = {"penalty": request.GET.get("penalty", ""), "stage": request.GET.get("stage", "")}
    form = BreachForm(pack, request.POST or None, request.FILES or None, initial=chosen)
    if request.method == "POST" and form.is_valid():
        made = attempt(
            form, lambda: _propose_breach(request, code, side=side, given=form.cleaned_data)
        )
        if made is not None:
            messages.success(request, "已登记，待对方确认")
            return redirect("assessment:breach", code=code, case_id=made)
    context = {
        "contract": contract,
        "form": form,
        "side": side,
        "side_label": SIDES[side],
        "penalties": pack.penalties,
    }
    return render_page(request, "assessment/breach_form.html", context, title="登记违约事项")


def _propose_breach(request: HttpRequest, code: str, *, side: str, given: dict[str, Any]) -> int:
    new = assessment.NewBreach(
        contract=code,
        penalty=given["penalty"],
        what=given["what"],
        occurred=given["occurred"],
        noticed=given["noticed"],
        base=given["base"],
        stage=given["stage"],
        links=_ticket_links(given["tickets"]),
        file_ids=_stored(request),
    )
    return assessment.propose_breach(new, side=side, by=actor_of(request.user), now=now())


def _ticket_links(text: str) -> list[dict[str, str]]:
    """The tickets named by number; StewardError names one that does not exist."""
    found = []
    for number in text.replace("，", ",").replace("、", ",").split(","):
        if not number.strip():
            continue
        ticket = desk.find_ticket(number.strip())
        if ticket is None:
            raise assessment.ProposalRefusedError(f"没有编号为“{number.strip()}”的工单")
        label = f"{ticket.number} {ticket.title}"
        found.append({"kind": "desk.ticket", "key": str(ticket.id), "label": label})
    return found


@page(VIEW)
def breach(request: HttpRequest, code: str, case_id: int) -> HttpResponse:
    """One breach: what happened, what it comes to and why, what both sides said."""
    return _show_breach(request, code, case_id)


def _show_breach(
    request: HttpRequest, code: str, case_id: int, *, form: CourseForm | None = None
) -> HttpResponse:
    contract = packs.contract_for(request.user, code, VIEW)
    at = now()
    case = assessment.breach(code, case_id, as_of=at)
    pack = assessment.pack_now(code, at)
    penalty = next((p for p in pack.penalties if p.id == case.penalty), None)
    sheet = assessment.draft_sheet(code, as_of=at, now=at)
    lines = (line for line in sheet.penalties if line.case_id == case_id)
    sides = sides_of(request, code)
    may_tell = penalty is not None and penalty.by_time and bool(sides)
    context = {
        "contract": contract,
        "case": case,
        "penalty": penalty,
        "line": next(lines, None),
        "documents": assessment.documents_of(case.subject),
        "about": "breach",
        "proposal": case.proposal,
        "offers": offers_for(request, "breach", case.proposal, sides=sides),
        "course": (form or CourseForm(penalty)) if may_tell else None,
        "sides": [(side, SIDES[side]) for side in sides],
        "creditor_label": SIDES[case.creditor],
    }
    title = f"违约事项 {case_id}"
    return render_page(request, "assessment/breach.html", context, title=title)


@require_POST
@page(VIEW)
def tell_course(request: HttpRequest, code: str, case_id: int) -> HttpResponse:
    """Record that a breach was put right, or days that do not count."""
    packs.contract_for(request.user, code, VIEW)
    side = side_of(request, code)
    case = assessment.breach(code, case_id, as_of=now())
    pack = assessment.pack_now(code, now())
    penalty = next((p for p in pack.penalties if p.id == case.penalty), None)
    form = CourseForm(penalty, request.POST)
    if form.is_valid():
        given = form.cleaned_data
        new = assessment.NewAnswer(
            about="breach",
            about_id=case_id,
            verdict=given["verdict"],
            reason=given["reason"],
            day=given["day"],
            until=given["until"],
            ground=given["ground"],
        )
        try:
            assessment.respond(code, new, side=side, by=actor_of(request.user), now=now())
        except StewardError as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, "已登记")
            return redirect("assessment:breach", code=code, case_id=case_id)
    return _show_breach(request, code, case_id, form=form)


@page(VIEW)
def new_exclusion(request: HttpRequest, code: str, indicator_id: str) -> HttpResponse:
    """Ask that one event of an indicator does not count, with a document."""
    contract = packs.contract_for(request.user, code, VIEW)
    side = side_of(request, code)
    at = now()
    result = assessment.score(code, as_of=at, now=at)
    node = result.indicator(indicator_id)
    key = request.GET.get("event", "")
    event = next((row for row in node.events if row.key == key), None) if node else None
    if node is None or event is None:
        raise Http404(indicator_id)
    form = ExclusionForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        made = attempt(
            form, lambda: _exclude(request, (code, indicator_id, key), side=side, form=form)
        )
        if made is not None:
            messages.success(request, "已提出，对方确认之前仍计入")
            return redirect("assessment:exclusion", code=code, exclusion_id=made)
    context = {"contract": contract, "form": form, "node": node, "event": event, "side": side,
               "side_label": SIDES[side]}  # fmt: skip
    return render_page(request, "assessment/exclusion_form.html", context, title="申请剔除")


def _exclude(
    request: HttpRequest, place: tuple[str, str, str], *, side: str, form: ExclusionForm
) -> int:
    code, owner, key = place
    new = assessment.NewExclusion(
        contract=code,
        owner=owner,
        event_key=key,
        ground=form.cleaned_data["ground"],
        reason=form.cleaned_data["reason"],
        file_ids=_stored(request),
    )
    return assessment.propose_exclusion(new, side=side, by=actor_of(request.user), now=now())


@page(VIEW)
def exclusion(request: HttpRequest, code: str, exclusion_id: int) -> HttpResponse:
    """One exclusion: the event, the ground, the document, what both sides said."""
    contract = packs.contract_for(request.user, code, VIEW)
    row = assessment.exclusion(code, exclusion_id, as_of=now())
    context = {
        "contract": contract,
        "row": row,
        "documents": assessment.documents_of(row.subject),
        "about": "exclusion",
        "proposal": row.proposal,
        "offers": offers_for(request, "exclusion", row.proposal, sides=sides_of(request, code)),
    }
    title = f"剔除事项 {exclusion_id}"
    return render_page(request, "assessment/exclusion.html", context, title=title)


@require_POST
@page(VIEW)
def answer(request: HttpRequest, code: str, *, about: str, about_id: int) -> HttpResponse:
    """Answer what the other side put on record."""
    packs.contract_for(request.user, code, VIEW)
    side = side_of(request, code)
    new = assessment.NewAnswer(
        about=about,
        about_id=about_id,
        verdict=request.POST.get("verdict", ""),
        reason=request.POST.get("reason", ""),
    )
    try:
        assessment.respond(code, new, side=side, by=actor_of(request.user), now=now())
    except StewardError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, "已记录，并作为证据保存")
    if about == "breach":
        return redirect("assessment:breach", code=code, case_id=about_id)
    if about == "exclusion":
        return redirect("assessment:exclusion", code=code, exclusion_id=about_id)
    owner = request.POST.get("owner", "")
    if about == "entry" and owner:
        return redirect("assessment:indicator", code=code, indicator_id=owner)
    return redirect("assessment:accounts", code=code)


@page(VIEW)
def find_breach(request: HttpRequest, case_id: int) -> HttpResponse:
    """The page of a case known only by its number (links of the audit)."""
    return redirect("assessment:breach", code=_code(request, "breach", case_id), case_id=case_id)


@page(VIEW)
def find_exclusion(request: HttpRequest, exclusion_id: int) -> HttpResponse:
    """The page of an exclusion known only by its number."""
    code = _code(request, "exclusion", exclusion_id)
    return redirect("assessment:exclusion", code=code, exclusion_id=exclusion_id)


def _code(request: HttpRequest, about: str, number: int) -> str:
    code = assessment.contract_of(about, number)
    packs.contract_for(request.user, code, VIEW)
    return code
