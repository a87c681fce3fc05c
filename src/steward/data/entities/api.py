"""Facade of entities: models and rule packs of 邻礼通, the generated population."""

from steward.data.entities.generator.build import Population, Recipe, generate
from steward.data.entities.generator.deliver import UnknownDatabaseError, deliver
from steward.data.entities.generator.plan import InvalidPopulationError
from steward.data.entities.library import (
    Column,
    Entity,
    InvalidModelError,
    Relation,
    UnknownEntityError,
    all_entities,
    entities,
    entity,
    entity_of_table,
    pack,
    pack_text,
)

__all__ = [
    "Column",
    "Entity",
    "InvalidModelError",
    "InvalidPopulationError",
    "Population",
    "Recipe",
    "Relation",
    "UnknownDatabaseError",
    "UnknownEntityError",
    "all_entities",
    "deliver",
    "entities",
    "entity",
    "entity_of_table",
    "generate",
    "pack",
    "pack_text",
]
