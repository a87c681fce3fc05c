"""Governance of the demonstration's people and homes: rules approved, one check, problem orders."""

import re
from datetime import datetime
from typing import Any

from ruamel.yaml import YAML

from steward.data.entities import api as entities
from steward.data.quality import api as quality
from steward.data.quality.library import take_decision
from steward.data.quality.models import CheckedTable
from steward.data.sources import api as sources
from steward.site.demo.people import DEMO, Cast

CONTRACT = "kecheng-2024"
CHECKED = ("person", "home")


def load_quality(cast: Cast, *, now: datetime) -> int:
    """Put the rule packs of two entities to work; how many rows broke a rule."""
    source = sources.find("kecheng-qzk")
    if source is None:
        return 0
    failing = 0
    for code in CHECKED:
        table = _table(code, source.organization_id, now=now)
        for number, rule in enumerate(_rules(code), start=1):
            _approve(table, f"{code}-{number:02d}", rule, by=cast, now=now)
        run = quality.request_run(table.pk, by=DEMO, now=now)
        quality.execute_run(run.pk, now=now, progress=lambda _step: None)
        run.refresh_from_db()
        failing += run.failing_rows or 0
    return failing


def _table(code: str, organization_id: int, *, now: datetime) -> CheckedTable:
    model = entities.entity(code)
    draft = quality.TableDraft(
        name=f"ods.{code}",
        title=f"邻礼通·{model.name}",
        organization_id=organization_id,
        keys=entities.pack(code).key,
        contract=CONTRACT,
        guidance="请网格员上门核对后更正；不能更正的写明原因。",
    )
    return quality.register_table(draft, by=DEMO, now=now)


def _rules(code: str) -> list[dict[str, Any]]:
    """The rules of a pack with the tables they refer to by their names in the lake."""
    data = YAML(typ="safe").load(entities.pack_text(code))
    names = {name: f"ods.{other}" for name, other in data.get("tables", {}).items()}
    rules: list[dict[str, Any]] = []
    for rule in data["rules"]:
        plain = {key: value for key, value in rule.items() if key != "id"}
        if plain.get("table") in names:
            plain["table"] = names[plain["table"]]
        if rule["kind"] == "expression":
            plain["condition"] = _dated(rule["condition"], data.get("columns", {}))
        rules.append(plain)
    return rules


def _dated(condition: str, types: dict[str, str]) -> str:
    """The condition with the columns that the pack declares as dates read as dates."""
    for name, kind in types.items():
        if kind == "date":
            condition = re.sub(rf"\b{name}\b", f"CAST({name} AS DATE)", condition)
    return condition


def _approve(
    table: CheckedTable, code: str, rule: dict[str, Any], *, by: Cast, now: datetime
) -> None:
    draft = quality.RuleDraft(
        code=code, name=rule["name"], group="邻礼通", definition=rule, basis="邻礼通数据质量标准"
    )
    version = quality.create_rule(draft, by=by.actors["data"], now=now)
    version.state = "review"
    version.save(update_fields=["state"])
    take_decision(version.pk, approved=True, now=now)
    use = quality.UseDraft(rule_id=version.rule_id, severity=rule.get("severity", "normal"))
    quality.assign_rule(table.pk, use, by=by.actors["data"], now=now)
