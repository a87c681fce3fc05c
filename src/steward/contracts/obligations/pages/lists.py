from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from steward.contracts.obligations.choices import Side
from steward.contracts.obligations.errors import ProofInvalidError
from steward.contracts.obligations.models import Occurrence
from steward.contracts.obligations.pages.forms import BatchForm
from steward.contracts.obligations.pages.frame import (
    SUBMIT,
    chooser,
    may_submit,
    narrowed,
    standing_rows,
    tabs,
    titles,
)
from steward.contracts.obligations.pages.working import submit_many
from steward.contracts.obligations.queries.occurrences import VIEW, infos, visible_to
from steward.core.ui.api import page, render_page, slice_of
from steward.kernel.instants import now

MOST_AT_ONCE = 62
_NARROWING = ("since", "until", "from", "to", "shown_from", "shown_to", "proof", "side")


@page(VIEW)
def duties(request: HttpRequest) -> HttpResponse:
    """Occurrences by standing, soonest first; what is over, newest first."""
    at = now()
    rows = narrowed(request)
    standing = request.GET.get("standing", "")
    over = standing in ("done", "late", "waived", "all")
    ordered = standing_rows(rows, standing, at).order_by(
        *(("-due_at", "-id") if over else ("due_at", "id"))
    )
    shown = slice_of(ordered, request)
    context = {
        "tabs": tabs(request, rows, at),
        "choose": chooser(request),
        "slice": shown,
        "rows": infos(shown.rows, at),
        "titles": titles(request),
        "may_submit": request.user.has_perm(SUBMIT),
        "is_narrowed": any(request.GET.get(name) for name in _NARROWING),
    }
    return render_page(request, "obligations/list.html", context, title="合同义务")


@page(SUBMIT)
def batch(request: HttpRequest) -> HttpResponse:
    """One proof for several occurrences of a duty, such as a month's sheet of daily records."""
    at = now()
    rows = _chosen(request)
    form = BatchForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid() and submit_many(request, rows, form, at=at):
        return redirect(f"/obligations/?contract={rows[0].contract}&duty={rows[0].code}&daily=1")
    context = {"form": form, "rows": infos(rows, at)}
    return render_page(request, "obligations/batch.html", context, title="一并提交证明")


def _chosen(request: HttpRequest) -> list[Occurrence]:
    """The ticked occurrences: visible, open, the supplier's; at most two months of days."""
    ids = [int(text) for text in request.GET.getlist("id") if text.isdecimal() and len(text) < 18]
    rows = list(visible_to(request.user).filter(pk__in=ids[:MOST_AT_ONCE]).order_by("due_at", "id"))
    rows = [row for row in rows if may_submit(request, row) in (Side.SUPPLIER, Side.CLIENT)]
    if not rows or len({(row.contract, row.code) for row in rows}) > 1:
        raise ProofInvalidError("请在义务列表里勾选同一项义务的若干期，再一并提交证明")
    return rows
