"""Which catalogues have their data in the lake: kept beside each, so that lists can ask for it."""

from collections import defaultdict

from steward.data.catalog.models import Catalogue
from steward.data.collection import api as collection


def note_collected(row: Catalogue) -> None:
    """Say for one catalogue where its table was collected to, if it was."""
    refresh_collected([row])


def refresh_collected(rows: list[Catalogue]) -> list[Catalogue]:
    """Bring the catalogues in line with the tasks; the ones that changed."""
    by_source: dict[int, list[Catalogue]] = defaultdict(list)
    changed = []
    for row in rows:
        if row.source_id is not None:
            by_source[row.source_id].append(row)
        elif row.collected_into:
            row.collected_into, row.collected_at = "", None
            changed.append(row)
    moments = {task.target: task.last_success_at for task in collection.all_tasks()}
    for source_id, members in by_source.items():
        tables = collection.collected_tables(source_id)
        for row in members:
            target = tables.get(row.source_table, "")
            at = moments.get(target) if target else None
            if (row.collected_into, row.collected_at) != (target, at):
                row.collected_into, row.collected_at = target, at
                changed.append(row)
    Catalogue.objects.bulk_update(changed, ["collected_into", "collected_at"])
    return changed
