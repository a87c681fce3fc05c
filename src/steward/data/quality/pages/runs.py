from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.dateparse import parse_datetime

from steward.core.accounts.api import actor_of
from steward.core.audit import api as audit
from steward.core.jobs import api as jobs
from steward.core.ui.api import page, render_page, slice_of, tabs_of
from steward.data.quality.choices import DIMENSIONS, OrderState, RunState
from steward.data.quality.models import QualityRun, RuleOutcome
from steward.data.quality.queries import ORDERS, VIEW, orders_for, run_for, runs_for
from steward.data.quality.rows import FailingRows, Line, Wanted
from steward.data.quality.scoring import FORMULA
from steward.data.quality.tables import comments_of
from steward.kernel.errors import StewardError
from steward.kernel.instants import now as wall_clock

PRIVATE, RUN = "quality.rows.view_private", "quality.table.run"
SIZE = 50


@page(VIEW)
def run_list(request: HttpRequest) -> HttpResponse:
    """检查记录, filtered as a figure's link says."""
    rows = _filtered(request, runs_for(request.user))
    states = [(state.value, state.label, rows.filter(state=state)) for state in RunState]
    tabs = tabs_of(request, "state", [("", "全部", rows), *states])
    state = request.GET.get("state", "")
    if state in RunState.values:
        rows = rows.filter(state=state)
    context = {"slice": slice_of(rows, request), "tabs": tabs}
    return render_page(request, "quality/runs.html", context, title="检查记录")


def _filtered(request: HttpRequest, rows: QuerySet[QualityRun]) -> QuerySet[QualityRun]:
    given = request.GET
    if given.get("contract"):
        rows = rows.filter(table__contract=given["contract"])
    if given.get("table", "").isdecimal():
        rows = rows.filter(table_id=int(given["table"]))
    start, end = instant_of(given.get("start", "")), instant_of(given.get("end", ""))
    if start is not None:
        rows = rows.filter(finished_at__gte=start)
    if end is not None:
        rows = rows.filter(finished_at__lt=end)
    return rows


def instant_of(text: str) -> datetime | None:
    """An instant in an address; None where there is none to read."""
    try:
        found = parse_datetime(text.replace(" ", "+"))
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None


@page(VIEW)
def run_page(request: HttpRequest, run_id: int) -> HttpResponse:
    """One run: six dimensions, rules by failing rows, the rows of the chosen rule."""
    run = run_for(request.user, run_id)
    outcomes = list(run.outcomes.select_related("use__rule"))
    outcomes.sort(key=lambda row: (row.state != "error", -(row.failing or 0)))
    orders = orders_for(request.user).filter(table=run.table_id, state=OrderState.OPEN)
    context: dict[str, Any] = {
        "run": run,
        "table": run.table,
        "orders": list(orders[:20]) if request.user.has_perm(ORDERS) else [],
        "chosen": request.GET.get("rule", "") or request.GET.get("dimension", ""),
        "may_run": request.user.has_perm(RUN) and run.table.is_active,
        "dimensions": [(code, label, run.dimensions.get(code)) for code, label in DIMENSIONS],
        "lines": _compared(run, outcomes),
        "bodies": run.bodies.select_related("organization"),
        "progress": jobs.run_info(run.job_run_id) if run.job_run_id else None,
        "formula": FORMULA,
        "rows": _rows(request, run, outcomes) if run.state == RunState.SUCCEEDED else None,
    }
    return render_page(request, "quality/run.html", context, title=str(run))


def _compared(run: QualityRun, outcomes: list[RuleOutcome]) -> list[tuple[RuleOutcome, int | None]]:
    """Each outcome with the difference from the run before."""
    last = (
        QualityRun.objects.filter(table=run.table_id, state=RunState.SUCCEEDED, pk__lt=run.pk)
        .only("pk")
        .first()
    )
    before = dict(last.outcomes.values_list("use_id", "failing")) if last is not None else {}
    found = []
    for row in outcomes:
        earlier = before.get(row.use_id)
        known = row.failing is not None and earlier is not None
        found.append((row, (row.failing or 0) - (earlier or 0) if known else None))
    return found


def _rows(request: HttpRequest, run: QualityRun, outcomes: list[RuleOutcome]) -> dict[str, Any]:
    rules, title = _wanted(request, outcomes)
    body = request.GET.get("body", "")
    wanted = Wanted(rules=rules, organization_id=int(body) if body.isdecimal() else None)
    try:
        return rows_context(request, FailingRows(run), wanted) | {"title": title}
    except StewardError as error:
        return {"gone": error.message}


def _wanted(request: HttpRequest, outcomes: list[RuleOutcome]) -> tuple[tuple[str, ...], str]:
    """`?rule=` one rule, `?dimension=` the rules of a dimension, nothing: all."""
    rule, dimension = request.GET.get("rule", ""), request.GET.get("dimension", "")
    for row in outcomes:
        if row.use.code == rule:
            return (rule,), row.name
    if dimension in dict(DIMENSIONS):
        codes = tuple(row.use.code for row in outcomes if row.dimension == dimension)
        return codes or ("-",), dict(DIMENSIONS)[dimension]
    return (), "全部规则"


def rows_context(request: HttpRequest, rows: FailingRows, wanted: Wanted) -> dict[str, Any]:
    """A page of failing rows; who asks for the values and may is recorded."""
    text = request.GET.get("page", "1")
    number = max(1, int(text)) if text.isdecimal() and len(text) < 8 else 1
    total = rows.count(wanted)
    first = (number - 1) * SIZE
    found = rows.page(wanted, offset=first, limit=SIZE)
    may = request.user.has_perm(PRIVATE)
    unmasked = may and request.GET.get("values") == "plain"
    if unmasked and found:
        audit.record("quality.rows.read", rows.run.subject, by=actor_of(request.user),
                     now=wall_clock(), after={"rows": len(found), "page": number})  # fmt: skip
    shown = _in_order(rows, rows.lines(found, unmasked=unmasked))
    return {
        "columns": shown.columns,
        "lines": shown.lines,
        "total": total,
        "first": first + 1 if found else 0,
        "last": first + len(found),
        "number": number,
        "previous": number - 1 if number > 1 else None,
        "next": number + 1 if first + len(found) < total else None,
        "unmasked": unmasked,
        "may_unmask": may,
    }


@dataclass(frozen=True, slots=True)
class _Shown:
    columns: list[tuple[str, str]]
    lines: list[Line]


def _in_order(rows: FailingRows, lines: list[Line]) -> _Shown:
    """The keys first, then the columns that a broken rule reads, so that what is wrong is seen
    without scrolling; each with what the source says it means."""
    keys = rows.reader.manifest.keys
    wrong = {cell.column for line in lines for cell in line.cells if cell.bad}
    order = sorted(rows.columns, key=lambda name: (name not in keys, name not in wrong))
    words = comments_of(rows.run.table.name)
    return _Shown(
        columns=[(name, words.get(name, name)) for name in order],
        lines=[
            replace(line, cells=tuple(sorted(line.cells, key=lambda c: order.index(c.column))))
            for line in lines
        ],
    )
