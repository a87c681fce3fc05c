from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from steward.contracts.packs import api as packs
from steward.contracts.reports import api as reports
from steward.contracts.reports.models import ReportTemplate
from steward.contracts.reports.pages.forms import TemplateForm
from steward.contracts.reports.papers.defaults import default_template
from steward.contracts.reports.papers.sample import NAMES
from steward.contracts.reports.queries import TEMPLATES, may_template
from steward.contracts.reports.registry import KINDS, kinds
from steward.core.accounts.api import actor_of
from steward.core.ui.api import page, render_page
from steward.kernel.errors import StewardError
from steward.kernel.instants import now as wall_clock

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def _form(request: HttpRequest, *args: Any) -> TemplateForm:
    contracts = packs.contracts_for(request.user, TEMPLATES)
    return TemplateForm(*args, contracts=contracts, everywhere=True)


@page(TEMPLATES)
def overview(request: HttpRequest) -> HttpResponse:
    """Which template each kind uses, for download and replacement."""
    return _show(request, _form(request))


def _show(request: HttpRequest, form: TemplateForm, *, status: int = 200) -> HttpResponse:
    titles = {c.code: c.title for c in packs.contracts_for(request.user, TEMPLATES)}
    rows = [
        row for row in ReportTemplate.objects.all() if not row.contract or row.contract in titles
    ]
    current: dict[tuple[str, str], ReportTemplate] = {}
    for row in rows:
        current.setdefault((row.kind, row.contract), row)
    labels = {kind.code: kind.label for kind in kinds()}
    context = {
        "kinds": [
            {
                "kind": kind,
                "own": [
                    (titles.get(row.contract, "所有合同"), row)
                    for (code, _), row in current.items()
                    if code == kind.code
                ],
            }
            for kind in kinds()
        ],
        "history": [
            {
                "row": row,
                "kind": labels.get(row.kind, row.kind),
                "contract": titles.get(row.contract, "所有合同"),
            }
            for row in rows[:50]
        ],
        "variables": reports.VARIABLES.items(),
        "names": NAMES,
        "form": form,
    }
    return render_page(request, "reports/templates.html", context, title="报告模板", status=status)


@page(TEMPLATES)
def default(_: HttpRequest) -> HttpResponse:
    """The platform's own template, to begin from."""
    answer = HttpResponse(default_template(), content_type=DOCX)
    answer["Content-Disposition"] = "attachment; filename=report-template.docx"
    return answer


@require_POST
@page(TEMPLATES)
def upload(request: HttpRequest) -> HttpResponse:
    """Try a template with sample data and take it into use, or say what is wrong where."""
    form = _form(request, request.POST, request.FILES)
    if not form.is_valid():
        return _show(request, form, status=422)
    given, contract = form.cleaned_data["file"], form.cleaned_data["contract"]
    if not may_template(request.user, contract):
        raise Http404(contract)
    try:
        reports.upload_template(
            given.read(reports.MOST_BYTES + 1), contract=contract, kind=form.cleaned_data["kind"],
            name=given.name, note=form.cleaned_data["note"], by=actor_of(request.user),
            now=wall_clock(),
        )  # fmt: skip
    except StewardError as error:
        form.add_error("file", error.message)
        return _show(request, form, status=422)
    messages.success(request, "模板已试填通过并启用，此后生成的报告使用新模板")
    return redirect("reports:templates")


@require_POST
@page(TEMPLATES)
def restore(request: HttpRequest, kind: str) -> HttpResponse:
    """Back to the platform's own template."""
    contract = request.POST.get("contract", "")
    if kind not in [known.code for known in KINDS] or not may_template(request.user, contract):
        raise Http404(kind)
    reports.use_default(contract=contract, kind=kind, by=actor_of(request.user), now=wall_clock())
    messages.success(request, "已恢复平台默认模板")
    return redirect("reports:templates")
