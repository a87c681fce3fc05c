"""Collection tasks for tests, over real databases."""

from itertools import count

from steward.data.collection import api as collection
from steward.data.collection.models import CollectionTask
from steward.data.sources import api as sources
from tests.support import NOW, SYSTEM

_numbers = count(1)


def draft(source, **fields: object) -> collection.TaskDraft:
    """All of table `public.person` in full into a table of its own."""
    values = {
        "name": "归集人口",
        "source_id": source.pk,
        "source_table": "public.person",
        "target": f"ods.person_{next(_numbers)}",
        "keys": ("id",),
    }
    return collection.TaskDraft(**(values | fields))


def task_on(source, **fields: object) -> CollectionTask:
    """Registered through the service after the schema was read."""
    sources.survey_source(source.pk, by=SYSTEM, now=NOW)
    return collection.create_task(draft(source, **fields), by=SYSTEM, now=NOW)
