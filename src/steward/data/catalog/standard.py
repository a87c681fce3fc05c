"""Catalogues against the cataloguing standard: a versioned rule set on the one rule engine (K10.1).

The rule sets are `standards/*.yaml`. Each run looks at all listed rows, so that duplicates are seen,
and writes for the asked catalogues what they break now; a catalogue's finding closes when nothing
is left (K10.3).
"""

import tempfile
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import pyarrow as pa
from django.db import transaction
from django.db.models import Count, Q

from steward.core.findings import api as findings
from steward.data.catalog.choices import Cycle, State
from steward.data.catalog.models import Catalogue, CatalogueProblem, DataItem
from steward.engine import rules

FINDING_SOURCE = "data.catalog"
SEVERITIES = {"serious": "major", "normal": "minor", "notice": "info"}
_SHOWN = 200
STANDARDS = ("catalogues", "items")
_TEXT, _WHOLE = pa.string(), pa.int64()
CATALOGUE_COLUMNS = {
    "编号": _WHOLE, "目录名称": _TEXT, "目录代码": _TEXT, "摘要": _TEXT, "提供方代码": _TEXT,
    "机构代码": _TEXT, "提供方编号": _WHOLE, "分类": _TEXT, "格式": _TEXT, "共享类型": _TEXT,
    "共享条件": _TEXT, "共享方式": _TEXT, "开放类型": _TEXT, "开放条件": _TEXT, "更新周期": _TEXT,
    "周期天数": _WHOLE, "未更新天数": _WHOLE, "数据项数": _WHOLE, "主键数": _WHOLE, "源表": _TEXT,
}  # fmt: skip
ITEM_COLUMNS = {
    "编号": _WHOLE, "项代码": _TEXT, "项名称": _TEXT, "数据类型": _TEXT, "长度": _WHOLE,
    "敏感级别": _TEXT, "共享类型": _TEXT, "主键": _TEXT, "可为空": _TEXT,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Problem:
    """One rule that a catalogue, or one of its items, breaks."""

    item_code: str
    rule: str
    severity: str
    message: str
    remedy: str
    standard: str


@cache
def standard(name: str) -> rules.RuleSet:
    """The packaged rule set `catalogues` or `items`."""
    text = (files(__package__) / "standards" / f"{name}.yaml").read_text("utf-8")
    return rules.parse_rules(text, origin=f"{name}.yaml")


def evaluate(ids: Collection[int], *, now: datetime) -> dict[int, list[Problem]]:
    """What each of the catalogues breaks; nothing is written."""
    wanted = set(ids)
    found: dict[int, list[Problem]] = defaultdict(list)
    for name, table in zip(STANDARDS, (_catalogue_table(now), _item_table(wanted)), strict=True):
        for key, problem in _broken(standard(name), table, now=now):
            if key in wanted:
                found[key].append(problem)
    return dict(found)


def _broken(
    rule_set: rules.RuleSet, table: pa.Table, *, now: datetime
) -> Iterable[tuple[int, Problem]]:
    if not table.num_rows:
        return
    with tempfile.TemporaryDirectory(prefix="steward-catalog-") as folder:
        path = Path(folder) / "failures.parquet"
        source = rules.ArrowSource(table, rule_set.name)
        result = rules.check(rule_set, source, now=now, failures=path)
        reader = rules.FailuresReader(path)
        by_id = {rule.id: rule for rule in rule_set.rules}
        for outcome in result.rules:
            if outcome.status is rules.Status.ERROR:
                raise rules.RuleSetError(f"规则“{outcome.name}”不能运行：{outcome.error}")
            if outcome.status is rules.Status.FAILED:
                rule = by_id[outcome.id]
                for row in reader.page(outcome.id, limit=table.num_rows):
                    yield (
                        int(row.key["编号"]),
                        Problem(
                            item_code=str(row.key.get("项代码", "")),
                            rule=rule.id,
                            severity=rule.severity.value,
                            message=row.message,
                            remedy=row.remedy,
                            standard=rule_set.version,
                        ),
                    )


def check_catalogues(ids: Collection[int], *, now: datetime) -> dict[int, list[Problem]]:
    """Evaluate, keep the problems beside each catalogue, open and close its finding."""
    found = evaluate(ids, now=now)
    rows = (
        Catalogue.objects.select_related("system", "organization")
        .filter(pk__in=ids)
        .exclude(state=State.DELISTED)
    )
    for row in rows:
        _keep(row, found.get(row.pk, []), now=now)
    return found


@transaction.atomic
def _keep(row: Catalogue, problems: list[Problem], *, now: datetime) -> None:
    known = {(one.item_code, one.rule): one for one in row.problems.all()}
    for problem in problems:
        kept = known.pop((problem.item_code, problem.rule), None)
        if kept is None:
            kept = CatalogueProblem(catalogue=row, found_at=now)
        for name in Problem.__slots__:
            setattr(kept, name, getattr(problem, name))
        kept.save()
    CatalogueProblem.objects.filter(pk__in=[one.pk for one in known.values()]).delete()
    tell(row, problems, now=now)


def tell(row: Catalogue, problems: list[Problem], *, now: datetime) -> None:
    """The finding of a problem catalogue, for its data-owner department; notices alone open none."""
    grave = [one for one in problems if one.severity != "notice"]
    if not grave:
        findings.clear(FINDING_SOURCE, fingerprint(row), now=now, note="已符合编目标准")
        return
    worst = "serious" if any(one.severity == "serious" for one in grave) else "normal"
    guidance = list(dict.fromkeys(one.remedy for one in grave))
    findings.report(
        findings.Report(
            source=FINDING_SOURCE,
            fingerprint=fingerprint(row),
            title=f"问题目录“{row.name}”有 {len(grave)} 处不符合编目标准",
            severity=SEVERITIES[worst],
            subject=row.subject,
            contract=row.system.contract,
            category="data_catalog",
            organization_id=row.organization_id,
            detail={
                "目录代码": row.code,
                "问题": [one.message for one in grave[:_SHOWN]],
                "标准": f"{grave[0].standard} 版",
            },
            remedy="；".join(guidance[:20]),
        ),
        now=now,
    )


def fingerprint(row: Catalogue) -> str:
    """The name of a catalogue's finding."""
    return f"catalogue:{row.pk}"


def _catalogue_table(now: datetime) -> pa.Table:
    rows = (
        Catalogue.objects.exclude(state=State.DELISTED)
        .select_related("organization")
        .annotate(item_count=Count("items"), key_count=Count("items", filter=Q(items__is_key=True)))
    )
    return _table((_catalogue_line(row, now) for row in rows), CATALOGUE_COLUMNS)


def _catalogue_line(row: Any, now: datetime) -> dict[str, Any]:
    longest = Cycle(row.cycle).longest if row.cycle in Cycle.values else None
    age = None if row.collected_at is None else (now - row.collected_at).days
    return {
        "编号": row.pk,
        "目录名称": row.name,
        "目录代码": row.code,
        "摘要": row.summary,
        "提供方代码": row.credit_code,
        "机构代码": row.organization.credit_code,
        "提供方编号": row.organization_id,
        "分类": row.resource_class,
        "格式": row.format,
        "共享类型": row.sharing,
        "共享条件": row.sharing_condition,
        "共享方式": row.sharing_method,
        "开放类型": row.openness,
        "开放条件": row.openness_condition,
        "更新周期": row.cycle,
        "周期天数": None if longest is None else longest.days,
        "未更新天数": age,
        "数据项数": row.item_count,
        "主键数": row.key_count,
        "源表": f"{row.source_id}·{row.source_table}" if row.source_id else None,
    }


def _item_table(ids: Collection[int]) -> pa.Table:
    rows = DataItem.objects.filter(catalogue__in=ids).iterator()
    return _table((_item_line(row) for row in rows), ITEM_COLUMNS)


def _item_line(row: DataItem) -> dict[str, Any]:
    return {
        "编号": row.catalogue_id,
        "项代码": row.code,
        "项名称": row.name,
        "数据类型": row.type,
        "长度": row.length,
        "敏感级别": row.sensitivity,
        "共享类型": row.sharing,
        "主键": "是" if row.is_key else "否",
        "可为空": "是" if row.nullable else "否",
    }


def _table(lines: Iterable[dict[str, Any]], columns: dict[str, pa.DataType]) -> pa.Table:
    return pa.Table.from_pylist(list(lines), schema=pa.schema(list(columns.items())))
