from django.http import HttpRequest, HttpResponse

from steward.core.ui.api import page, panels_for, render_page
from steward.data.collection import api as collection
from steward.data.entities.library import entity_of_table
from steward.data.entities.models import TABLE_KIND
from steward.data.entities.queries import fed_by, lineage_of
from steward.data.entities.sampling import VIEW, masked_rows
from steward.kernel.instants import now as wall_clock
from steward.kernel.subjects import Subject


@page(VIEW)
def table_page(request: HttpRequest, table: str) -> HttpResponse:
    """One table of the lake: columns with levels, lineage both ways, rows masked by level."""
    sample = masked_rows(table, request.user, limit=20, now=wall_clock())
    subject = Subject(TABLE_KIND, table, table)
    model, task = entity_of_table(table), collection.task_of_table(table)
    words = model.comment if model is not None else task.name if task is not None else table
    context = {
        "sample": sample,
        "title_words": words.partition("，")[0],
        "model": model,
        "task": task,
        "total": collection.rows_in(table, sample.version),
        "lineage": lineage_of(table),
        "feeds": fed_by(table),
        "panels": panels_for(subject, request),
    }
    return render_page(request, "entities/table.html", context, title=f"数据表 {table}")
