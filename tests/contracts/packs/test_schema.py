"""The JSON Schema for editors is fresh, and agrees with the checker."""

import json

import jsonschema_rs
from ruamel.yaml import YAML

from steward.contracts.packs import api as packs
from tests.contracts.support import pack_text


def test_the_file_is_what_the_document_says_now():
    """Run `steward packschema` after the shape of packs changed."""
    assert packs.SCHEMA_FILE.read_text(encoding="utf-8") == packs.schema_text()


def test_the_shipped_pack_is_valid_by_the_schema():
    yaml = YAML(typ="safe", pure=True)
    yaml.constructor.add_constructor(
        "tag:yaml.org,2002:timestamp", lambda loader, node: loader.construct_scalar(node)
    )
    document = yaml.load(pack_text())

    validator = jsonschema_rs.validator_for(json.loads(packs.schema_text()))

    assert [error.message for error in validator.iter_errors(document)] == []
