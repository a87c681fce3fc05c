from django.http import Http404, HttpRequest, HttpResponse

from steward.core.audit import api as audit
from steward.core.audit.models import AuditEntry
from steward.core.audit.pages.forms import SearchForm
from steward.core.ui.api import page, render_page, requester, slice_of
from steward.kernel.instants import now
from steward.kernel.subjects import Subject

PERMISSION = "audit.entry.view"
LOG = Subject("audit.log", "entries", "审计记录")


@page(PERMISSION)
def entries(request: HttpRequest) -> HttpResponse:
    """Search the audit; reading it is itself audited, with what was asked for."""
    form = SearchForm(request.GET)
    found = slice_of(form.matching(), request)
    if form.is_valid():
        words = form.in_words()
        after = {"filter": words, "page": found.number}
        audit.record("audit.read", LOG, by=requester(request), now=now(), after=after)
    context = {"form": form, "slice": found, "rows": [(row, _subject(row)) for row in found.rows]}
    return render_page(request, "audit/entries.html", context, title="审计记录")


@page(PERMISSION)
def entry(request: HttpRequest, entry_id: int) -> HttpResponse:
    """One action: before and after, field by field."""
    row = AuditEntry.objects.filter(pk=entry_id).first()
    if row is None:
        raise Http404
    after = {"filter": f"第 {row.pk} 条"}
    audit.record("audit.read", LOG, by=requester(request), now=now(), after=after)
    before, later = row.before or {}, row.after or {}
    names = [*before, *(name for name in later if name not in before)]
    context = {
        "row": row,
        "subject": _subject(row),
        "changes": [(name, before.get(name), later.get(name)) for name in names],
    }
    return render_page(request, "audit/entry.html", context, title="审计记录")


def _subject(row: AuditEntry) -> Subject:
    return Subject(row.subject_kind, row.subject_key, row.subject_label)
