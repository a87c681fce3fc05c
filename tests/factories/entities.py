"""Lineage for tests, written through the service."""

from steward.data.entities import api as entities
from steward.data.entities.models import LineageField
from tests.support import NOW, SYSTEM


def draft(**fields: object) -> entities.LineageDraft:
    """The mobile number of the population store, from the people of 邻礼通."""
    values = {
        "target_table": "population",
        "target_field": "mobile",
        "source_system": "邻礼通",
        "source_table": "person",
        "source_field": "mobile",
        "transformation": "原值",
    }
    return entities.LineageDraft(**(values | fields))


def lineage(**fields: object) -> LineageField:
    """One line, as version 1 of the table or later."""
    made = draft(**fields)
    entities.set_lines([made], reason="梳理", by=SYSTEM, now=NOW)
    return LineageField.objects.get(
        target_field=made.target_field, source_system=made.source_system,
        source_table=made.source_table, source_field=made.source_field,
    )  # fmt: skip
