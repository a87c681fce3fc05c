from django.http import Http404, HttpRequest, HttpResponse

from steward.contracts.packs import api as packs
from steward.contracts.packs.drafting import SUBMIT
from steward.core.ui.api import page, panels_for, render_page
from steward.kernel.subjects import Subject


def _number(text: str, known: list[packs.VersionInfo]) -> int:
    """A version number of the address; anything else answers 404."""
    numbers = {str(version.number): version.number for version in known}
    if text not in numbers:
        raise Http404(text)
    return numbers[text]


@page(packs.VIEW)
def pack(request: HttpRequest, code: str) -> HttpResponse:
    """The clauses and rules of one version of a contract."""
    contract = packs.contract_for(request.user, code)
    versions = packs.versions_of(code)
    number = _number(request.GET.get("version", str(versions[0].number)), versions)
    context = {
        "contract": contract,
        "versions": versions,
        "number": number,
        "pack": packs.pack_of(code, number),
        "panels": panels_for(Subject(packs.SUBJECT_KIND, code, contract.title), request),
        "may_amend": request.user.has_perm(SUBMIT),
    }
    return render_page(request, "packs/pack.html", context, title=f"{contract.title} · 条款")


@page(packs.VIEW)
def differences(request: HttpRequest, code: str) -> HttpResponse:
    """What one version says differently from another."""
    contract = packs.contract_for(request.user, code)
    versions = packs.versions_of(code)
    newest = versions[0].number
    older = _number(request.GET.get("from", str(max(1, newest - 1))), versions)
    newer = _number(request.GET.get("to", str(newest)), versions)
    context = {
        "contract": contract,
        "versions": versions,
        "older": older,
        "newer": newer,
        "rows": packs.difference(code, older, newer),
    }
    return render_page(request, "packs/differences.html", context, title="版本差异")


@page(packs.VIEW)
def source(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """The YAML text of one version as it was loaded."""
    packs.contract_for(request.user, code)
    _number(str(number), packs.versions_of(code))
    text = packs.source_of(code, number)
    return HttpResponse(text, content_type="text/plain; charset=utf-8")
