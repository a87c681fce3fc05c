from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from steward.contracts.obligations import api as obligations
from steward.contracts.obligations.choices import GRADES, Decision, ProofState, Side, Status
from steward.contracts.obligations.models import Occurrence, Proof
from steward.contracts.obligations.pages.forms import (
    DecisionForm,
    ProofForm,
    ReasonForm,
    WaiverForm,
)
from steward.contracts.obligations.pages.frame import (
    CONFIRM,
    SUBMIT,
    may_submit,
    require_side,
    sides_of,
)
from steward.contracts.obligations.pages.working import stored, submit
from steward.contracts.obligations.queries.history import history_of
from steward.contracts.obligations.queries.occurrences import (
    VIEW,
    judged,
    occurrence_for,
    subject_of,
    to_info,
)
from steward.contracts.packs import api as packs
from steward.core.accounts.api import actor_of
from steward.core.files import api as files
from steward.core.ui.api import page, panels_for, render_page
from steward.kernel.errors import StewardError
from steward.kernel.instants import now
from steward.kernel.subjects import Subject


@dataclass(frozen=True, slots=True)
class Shown:
    """A proof with its file and its link, as the page shows it."""

    proof: Proof
    file: files.FileInfo | None
    subject: Subject | None
    grade_words: str
    can_confirm: bool
    can_end: bool


@page(VIEW)
def occurrence(request: HttpRequest, occurrence_id: int) -> HttpResponse:
    """One occurrence: what, why, until when; proofs, history, actions."""
    row = occurrence_for(request.user, occurrence_id)
    return _render(request, row)


def _render(request: HttpRequest, row: Occurrence, **forms: Any) -> HttpResponse:
    at = now()
    row = occurrence_for(request.user, row.pk)
    contract = packs.get(row.contract)
    sides = sides_of(request, "waiver")
    is_open = row.status == Status.OPEN and row.retired_at is None
    waiver = row.waivers.filter(state=Decision.PROPOSED).first()
    proofs = list(row.proofs.all())
    context = {
        "row": row,
        "info": to_info(row, at),
        "duty": row.duty,
        "contract": contract,
        "consequences": _consequences(row),
        "lacking": judged(row).lacking if is_open else "",
        "standing_proofs": [_shown(request, p) for p in proofs if p.state == ProofState.STANDING],
        "ended_proofs": [p for p in proofs if p.state != ProofState.STANDING],
        "waivers": [(w, files.get(w.file_id)) for w in row.waivers.all()],
        "history": history_of(row),
        "proof_form": forms.get("proof_form", ProofForm(initial={"title": row.duty.deliverable})),
        "waiver_form": forms.get("waiver_form", WaiverForm(sides=sides)),
        "can_submit": is_open and row.opens_at <= at and may_submit(request, row) is not None,
        "can_waive": is_open and bool(sides) and waiver is None,
        "to_decide": waiver if waiver and [s for s in sides if s != waiver.side] else None,
        "panels": panels_for(subject_of(row), request),
    }
    status = 422 if forms else 200
    return render_page(
        request, "obligations/occurrence.html", context, title=f"{row.duty.title} · {row.label}",
        status=status,
    )  # fmt: skip


def _shown(request: HttpRequest, proof: Proof) -> Shown:
    subject = Subject(proof.subject_kind, proof.subject_key, proof.subject_label)
    is_client = request.user.has_perm(CONFIRM)
    own = proof.submitted_by_id == request.user.pk
    by_hand = proof.kind in ("upload", "link")
    return Shown(
        proof=proof,
        file=files.get(proof.file_id) if proof.file_id is not None else None,
        subject=subject if subject.kind else None,
        grade_words=GRADES[proof.grade],
        can_confirm=is_client and proof.grade == "D" and by_hand and not own,
        can_end=is_client or request.user.has_perm(SUBMIT),
    )


def _consequences(row: Occurrence) -> list[tuple[str, str, str]]:
    """(kind, title, address) of what the pack names as following from this duty."""
    pack = packs.pack_of(row.contract, row.duty.version)
    home = f"/contracts/{row.contract}/"
    known = {i.id: ("考核指标", i.title, f"{home}indicators/{i.id}/") for i in pack.indicators()}
    known |= {v.id: ("否决项", v.title, f"{home}payable/#vetoes") for v in pack.vetoes}
    known |= {p.id: ("违约", p.title, f"{home}pack/#payment") for p in pack.penalties}
    return [known[code] for code in row.duty.consequences if code in known]


