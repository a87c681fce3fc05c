from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from steward.contracts.packs import api as packs
from steward.contracts.reports import api as reports
from steward.contracts.reports.models import Report
from steward.contracts.reports.pages.forms import ReasonForm
from steward.contracts.reports.pages.showing import shown
from steward.contracts.reports.queries import (
    MAKE,
    TEMPLATES,
    VIEW,
    content_of,
    is_planned,
    report_for,
    reports_for,
)
from steward.contracts.reports.registry import KINDS, ReportKind, kinds
from steward.core.accounts.api import actor_of
from steward.core.files import api as files
from steward.core.ui.api import page, render_page, slice_of, tabs_of
from steward.kernel.errors import NotFoundError, StewardError
from steward.kernel.instants import now as wall_clock
from steward.kernel.registry import UnknownCodeError

MOST_CHOICES = 24


@page(VIEW)
def reports_list(request: HttpRequest) -> HttpResponse:
    """The reports that this person may see, the newest version of each, by kind and contract."""
    contracts = packs.contracts_for(request.user, VIEW)
    rows = reports_for(request.user).filter(is_latest=True)
    chosen = request.GET.get("contract", "")
    rows = rows.filter(contract=chosen) if chosen else rows
    choices: list[tuple[str, str, QuerySet[Any]]] = [("", "全部", rows)]
    choices += [(kind.code, kind.label, rows.filter(kind=kind.code)) for kind in kinds()]
    kind = request.GET.get("kind", "")
    found = slice_of(rows.filter(kind=kind) if kind else rows, request)
    titles = {contract.code: contract.title for contract in contracts}
    labels = {kind.code: kind.label for kind in kinds()}
    context = {
        "slice": found,
        "rows": [
            {"row": row, "contract": titles[row.contract], "kind": labels.get(row.kind, row.kind)}
            for row in found.rows
        ],
        "tabs": tabs_of(request, "kind", choices),
        "contracts": contracts,
        "chosen": chosen,
        "may_make": bool(packs.contracts_for(request.user, MAKE)),
        "may_template": request.user.has_perm(TEMPLATES),
    }
    return render_page(request, "reports/list.html", context, title="报告")


@page(VIEW)
def choose(request: HttpRequest) -> HttpResponse:
    """What can be made for a contract: per kind its stretches or objects, newest first."""
    contracts = packs.contracts_for(request.user, VIEW)
    code = request.GET.get("contract", "") or (contracts[0].code if contracts else "")
    if not code:
        return redirect("reports:list")
    contract = packs.contract_for(request.user, code, VIEW)
    now = wall_clock()
    made = _made(request, code)
    groups = [
        {
            "kind": kind,
            "periodic": kind.rhythm is not None,
            "is_on": is_planned(code, kind),
            "rows": [
                {"choice": c, "report": made.get((kind.code, c.key)), "running": now < c.end}
                for c in kind.choices(contract, now=now)[:MOST_CHOICES]
            ],
        }
        for kind in kinds()
    ]
    context = {
        "contract": contract,
        "contracts": contracts,
        "groups": groups,
        "may_make": _may_make(request, code),
    }
    return render_page(request, "reports/choose.html", context, title="生成报告")


def _made(request: HttpRequest, code: str) -> dict[tuple[str, str], Report]:
    rows = reports_for(request.user).filter(contract=code, is_latest=True)
    return {(row.kind, row.key): row for row in rows}


def _may_make(request: HttpRequest, code: str) -> bool:
    return any(contract.code == code for contract in packs.contracts_for(request.user, MAKE))


def _kind(code: str) -> type[ReportKind]:
    try:
        return KINDS.get(code)
    except UnknownCodeError:
        raise Http404(code) from None


@page(VIEW)
def preview(request: HttpRequest, *, code: str, kind: str, key: str) -> HttpResponse:
    """A report as it would be now; nothing is kept."""
    contract = packs.contract_for(request.user, code, VIEW)
    known, now = _kind(kind), wall_clock()
    content = reports.compose(code, kind, key, now=now)
    row = reports_for(request.user).filter(contract=code, kind=kind, key=key, is_latest=True)
    context = shown(content) | {
        "contract": contract,
        "kind": known,
        "key": key,
        "row": row.first(),
        "running": known.rhythm is not None and content.end >= content.as_of,
        "may_make": _may_make(request, code),
    }
    return render_page(request, "reports/preview.html", context, title=content.title)


@require_POST
@page(MAKE)
def make(request: HttpRequest, *, code: str, kind: str, key: str) -> HttpResponse:
    """Make the report, once."""
    packs.contract_for(request.user, code, MAKE)
    _kind(kind)
    try:
        made = reports.make_report(
            reports.Wanted(code, kind, key), by=actor_of(request.user), now=wall_clock()
        )
    except NotFoundError:
        raise
    except StewardError as error:
        messages.error(request, error.message)
        return redirect("reports:preview", code=code, kind=kind, key=key)
    messages.success(request, "报告已生成并存为证据")
    return redirect("reports:report", report_id=made.id)


@page(VIEW)
def report(request: HttpRequest, report_id: int) -> HttpResponse:
    """A kept report: what it says, its document, its hash, its versions, the duty it fulfils."""
    return _show(request, report_for(request.user, report_id), ReasonForm())


def _show(
    request: HttpRequest, row: Report, form: ReasonForm, *, status: int = 200
) -> HttpResponse:
    content = content_of(row)
    document = files.get(row.file_id) if row.file_id else None
    context = shown(content) | {
        "row": row,
        "contract": packs.contract_for(request.user, row.contract, VIEW),
        "kind": KINDS.get(row.kind),
        "document": document,
        "unchanged": content.digest() == row.content_hash
        and (document is None or document.sha256 == row.sha256),
        "versions": reports_for(request.user)
        .filter(contract=row.contract, kind=row.kind, key=row.key)
        .order_by("-version"),
        "duty_url": obligations_url(row.occurrence_id),
        "form": form,
        "may_make": _may_make(request, row.contract) and row.is_latest,
    }
    return render_page(request, "reports/report.html", context, title=row.title, status=status)


def obligations_url(occurrence_id: int | None) -> str:
    """The page of the duty's occurrence."""
    return f"/obligations/{occurrence_id}/" if occurrence_id else ""


@require_POST
@page(MAKE)
def again(request: HttpRequest, report_id: int) -> HttpResponse:
    """A new version, with its reason; the old one stays."""
    row = report_for(request.user, report_id, MAKE)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _show(request, row, form, status=422)
    wanted = reports.Wanted(row.contract, row.kind, row.key, form.cleaned_data["reason"])
    try:
        made = reports.make_report(wanted, by=actor_of(request.user), now=wall_clock())
    except StewardError as error:
        messages.error(request, error.message)
        return redirect("reports:report", report_id=row.pk)
    messages.success(request, f"已生成第 {made.version} 版")
    return redirect("reports:report", report_id=made.id)


@require_POST
@page(MAKE)
def switch(request: HttpRequest, code: str, kind: str) -> HttpResponse:
    """Turn the making by schedule on or off."""
    contract = packs.contract_for(request.user, code, MAKE)
    known = _kind(kind)
    if known.rhythm is None:
        raise Http404(kind)
    is_on = request.POST.get("is_on") == "1"
    reports.plan(code, kind, is_on=is_on, by=actor_of(request.user), now=wall_clock())
    state = "开启" if is_on else "关闭"
    messages.success(request, f"已{state}“{contract.title}”的{known.label}自动生成")
    return redirect(f"/reports/new/?contract={code}")
