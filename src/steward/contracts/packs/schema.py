"""The JSON Schema of packs, for editors: written to a file, kept fresh by a test."""

import json
from pathlib import Path
from typing import Any

from steward.contracts.packs.document import Pack
from steward.contracts.packs.registry import RuleShape, rule_shapes

SCHEMA_FILE = Path(__file__).parent / "pack.schema.json"


def schema_text() -> str:
    """The schema as the file should hold it; rules by the parameters of their kinds."""
    schema = Pack.model_json_schema()
    definitions = schema["$defs"]
    for owner, use in (("Indicator", "indicator"), ("Veto", "veto")):
        shapes = rule_shapes(use)
        definitions |= {f"rule_{code}": _rule(shape, definitions) for code, shape in shapes.items()}
        definitions[owner]["properties"]["rule"] = {
            "title": "rule",
            "oneOf": [{"$ref": f"#/$defs/rule_{code}"} for code in shapes],
        }
    schema |= {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "政务管家合同包",
    }
    return json.dumps(schema, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _rule(shape: RuleShape, definitions: dict[str, Any]) -> dict[str, Any]:
    rule = shape.params.model_json_schema(ref_template="#/$defs/{model}")
    definitions |= rule.pop("$defs", {})
    rule["properties"] = {"kind": {"const": shape.code}} | rule["properties"]
    rule["required"] = ["kind", *rule.get("required", [])]
    rule["title"] = shape.label
    return rule


def write_schema() -> Path:
    """Write the schema beside the code and say where."""
    SCHEMA_FILE.write_text(schema_text(), encoding="utf-8")
    return SCHEMA_FILE
