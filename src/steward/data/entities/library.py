"""The library of entity models and rule packs: YAML files beside this module, read once."""

from functools import cache, partial
from importlib.resources import files
from typing import Any, Literal, Self

import pyarrow as pa
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from ruamel.yaml import YAML

from steward.data.collection import api as collection
from steward.engine.masking.policy import Level, Sensitivity
from steward.engine.rules import OfferedPack, RuleSet, parse_rules
from steward.kernel.errors import InvalidError, NotFoundError

MODELS = "steward.data.entities.models_library"
PACKS = "steward.data.entities.rule_packs"
ARROW = {
    "text": pa.string(),
    "integer": pa.int32(),
    "decimal": pa.decimal128(14, 6),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us"),
}


class InvalidModelError(InvalidError):
    """An entity model in the library is not usable; the text names the file and the place."""

    code = "entities.invalid_model"


class UnknownEntityError(NotFoundError):
    """No entity of that code."""

    code = "entities.unknown"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Column(_Part):
    """A column: its Chinese name, type, sensitivity level, what it holds, standard and codes."""

    name: str
    type: Literal["text", "integer", "decimal", "date", "timestamp"]
    level: Literal["L1", "L2", "L3", "L4"]
    content: str = ""
    required: bool = False
    standard: str = ""
    codes: dict[str, str] = Field(default_factory=dict)

    @property
    def sensitivity(self) -> Sensitivity:
        """How the masking policy sees it."""
        return Sensitivity(level=Level[self.level], content=self.content)


class Relation(_Part):
    """Columns of this entity that name a row of another."""

    name: str
    columns: tuple[str, ...]
    entity: str
    to: tuple[str, ...]


class Entity(_Part):
    """One table: an entity that is governed, a reference table it points to, or a store fed by it."""

    code: str
    name: str
    role: Literal["entity", "reference", "store"]
    table: str
    comment: str
    key: tuple[str, ...] = Field(min_length=1)
    columns: dict[str, Column]
    relations: tuple[Relation, ...] = ()

    @model_validator(mode="after")
    def _names_exist(self) -> Self:
        used = {*self.key, *(name for relation in self.relations for name in relation.columns)}
        if missing := sorted(used - set(self.columns)):
            raise ValueError(f"列“{missing[0]}”没有定义")
        return self

    @property
    def schema(self) -> pa.Schema:
        """The Arrow schema of its rows."""
        return pa.schema([pa.field(code, ARROW[c.type]) for code, c in self.columns.items()])


def read_entity(text: str, *, origin: str) -> Entity:
    """An entity model from YAML; InvalidModelError names what is wrong."""
    document: Any = YAML(typ="safe").load(text)
    try:
        return Entity.model_validate(document)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise InvalidModelError(f"实体模型“{origin}”的 {place} 有误：{first['msg']}") from None


@cache
def all_entities() -> dict[str, Entity]:
    """Every model of the library by code; reference tables and stores included."""
    found = [
        read_entity(file.read_text("utf-8"), origin=file.name)
        for file in sorted(files(MODELS).iterdir(), key=lambda file: file.name)
        if file.name.endswith(".yaml")
    ]
    return {entity.code: entity for entity in found}


def entities() -> tuple[Entity, ...]:
    """The governed entities: people, homes, households, vehicles, places (K15.2)."""
    return tuple(item for item in all_entities().values() if item.role == "entity")


def delivered() -> tuple[Entity, ...]:
    """What 邻礼通 delivers: the entities and the reference tables they point to."""
    return tuple(item for item in all_entities().values() if item.role != "store")


def entity(code: str) -> Entity:
    """One model; UnknownEntityError."""
    found = all_entities().get(code)
    if found is None:
        raise UnknownEntityError(f"没有编码为“{code}”的实体，有：{'、'.join(all_entities())}")
    return found


def entity_of_table(table: str) -> Entity | None:
    """The entity that a table holds, by its own name or as `ods.<name>` in the lake."""
    plain = table.rpartition(".")[2]
    return next((item for item in all_entities().values() if item.table == plain), None)


def declared_by_models(table: str) -> dict[str, collection.DeclaredLevel]:
    """Column → level and content, where a model of the library describes the table."""
    model = entity_of_table(table)
    if model is None:
        return {}
    words = f"邻礼通实体模型“{model.name}”"
    return {
        code: collection.DeclaredLevel(int(column.level[1]), column.content, words)
        for code, column in model.columns.items()
    }


def pack_text(code: str) -> str:
    """The YAML of an entity's rule pack, as the rule library takes it in."""
    entity(code)
    file = files(PACKS) / f"{code}.yaml"
    if not file.is_file():
        raise UnknownEntityError(f"“{entity(code).name}”没有规则包")
    return file.read_text("utf-8")


def offered() -> tuple[OfferedPack, ...]:
    """The rule packs of the governed entities, for the rule library to take in.

    Their data and the tables they look into are where 邻礼通 is collected: `ods.<table>`.
    """
    return tuple(
        OfferedPack(
            code=f"linlitong-{item.code}",
            name=f"邻礼通·{item.name}",
            text=partial(pack_text, item.code),
            table=f"ods.{item.table}",
            tables={name: f"ods.{other}" for name, other in pack(item.code).tables.items()},
        )
        for item in entities()
    )


@cache
def pack(code: str) -> RuleSet:
    """An entity's rule pack for the engine."""
    return parse_rules(pack_text(code), origin=f"{code}.yaml")
