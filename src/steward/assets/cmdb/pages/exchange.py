from django.http import HttpRequest, HttpResponse

from steward.assets.cmdb.excel import WorkbookError, export_items, import_workbook
from steward.assets.cmdb.models import Relation
from steward.assets.cmdb.pages.forms import ImportForm
from steward.assets.cmdb.queries import visible_to
from steward.core.accounts.api import actor_of
from steward.core.ui.api import page, render_page
from steward.kernel.instants import local_date, now

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@page("cmdb.item.change")
def import_items(request: HttpRequest) -> HttpResponse:
    """Load a workbook; what loaded and every row that did not are shown at once."""
    form = ImportForm(request.POST or None, request.FILES or None)
    report = None
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            report = import_workbook(file, name=file.name, by=actor_of(request.user), now=now())
        except WorkbookError as error:
            form.add_error("file", error.message)
    status = 422 if form.errors else 200
    context = {"form": form, "report": report}
    return render_page(request, "cmdb/import.html", context, title="导入配置项", status=status)


@page("cmdb.item.view")
def export(request: HttpRequest) -> HttpResponse:
    """The items a person sees, or (`?empty=1`) the empty template."""
    rows = visible_to(request.user).order_by("kind", "code")
    items = [] if request.GET.get("empty") else list(rows)
    keys = {item.pk for item in items}
    relations = [
        relation
        for relation in Relation.objects.select_related("source", "target").order_by("pk")
        if relation.source_id in keys and relation.target_id in keys
    ]
    response = HttpResponse(export_items(items, relations), content_type=EXCEL)
    name = f"cmdb-{local_date(now()).isoformat()}.xlsx"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