@require_POST
@page(VIEW)
def submit_proof(request: HttpRequest, occurrence_id: int) -> HttpResponse:
    """Put a proof forward; what is wrong is said beside the form."""
    row = occurrence_for(request.user, occurrence_id)
    side = may_submit(request, row)
    if side is None:
        raise Http404
    form = ProofForm(request.POST, request.FILES)
    if not form.is_valid() or not submit(request, row, form, side=side, at=now()):
        return _render(request, row, proof_form=form)
    row.refresh_from_db()
    words = "已履行" if row.status != Status.OPEN else "已提交，待甲方确认后计入"
    messages.success(request, words if row.status != Status.OPEN or row.awaits_client else "已提交")
    return redirect("obligations:occurrence", occurrence_id)


def _proof_of(request: HttpRequest, proof_id: int) -> Proof:
    """A proof of a visible occurrence, or 404."""
    proof = Proof.objects.filter(pk=proof_id).first()
    if proof is None:
        raise Http404
    occurrence_for(request.user, proof.occurrence_id)
    return proof


@require_POST
@page(CONFIRM)
def confirm(request: HttpRequest, proof_id: int) -> HttpResponse:
    """The client confirms a proof."""
    proof = _proof_of(request, proof_id)
    obligations.confirm_proof(proof.pk, by=actor_of(request.user), now=now())
    messages.success(request, "已确认，作为 C 级证据保存")
    return redirect("obligations:occurrence", proof.occurrence_id)


def _end(request: HttpRequest, proof_id: int, *, returned: bool) -> HttpResponse:
    proof = _proof_of(request, proof_id)
    form = ReasonForm(request.POST)
    if form.is_valid():
        obligations.end_proof(
            proof.pk, returned=returned, reason=form.cleaned_data["reason"],
            by=actor_of(request.user), now=now(),
        )  # fmt: skip
        messages.success(request, "已退回" if returned else "已撤回，原记录保留")
    else:
        messages.error(request, "请写明原因")
    return redirect("obligations:occurrence", proof.occurrence_id)


@require_POST
@page(CONFIRM)
def return_proof(request: HttpRequest, proof_id: int) -> HttpResponse:
    """The client returns a proof that does not prove it."""
    return _end(request, proof_id, returned=True)


@require_POST
@page(SUBMIT)
def withdraw(request: HttpRequest, proof_id: int) -> HttpResponse:
    """The supplier takes a wrong proof back."""
    return _end(request, proof_id, returned=False)


@require_POST
@page(VIEW)
def propose_waiver(request: HttpRequest, occurrence_id: int) -> HttpResponse:
    """One side asks to waive an occurrence, with a document."""
    row = occurrence_for(request.user, occurrence_id)
    side = require_side(request, "waiver", request.POST.get("side", ""))
    form = WaiverForm(request.POST, request.FILES, sides=sides_of(request, "waiver"))
    at = now()

    def act() -> None:
        data = form.cleaned_data
        file_id = stored(request, data["file"], at=at)
        assert file_id is not None
        obligations.propose_waiver(
            row.pk, reason=data["reason"], file_id=file_id, side=side,
            by=actor_of(request.user), now=at,
        )  # fmt: skip

    if not form.is_valid() or not _done(form, act):
        return _render(request, row, waiver_form=form)
    messages.success(request, f"已提出豁免，待{Side(side).other.label}确认")
    return redirect("obligations:occurrence", occurrence_id)


def _done(form: Any, act: Callable[[], None]) -> bool:
    """Do it; an expected error stands in the form."""
    try:
        act()
    except StewardError as error:
        form.add_error(None, error.message)
        return False
    return True


@require_POST
@page(VIEW)
def decide_waiver(request: HttpRequest, occurrence_id: int, waiver_id: int) -> HttpResponse:
    """The other side agrees to a waiver or refuses it."""
    row = occurrence_for(request.user, occurrence_id)
    waiver = row.waivers.filter(pk=waiver_id).first()
    if waiver is None:
        raise Http404
    side = require_side(request, "waiver", Side(waiver.side).other.value)
    form = DecisionForm(request.POST)
    if form.is_valid():
        obligations.decide_waiver(
            waiver_id, agree=form.cleaned_data["agree"] == "yes", side=side,
            note=form.cleaned_data["note"], by=actor_of(request.user), now=now(),
        )  # fmt: skip
        messages.success(request, "已记录意见")
    return redirect("obligations:occurrence", occurrence_id)
