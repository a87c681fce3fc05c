"""Facade of entities: models and rule packs of 邻礼通, the generated population."""

from steward.data.entities.generator.build import Population, Recipe, generate, towns
from steward.data.entities.generator.deliver import UnknownDatabaseError, deliver
from steward.data.entities.generator.plan import InvalidPopulationError, check_size
from steward.data.entities.generator.truth import Faulty, Truth
from steward.data.entities.library import (
    Column,
    Entity,
    InvalidModelError,
    Relation,
    UnknownEntityError,
    all_entities,
    delivered,
    entities,
    entity,
    entity_of_table,
    offered,
    pack,
    pack_text,
)
from steward.data.entities.models import TABLE_KIND
from steward.data.entities.queries import LineageInfo, fed_by, lineage_of
from steward.data.entities.sampling import (
    Sample,
    SampleColumn,
    UnknownTableError,
    masked_rows,
    sensitivities,
)
from steward.data.entities.services import (
    InvalidLineageError,
    LineageDraft,
    UnknownLineageError,
    remove_line,
    set_lines,
)
from steward.data.entities.sheets import Imported, export_lineage, import_lineage, load_standard

__all__ = [
    "TABLE_KIND",
    "Column",
    "Entity",
    "Faulty",
    "Imported",
    "InvalidLineageError",
    "InvalidModelError",
    "InvalidPopulationError",
    "LineageDraft",
    "LineageInfo",
    "Population",
    "Recipe",
    "Relation",
    "Sample",
    "SampleColumn",
    "Truth",
    "UnknownDatabaseError",
    "UnknownEntityError",
    "UnknownLineageError",
    "UnknownTableError",
    "all_entities",
    "check_size",
    "deliver",
    "delivered",
    "entities",
    "entity",
    "entity_of_table",
    "export_lineage",
    "fed_by",
    "generate",
    "import_lineage",
    "lineage_of",
    "load_standard",
    "masked_rows",
    "offered",
    "pack",
    "pack_text",
    "remove_line",
    "sensitivities",
    "set_lines",
    "towns",
]
