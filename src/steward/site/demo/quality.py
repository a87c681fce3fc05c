"""Governance of the demonstration's five entities: rules approved, checks, problem orders to the
streets, one order put right by Excel and written back, one in place, checked again and closed."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from openpyxl import load_workbook

from steward.core.accounts import api as accounts
from steward.core.approvals import api as approvals
from steward.core.organizations import api as organizations
from steward.core.roles import api as roles
from steward.data.entities import api as entities
from steward.data.quality import api as quality
from steward.data.quality import corrections, returns, writeback
from steward.data.quality.choices import Via
from steward.data.quality.models import ChangeSet, CheckedTable, ProblemOrder, QualityRun
from steward.data.quality.rows import FailingRows
from steward.kernel.actors import Actor
from steward.kernel.instants import local_date
from steward.site.demo.data import CONTRACT, IN_PLACE, OWNER, RETURNED, Planted, Say
from steward.site.demo.people import DEMO, Cast, Person, add_account
from steward.site.demo.queue import work_off

APPROVER = "owner-kecheng"
STREET = Person("street", "街道网格员", "网格员", "", "department_user", roles.Reach.SUBTREE)
Faults = dict[str, dict[str, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Governed:
    """What the loop came to: faults found (entity → rule → rows) before and after, what should
    have been found then, and the corrections with the keys of their rows."""

    found: Faults
    left: Faults
    wanted: Mapping[str, Mapping[str, int]]
    corrected: Mapping[str, frozenset[str]]
    changes: tuple[ChangeSet, ...]


def load_quality(
    cast: Cast, planted: Planted, *, now: datetime, password: str, say: Say
) -> Governed:
    """Check the five entities, have two orders put right, check again; tells the numbers."""
    tables = {model.code: _table(model, cast, now=now) for model in entities.entities()}
    _approve_packs(cast, now=now)
    rules = sum(_use_pack(table, code, cast, now=now) for code, table in tables.items())
    for table in tables.values():
        quality.request_run(table.pk, by=DEMO, now=now)
    work_off()
    found = _found(tables)
    orders = ProblemOrder.objects.filter(state=quality.OrderState.OPEN)
    bodies = orders.values("organization").distinct().count()
    say(
        f"  检查五类实体 {rules} 条规则，检出 {_total(found)} 处问题{_verdict(found, planted.faults)}"
    )
    say(f"  派问题工单 {orders.count()} 张，责任单位 {bodies} 个")
    returned = _return(tables[RETURNED], planted, cast, now=now, password=password)
    placed = _put_right(tables[IN_PLACE], planted, cast, now=now)
    corrected = {RETURNED: _keys(returned), IN_PLACE: _keys(placed)}
    say(
        f"  整改：{returned.order.organization.name}用 Excel 回填 {len(corrected[RETURNED])} 行，"
        f"经审批写回来源库；{placed.order.organization.name}在平台内更正 {len(corrected[IN_PLACE])} 行"
    )
    left = _found(tables)
    wanted = dict(planted.faults) | {
        code: planted.truths[code].remaining(keys) for code, keys in corrected.items()
    }
    closed = ProblemOrder.objects.filter(state=quality.OrderState.CLOSED).count()
    say(
        f"  复检通过销号 {closed} 张，待整改 {orders.count()} 张，"
        f"余 {_total(left)} 处问题{_verdict(left, wanted)}"
    )
    return Governed(found=found, left=left, wanted=wanted, corrected=corrected,
                    changes=(returned, placed))  # fmt: skip


def _total(faults: Mapping[str, Mapping[str, int]]) -> int:
    return sum(sum(rules.values()) for rules in faults.values())


def _verdict(found: Faults, wanted: Mapping[str, Mapping[str, int]]) -> str:
    """Whether every rule found exactly what it must; where not, which ones."""
    wrong = [
        f"{code}.{rule} 应为 {wanted[code].get(rule, 0)}，实为 {found[code].get(rule, 0)}"
        for code in found
        for rule in sorted(found[code].keys() | wanted[code].keys())
        if found[code].get(rule, 0) != wanted[code].get(rule, 0)
    ]
    return f"，与预计不同：{'；'.join(wrong)}" if wrong else "，逐条规则与预计相同"


def _table(model: entities.Entity, cast: Cast, *, now: datetime) -> CheckedTable:
    """An entity under control: each row belongs to its street, the rest to who governs them all."""
    draft = quality.TableDraft(
        name=f"ods.{model.table}",
        title=f"邻礼通·{model.name}",
        organization_id=cast.bodies[OWNER],
        keys=model.key,
        contract=CONTRACT,
        department_column="region_code",
        guidance="请网格员上门核对后更正；不能更正的写明原因。",
    )
    return quality.register_table(draft, by=DEMO, now=now)


def _approve_packs(cast: Cast, *, now: datetime) -> None:
    """The rule packs into the library: the engineer submits them, the client approves."""
    for model in entities.entities():
        draft = quality.PackDraft(code=_pack(model.code), text=entities.pack_text(model.code))
        made = quality.register_pack(draft, by=cast.actors["data"], now=now)
        made = quality.submit_pack(made.id, by=cast.actors["data"], now=now)
        approvals.decide(
            made.approval_id or 0, approve=True, comment="同意启用", by=_approver(), now=now
        )
    work_off()


def _pack(code: str) -> str:
    return next(one.code for one in entities.offered() if one.table == f"ods.{code}")


def _use_pack(table: CheckedTable, code: str, cast: Cast, *, now: datetime) -> int:
    """How many rules are on the table now."""
    draft = quality.PackUseDraft(code=_pack(code))
    return quality.use_pack(table.pk, draft, by=cast.actors["data"], now=now).rules


def _found(tables: Mapping[str, CheckedTable]) -> Faults:
    """Rule → failing rows in the newest check of each entity; rules that found nothing left out."""
    found: Faults = {}
    for code, table in tables.items():
        run = QualityRun.objects.filter(table=table, state=quality.RunState.SUCCEEDED).first()
        outcomes = run.outcomes.select_related("use__rule") if run is not None else ()
        found[code] = {row.use.rule.pack_rule: row.failing for row in outcomes if row.failing}
    return found


def _return(
    table: CheckedTable, planted: Planted, cast: Cast, *, now: datetime, password: str
) -> ChangeSet:
    """The smallest order of a street: its workbook filled in, read, approved, written back."""
    orders = ProblemOrder.objects.filter(table=table, state=quality.OrderState.OPEN)
    order = (
        orders.exclude(organization=cast.bodies[OWNER])
        .select_related("table", "organization", "run__table")
        .order_by("failing_rows", "pk")[0]
    )
    street = _street(order, cast, now=now, password=password)
    content, _ = returns.export_order(order, unmasked=False)
    filled = _filled(content, table.keys[0], planted.truths[RETURNED])
    found = returns.read_return(order, filled)
    new = corrections.Submission(
        order_id=order.pk,
        edits=found.edits,
        reason="网格员上门核对，附房产证照片",
        via=Via.EXCEL,
        problems=found.problems,
    )
    changes = corrections.submit_changes(new, by=street, now=now)
    changes = writeback.submit_writeback(changes.pk, by=cast.actors["data"], now=now)
    approvals.decide(
        changes.approval_id or 0, approve=True, comment="同意写回", by=_approver(), now=now
    )
    work_off()
    return _after(changes)


def _street(order: ProblemOrder, cast: Cast, *, now: datetime, password: str) -> Actor:
    """The account of who answers for the order in its street."""
    body = organizations.get(order.organization_id)
    person = Person(
        STREET.username, STREET.name, STREET.title, body.code, STREET.role, STREET.reach
    )
    return add_account(person, cast, since=local_date(now), now=now, password=password)


def _approver() -> Actor:
    user = accounts.find_user(APPROVER)
    if user is None:
        raise LookupError("the Kecheng contract is not loaded")
    return Actor(user.id, user.name)


def _filled(content: bytes, key: str, truth: entities.Truth) -> bytes:
    """The workbook with every wrong cell made right, as a person fills it in who knows."""
    book = load_workbook(io.BytesIO(content))
    sheet = book[returns.SHEET]
    header = [cell.value for cell in sheet[1]]
    for row in sheet.iter_rows(min_row=2):
        cells = dict(zip(header, row, strict=True))
        for column, value in truth[str(cells[key].value)].edits.items():
            cells[column].value = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _put_right(table: CheckedTable, planted: Planted, cast: Cast, *, now: datetime) -> ChangeSet:
    """The rows of no street: who governs them all corrects them on the platform."""
    order = ProblemOrder.objects.get(table=table, organization=cast.bodies[OWNER])
    rows = FailingRows(order.run).each(returns.wanted_of(order))
    edits = [
        corrections.Edit(row.key, column, row.values[column], value)
        for row in rows
        for column, value in planted.truths[IN_PLACE][str(row.key[table.keys[0]])].edits.items()
    ]
    new = corrections.Submission(order_id=order.pk, edits=edits, reason="按门牌核定所属街道")
    changes = corrections.submit_changes(new, by=cast.actors["data"], now=now)
    corrections.apply_changes(changes.pk, by=cast.actors["data"], now=now)
    work_off()
    return _after(changes)


def _after(changes: ChangeSet) -> ChangeSet:
    return ChangeSet.objects.select_related("order__organization").get(pk=changes.pk)


def _keys(changes: ChangeSet) -> frozenset[str]:
    """The rows that a change set has corrected."""
    return frozenset(str(next(iter(cell.key.values()))) for cell in changes.cells.all())
