import tempfile
from pathlib import Path
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from steward.core.evidence.models import EvidenceRecord, Grade, Seal, SealedLeaf
from steward.core.evidence.queries import export_bundle, verify_stored
from steward.core.evidence.records import hash_of, written
from steward.core.ui.api import page, render_page
from steward.kernel.instants import local_date, now
from steward.kernel.subjects import Subject

PAGE_SIZE = 50
FILTERS = ("contract", "kind", "grade", "subject_kind", "subject_key")


@page("evidence.record.view")
def record_list(request: HttpRequest) -> HttpResponse:
    """Evidence, newest first; every figure elsewhere links here with its filter."""
    chosen = {name: request.GET[name] for name in FILTERS if request.GET.get(name)}
    rows = EvidenceRecord.objects.filter(**chosen).order_by("-id")
    before = request.GET.get("before", "")
    if before.isdigit():
        rows = rows.filter(id__lt=int(before))
    shown = list(rows[: PAGE_SIZE + 1])
    context: dict[str, Any] = {
        "records": shown[:PAGE_SIZE],
        "older": shown[PAGE_SIZE - 1].pk if len(shown) > PAGE_SIZE else None,
        "chosen": chosen,
        "grades": Grade.choices,
        "contracts": Seal.objects.order_by("contract")
        .values_list("contract", flat=True)
        .distinct(),
    }
    return render_page(request, "evidence/list.html", context, title="证据")


@page("evidence.record.view")
def detail(request: HttpRequest, record_id: int) -> HttpResponse:
    """One piece of evidence: what it says, its hash recomputed now, and its seal."""
    record = get_object_or_404(EvidenceRecord, pk=record_id)
    leaf = SealedLeaf.objects.filter(evidence=record).select_related("seal").first()
    context = {
        "record": record,
        "subject": Subject(record.subject_kind, record.subject_key, record.subject_label),
        "agrees": hash_of(written(record)) == record.content_hash,
        "leaf": leaf,
    }
    return render_page(request, "evidence/detail.html", context, title=f"证据 {record.pk}")


@page("evidence.record.view")
def seals(request: HttpRequest, contract: str) -> HttpResponse:
    """The chain of seals of a contract; `?check=1` recomputes every one of them now."""
    rows = Seal.objects.filter(contract=contract).order_by("-sequence")
    if not rows.exists():
        raise Http404
    problems = verify_stored(contract) if request.GET.get("check") else None
    context = {
        "contract": contract,
        "page": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page")),
        "problems": problems,
    }
    return render_page(request, "evidence/seals.html", context, title="封存")


@page("evidence.record.view")
def bundle(request: HttpRequest, contract: str) -> HttpResponse:  # noqa: ARG001
    """Download the bundle that `steward verify` checks without a database."""
    if not Seal.objects.filter(contract=contract).exists():
        raise Http404
    moment = now()
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "evidence.zip"
        export_bundle(contract, target, now=moment)
        response = HttpResponse(target.read_bytes(), content_type="application/zip")
    name = f"evidence-{contract}-{local_date(moment).isoformat()}.zip"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
