"""The models and packs of the library hold together."""

from collections import Counter

import pytest

from steward.data.entities.library import (
    InvalidModelError,
    UnknownEntityError,
    all_entities,
    entities,
    entity,
    entity_of_table,
    pack,
    read_entity,
)
from steward.engine.rules import Dimension

CODES = ("person", "home", "household", "vehicle", "place")


def test_the_five_entities_are_there():
    assert {item.code for item in entities()} == set(CODES)


def test_the_packs_hold_sixty_rules_and_more():
    assert sum(len(pack(code).rules) for code in CODES) >= 60


@pytest.mark.parametrize("code", CODES)
def test_a_pack_has_rules_in_all_six_dimensions(code):
    found = Counter(rule.dimension for rule in pack(code).rules)

    assert set(found) == set(Dimension)


@pytest.mark.parametrize("code", CODES)
def test_every_rule_says_in_chinese_what_is_wrong_and_what_to_do(code):
    rules = pack(code).rules

    assert all(rule.name and rule.message and rule.remedy for rule in rules)
    assert all(any("一" <= sign <= "鿿" for sign in rule.message) for rule in rules)
    assert len({rule.message for rule in rules}) == len(rules)


@pytest.mark.parametrize("code", CODES)
def test_a_pack_names_columns_and_tables_that_exist(code):
    rules = pack(code)

    assert set(rules.key) == set(entity(code).key)
    assert set(rules.columns) <= set(entity(code).columns)
    assert set(rules.tables.values()) <= set(all_entities())


@pytest.mark.parametrize("code", sorted(all_entities()))
def test_relations_name_columns_of_the_other_table(code):
    for relation in entity(code).relations:
        assert set(relation.to) <= set(entity(relation.entity).columns)


def test_a_table_of_the_lake_is_recognised():
    found = entity_of_table("ods.person")

    assert found is not None
    assert found.code == "person"


def test_an_unknown_entity_is_refused_with_those_there_are():
    with pytest.raises(UnknownEntityError, match="person"):
        entity("nobody")


def test_a_model_with_an_undefined_key_is_refused():
    text = (
        "{code: x, name: 某, role: entity, table: x, comment: 某, key: [no],"
        " columns: {a: {name: 甲, type: text, level: L1}}}"
    )

    with pytest.raises(InvalidModelError, match=r"x\.yaml.*no"):
        read_entity(text, origin="x.yaml")
