"""Problem orders: one finding per table and department, closed when its rows are clean (K12.2)."""

from datetime import datetime
from typing import Final

from steward.core.findings import api as findings
from steward.data.quality.choices import OrderState, OutcomeState
from steward.data.quality.models import (
    BodyOutcome,
    OrderSpell,
    ProblemOrder,
    QualityRun,
    RuleOutcome,
)
from steward.data.quality.rows import FailingRows, Wanted

FINDING_SOURCE: Final = "data.quality"
SEVERITY: Final = {"serious": "major", "normal": "minor", "notice": "info"}
_ORDER: Final = ("notice", "normal", "serious")


def fingerprint(table_id: int, organization_id: int) -> str:
    """The same department's faults in the same table, for ever."""
    return f"order:{table_id}:{organization_id}"


def dispatch(run: QualityRun, *, now: datetime) -> None:
    """Open, refresh or close the orders of a table by what a run found; in its transaction.

    Only rules that failed beyond their tolerance count. A department that a run could not look
    at, because a rule of its order could not be checked, keeps its order.
    """
    outcomes = {row.use.code: row for row in run.outcomes.select_related("use")}
    bodies = {row.organization_id: row for row in run.bodies.select_related("organization")}
    for body in bodies.values():
        failed = _failed(body, outcomes)
        if failed:
            _open(run, body, failed, now=now)
    blind = {code for code, row in outcomes.items() if row.state == OutcomeState.ERROR}
    for order in run.table.orders.filter(state=OrderState.OPEN).select_related("organization"):
        body_outcome = bodies.get(order.organization_id)
        still = _failed(body_outcome, outcomes) if body_outcome is not None else {}
        if not still and not blind & set(order.rules):
            _close(order, run, now=now)


def _failed(body: BodyOutcome, outcomes: dict[str, RuleOutcome]) -> dict[str, int]:
    """Rule → failing rows of the body, for the rules that failed."""
    return {
        code: rows
        for code, rows in body.rules.items()
        if rows and code in outcomes and outcomes[code].state == OutcomeState.FAILED
    }


def _open(run: QualityRun, body: BodyOutcome, failed: dict[str, int], *, now: datetime) -> None:
    outcomes = {row.use.code: row for row in run.outcomes.select_related("use")}
    order, created = ProblemOrder.objects.select_for_update(of=("self",)).get_or_create(
        table=run.table,
        organization_id=body.organization_id,
        defaults={"run": run, "state": OrderState.OPEN, "failing_rows": 0, "opened_at": now,
                  "seen_at": now},
    )  # fmt: skip
    again = not created and order.state == OrderState.CLOSED
    if again:
        order.opened_at = now
    order.state, order.closed_at = OrderState.OPEN, None
    order.run, order.rules, order.seen_at = run, failed, now
    wanted = Wanted(rules=tuple(failed), organization_id=body.organization_id)
    order.failing_rows = FailingRows(run).count(wanted)
    if created or again:
        OrderSpell.objects.create(order=order, opened_at=now, failing_rows=order.failing_rows)
    worst = max((outcomes[code].severity for code in failed), key=_ORDER.index)
    named = sorted(failed.items(), key=lambda item: -item[1])
    words = "；".join(f"{outcomes[code].name} {rows} 行" for code, rows in named[:8])
    found = findings.report(
        findings.Report(
            source=FINDING_SOURCE,
            fingerprint=fingerprint(run.table_id, body.organization_id),
            title=f"“{run.table.title}”有 {order.failing_rows} 行问题数据（{body.organization.name}）",
            severity=SEVERITY[worst],
            subject=order.subject,
            contract=run.table.contract,
            category="data_quality",
            organization_id=body.organization_id,
            detail={"表": run.table.name, "问题行": order.failing_rows, "规则": words,
                    "检查": f"第 {run.pk} 次"},
            remedy=run.table.guidance or "打开问题数据工单，逐行或用 Excel 更正，复查通过后自动销号",
        ),
        now=now,
    )  # fmt: skip
    order.finding_id = found.id
    order.save()


def _close(order: ProblemOrder, run: QualityRun, *, now: datetime) -> None:
    order.state, order.closed_at, order.seen_at = OrderState.CLOSED, now, now
    order.run, order.failing_rows, order.rules = run, 0, {}
    order.save()
    order.spells.filter(closed_at=None).update(closed_at=now, closed_run=run)
    findings.clear(
        FINDING_SOURCE,
        fingerprint(order.table_id, order.organization_id),
        now=now,
        note=f"第 {run.pk} 次检查通过",
    )
