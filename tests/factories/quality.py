"""Quality for tests: a lake table with planted faults, approved rules, runs executed here."""

from itertools import count

import pyarrow as pa

from steward.core.accounts.api import actor_of
from steward.core.approvals import api as approvals
from steward.data.collection import api as collection
from steward.data.quality import api as quality
from steward.data.quality.models import CheckedTable, LibraryRule, QualityRun, RuleUse
from tests.factories.accounts import user_with
from tests.factories.organizations import body
from tests.support import NOW, SYSTEM, drain_jobs

_numbers = count(1)
ROWS = 100
BAD_PHONES, BLANK_NAMES, REPEATED = 7, 5, 6


def people(
    rows: int = ROWS, *, departments: tuple[str, str] = ("甲", "乙")
) -> list[dict[str, object]]:
    """Rows 1–7 have a bad phone, rows 5–9 no name, rows 20–25 share one card number; odd rows
    belong to the first department. 7 + 5 − 3 + 6 = 15 rows fail."""
    return [
        {
            "编号": n,
            "姓名": None if 5 <= n <= 9 else f"居民{n}",
            "手机号": "123" if n <= BAD_PHONES else f"138{n:08d}",
            "证号": "K20" if 20 <= n < 20 + REPEATED else f"K{n}",
            "部门": departments[(n - 1) % 2],
        }
        for n in range(1, rows + 1)
    ]


SCHEMA = pa.schema(
    [("编号", pa.int64()), ("姓名", pa.string()), ("手机号", pa.string()), ("证号", pa.string()),
     ("部门", pa.string())]
)  # fmt: skip


def lake_table(rows: list[dict[str, object]] | None = None) -> str:
    """A keyed table of the lake holding the rows; its name."""
    name = f"ods.居民_{next(_numbers)}"
    collection.lake().create(name, SCHEMA, keys=["编号"])
    put(name, people() if rows is None else rows)
    return name


def put(name: str, rows: list[dict[str, object]]) -> None:
    """Insert or replace rows by their key."""
    data = pa.Table.from_pylist(rows, schema=SCHEMA)
    collection.lake().upsert(name, data.to_reader(), now=NOW)


def checked(name: str = "", **fields: object) -> CheckedTable:
    """A table under quality control."""
    values = {"name": name or lake_table(), "title": "居民", "keys": ("编号",)} | fields
    values.setdefault("organization_id", 0)
    if not values["organization_id"]:
        values["organization_id"] = body().id
    return quality.register_table(quality.TableDraft(**values), by=SYSTEM, now=NOW)


def draft_rule(**definition: object) -> LibraryRule:
    """A rule with a draft as its only version, by the system."""
    number = next(_numbers)
    draft = quality.RuleDraft(
        code=f"rule-{number}", name=f"规则{number}", group="测试", definition=definition
    )
    return quality.create_rule(draft, by=SYSTEM, now=NOW).rule


def approved(**definition: object) -> LibraryRule:
    """A rule whose newest version somebody approved."""
    return approve(draft_rule(**definition))


def approve(rule: LibraryRule) -> LibraryRule:
    """Submit the open draft and approve it as another person."""
    boss = user_with("quality.rule.approve", "approvals.approval.view")
    version = quality.submit_version(rule.versions.first().pk, by=SYSTEM, now=NOW)
    approvals.decide(version.approval_id, approve=True, by=actor_of(boss), now=NOW)
    drain_jobs()
    rule.refresh_from_db()
    return rule


def use(table: CheckedTable, rule: LibraryRule, **fields: object) -> RuleUse:
    """The rule on the table."""
    draft = quality.UseDraft(rule_id=rule.pk, **fields)
    return quality.assign_rule(table.pk, draft, by=SYSTEM, now=NOW)


def three_rules(table: CheckedTable) -> dict[str, RuleUse]:
    """What the planted faults break."""
    return {
        "phone": use(table, approved(kind="mobile", column="手机号")),
        "name": use(table, approved(kind="not_blank", column="姓名"), severity="serious"),
        "card": use(table, approved(kind="unique", columns=["证号"])),
    }


def run(table: CheckedTable, *, now=NOW) -> QualityRun:
    """One check, executed here."""
    row = quality.request_run(table.pk, by=SYSTEM, now=now)
    quality.execute_run(row.pk, now=now, progress=lambda _step: None)
    row.refresh_from_db()
    return row
