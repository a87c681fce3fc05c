import tempfile
from pathlib import Path

from django import forms
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from steward.contracts.bundle.models import AcceptanceBundle
from steward.contracts.bundle.queries import VIEW, bundle_for
from steward.contracts.bundle.services import path_of
from steward.contracts.packs import api as packs
from steward.core.accounts.api import actor_of
from steward.core.audit import api as audit
from steward.core.evidence import api as evidence
from steward.core.jobs import api as jobs
from steward.core.ui.api import page, render_page, slice_of
from steward.kernel.errors import NotFoundError
from steward.kernel.instants import now as wall_clock

BUILD = "bundle.bundle.build"
LABELS = {
    "packs": "合同包版本", "scores": "得分", "records": "证据", "seals": "封",
    "attachments": "附件", "obligations": "义务", "breaches": "违约", "exclusions": "除外",
    "payments": "付款", "team": "人员", "team-changes": "人员变更", "agreements": "保密协议",
    "grants": "访问授权", "handback": "移交清单", "acceptance": "验收",
}  # fmt: skip


class CheckForm(forms.Form):
    """A bundle to check, and what the person kept to compare with."""

    file = forms.FileField(label="材料包（.zip）")
    head = forms.CharField(label="周报上印的最后封号", required=False, max_length=64)
    key = forms.CharField(label="双方留存的公钥", required=False, max_length=64)


@page(VIEW)
def home(request: HttpRequest) -> HttpResponse:
    """验收材料包: per contract, with how to check one offline."""
    contracts = packs.contracts_for(request.user, VIEW)
    titles = {contract.code: contract.title for contract in contracts}
    rows = slice_of(AcceptanceBundle.objects.filter(contract__in=titles), request)
    context = {
        "slice": rows,
        "lines": [(row, titles[row.contract]) for row in rows.rows],
        "contracts": [(c, evidence.latest_seal(c.code)) for c in contracts],
        "public_key": evidence.public_key(),
        "may_build": request.user.has_perm(BUILD),
    }
    return render_page(request, "bundle/home.html", context, title="验收材料包")


@require_POST
@page(BUILD)
def build(request: HttpRequest, code: str) -> HttpResponse:
    """生成, as a job."""
    contract = packs.contract_for(request.user, code, BUILD)
    by = actor_of(request.user)
    jobs.start_job(
        "bundle.build",
        by=by,
        now=wall_clock(),
        contract=contract.code,
        by_label=by.label,
        by_id=by.user_id,
    )
    messages.success(request, f"正在生成“{contract.title}”的材料包，完成后出现在列表里")
    return redirect("bundle:home")


@page(VIEW)
def show(request: HttpRequest, bundle_id: int) -> HttpResponse:
    """One bundle: what is in it and how to check it."""
    row = bundle_for(request.user, bundle_id)
    context = {
        "row": row,
        "contract": packs.contract_for(request.user, row.contract, VIEW),
        "counts": [(LABELS.get(name, name), count) for name, count in row.counts.items()],
        "is_there": path_of(row).is_file(),
    }
    return render_page(request, "bundle/bundle.html", context, title=row.name)


@page(VIEW)
def download(request: HttpRequest, bundle_id: int) -> HttpResponseBase:
    """The archive itself; the download is on record."""
    row = bundle_for(request.user, bundle_id)
    path = path_of(row)
    if not path.is_file():
        raise NotFoundError("这个材料包的文件已不在平台")
    audit.record("bundle.downloaded", row.subject, by=actor_of(request.user), now=wall_clock())
    return FileResponse(
        path.open("rb"), as_attachment=True, filename=row.name, content_type="application/zip"
    )


@page(VIEW)
def program(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """The single-file verifier: Python alone runs it."""
    content = evidence.VERIFIER.read_bytes()
    headers = {"Content-Disposition": 'attachment; filename="verify.py"'}
    return HttpResponse(content, content_type="text/x-python; charset=utf-8", headers=headers)


@page(VIEW)
def check(request: HttpRequest) -> HttpResponse:
    """校验: the same program, run here over an uploaded bundle."""
    form = CheckForm(request.POST or None, request.FILES or None)
    verdict = None
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        with tempfile.TemporaryDirectory() as place:
            path = Path(place) / "bundle.zip"
            with path.open("wb") as file:
                for piece in data["file"].chunks():
                    file.write(piece)
            verdict = evidence.verify(
                path, expected_head=data["head"].strip(), expected_key=data["key"].strip()
            )
    context = {"form": form, "verdict": verdict}
    return render_page(request, "bundle/verify.html", context, title="校验材料包")
