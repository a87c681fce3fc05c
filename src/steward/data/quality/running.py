"""One run: one pass of the engine over a pinned version, rows kept, scores and orders made.

A run may be killed anywhere and executed again: it checks the same version, its file appears
whole or not at all, and what it records is one transaction.
"""

import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from steward.core.findings import api as findings
from steward.core.jobs import api as jobs
from steward.data.collection import api as collection
from steward.data.quality.bodies import Split, split_by_body
from steward.data.quality.choices import OutcomeState, RunState
from steward.data.quality.dispatching import FINDING_SOURCE, dispatch
from steward.data.quality.events import TableChecked
from steward.data.quality.levels import seen_levels
from steward.data.quality.models import BodyOutcome, CheckedTable, QualityRun, RuleOutcome
from steward.data.quality.planning import KEEP, Plan, Planned, location_of, plan_of
from steward.data.quality.scoring import Judged, Scores, score
from steward.engine.lake.changes import AFTER, DELETE, INSERT, changes_between
from steward.engine.lake.duck import literal, open_session
from steward.engine.rules import (
    Changes,
    CheckResult,
    FileSource,
    Options,
    Request,
    RuleResult,
    Status,
    check,
    open_delta,
    recheck,
)
from steward.kernel.errors import StewardError
from steward.kernel.instants import running

Progress = Callable[[str], None]


class NothingToCheckError(StewardError):
    """A table without a single approved rule."""

    code = "quality.nothing_to_check"
    status = 409


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended."""

    state: RunState
    error: str = ""


def file_of(run: QualityRun) -> Path:
    """The Parquet file of failing rows of a run."""
    return Path(settings.LAKE_ROOT) / "_quality" / str(run.table_id) / f"run-{run.pk}.parquet"


def execute_run(run_id: int, *, now: datetime, progress: Progress) -> Outcome:
    """Carry a run out; an expected failure is recorded and reported."""
    run = _begin(run_id, now=now)
    if run is None:
        return Outcome(RunState.SUCCEEDED)
    clock = running(now)
    try:
        _pin(run)
        columns = collection.lake().describe(run.table.name, run.version).schema.names
        plan = plan_of(run.table, columns)
        if not plan.planned and not plan.refused:
            raise NothingToCheckError(f"表“{run.table.title}”还没有已批准的规则，请先配置规则")
        result = _check(run, plan, now=now, progress=progress)
        progress("按部门统计")
        split = split_by_body(run, result)
    except StewardError as error:
        _fail(run, error, now=clock())
        return Outcome(RunState.FAILED, error.message)
    _succeed(run, (plan, result, split), now=clock())
    return Outcome(RunState.SUCCEEDED)


@transaction.atomic
def _begin(run_id: int, *, now: datetime) -> QualityRun | None:
    run = QualityRun.objects.select_for_update(of=("self",)).select_related("table").get(pk=run_id)
    if run.state not in (RunState.QUEUED, RunState.RUNNING):
        return None
    run.state = RunState.RUNNING
    run.started_at = run.started_at or now
    run.attempts += 1
    run.save(update_fields=["state", "started_at", "attempts"])
    return run


def _pin(run: QualityRun) -> None:
    """The version this run is about, chosen once."""
    if run.version is None:
        run.version = collection.lake().snapshot(run.table.name).version
        run.types = run.table.types
        run.save(update_fields=["version", "types"])


def _check(run: QualityRun, plan: Plan, *, now: datetime, progress: Progress) -> CheckResult:
    target = file_of(run)
    target.parent.mkdir(parents=True, exist_ok=True)
    source = open_delta(location_of(run.table.name), run.version)
    options = Options(tables=plan.tables, progress=progress)
    last = _last(run)
    if last is not None:
        with _changed(run, last) as changes:
            if changes is not None:
                before = CheckResult.from_json(last.result)
                request = Request(before, changes, target)
                return recheck(plan.rule_set, source, request, now=now, options=options)
    previous = None if last is None else CheckResult.from_json(last.result)
    return check(
        plan.rule_set, source, now=now, failures=target, previous=previous, options=options
    )


def _last(run: QualityRun) -> QualityRun | None:
    return (
        QualityRun.objects.filter(table=run.table_id, state=RunState.SUCCEEDED, pk__lt=run.pk)
        .exclude(result="")
        .first()
    )


@contextmanager
def _changed(run: QualityRun, last: QualityRun) -> Iterator[Changes | None]:
    """The rows that changed since the last run as files; None where all must be checked.

    Only a table that keeps its own keys has them unique, which incremental checking needs; and a
    column that is read as another type may give another answer on an unchanged row.
    """
    lake = collection.lake()
    kept = lake.describe(run.table.name, run.version).keys
    same = tuple(run.table.keys) == kept and run.types == last.types
    if not kept or not same or last.version is None:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="steward-quality-") as folder:
        try:
            found = _files(run, last, Path(folder))
        except StewardError:
            found = None
        yield found


def _files(run: QualityRun, last: QualityRun, folder: Path) -> Changes:
    lake = collection.lake()
    old = lake.snapshot(run.table.name, last.version)
    new = lake.snapshot(run.table.name, run.version)
    rows, gone = str(folder / "rows.parquet"), str(folder / "gone.parquet")
    with open_session() as session:
        found = changes_between(session, old, new, keys=tuple(run.table.keys))
        for path, kinds in ((rows, (INSERT, AFTER)), (gone, (DELETE,))):
            picked = ", ".join(map(literal, kinds))
            session.execute(
                f"COPY (SELECT * EXCLUDE (_change) FROM {found.relation} "  # noqa: S608
                f"WHERE _change IN ({picked})) TO {literal(path)} (FORMAT parquet)"
            )
    return Changes(FileSource((rows,), "parquet"), FileSource((gone,), "parquet"))


def _judge(planned: Planned, result: RuleResult, rows: int) -> OutcomeState:
    if result.status is Status.ERROR:
        return OutcomeState.ERROR
    if result.status is Status.PASSED:
        return OutcomeState.PASSED
    if result.failing is not None and result.failing <= planned.use.threshold * rows:
        return OutcomeState.TOLERATED
    return OutcomeState.FAILED


def _scores(plan: Plan, result: CheckResult) -> Scores:
    judged = []
    for item in plan.planned:
        found = result.rule(item.use.code)
        if found.status is not Status.ERROR:
            judged.append(
                Judged(
                    dimension=found.dimension.value,
                    severity=item.use.severity,
                    of_table=found.failing is None,
                    passed=found.status is Status.PASSED,
                )
            )
    failing = {dimension.value: count for dimension, count in result.dimensions.items()}
    return score(judged, rows=result.rows, failing=failing)


def _succeed(
    run: QualityRun, found: tuple[Plan, CheckResult, list[Split]], *, now: datetime
) -> None:
    plan, result, split = found
    scores = _scores(plan, result)
    failing = {dimension.value: count for dimension, count in result.dimensions.items()}
    seen = {**run.table.guesses, **seen_levels(run.table.name)}
    run.rows, run.failing_rows = result.rows, result.failing_rows or 0
    run.score = scores.total
    run.dimensions = _told(scores, failing)
    run.incremental = len([name for name in result.incremental if name != KEEP])
    run.file = str(file_of(run).relative_to(settings.LAKE_ROOT))
    run.result, run.notes = result.to_json(), list(result.notes)
    run.state, run.finished_at = RunState.SUCCEEDED, now
    with transaction.atomic():
        run.save()
        CheckedTable.objects.filter(pk=run.table_id).exclude(guesses=seen).update(guesses=seen)
        RuleOutcome.objects.bulk_create(_outcomes(run, plan, result))
        BodyOutcome.objects.bulk_create(_bodies(run, plan, split))
        dispatch(run, now=now)
        findings.clear(FINDING_SOURCE, f"failed:{run.table_id}", now=now)
        jobs.publish(
            TableChecked(run.table_id, run.pk, run.table.name, run.rows, run.failing_rows, now),
            now=now,
        )


def _outcomes(run: QualityRun, plan: Plan, result: CheckResult) -> list[RuleOutcome]:
    rows = []
    for item in plan.planned:
        found = result.rule(item.use.code)
        rows.append(
            RuleOutcome(
                run=run,
                use=item.use,
                name=found.name,
                version=item.version.number,
                dimension=found.dimension.value,
                severity=item.use.severity,
                state=_judge(item, found, result.rows),
                failing=found.failing,
                detail=found.error or found.detail,
            )
        )
    rows += [
        RuleOutcome(
            run=run,
            use=refused.use,
            name=refused.use.rule.name,
            version=refused.version.number,
            dimension=refused.use.rule.dimension,
            severity=refused.use.severity,
            state=OutcomeState.ERROR,
            detail=refused.reason,
        )
        for refused in plan.refused
    ]
    return rows


def _bodies(run: QualityRun, plan: Plan, split: list[Split]) -> list[BodyOutcome]:
    judged = [
        Judged(item.rule.dimension.value, item.use.severity)
        for item in plan.planned
        if any(item.use.code in part.rules for part in split)
    ]
    return [_body(run, part, judged) for part in split]


def _body(run: QualityRun, part: Split, judged: list[Judged]) -> BodyOutcome:
    scores = score(judged, rows=part.rows, failing=part.dimensions)
    return BodyOutcome(
        run=run,
        organization_id=part.organization_id,
        rows=part.rows,
        failing_rows=part.failing,
        score=scores.total,
        dimensions=_told(scores, part.dimensions),
        rules=part.rules,
    )


def _told(scores: Scores, failing: Mapping[str, int]) -> dict[str, dict[str, object]]:
    """Scores of the dimensions with their failing rows, as they are kept."""
    return {
        name: {"score": str(value), "failing": failing.get(name, 0), "weight": scores.weights[name]}
        for name, value in scores.dimensions.items()
    }


def _fail(run: QualityRun, error: StewardError, *, now: datetime) -> None:
    table: CheckedTable = run.table
    with transaction.atomic():
        run.state, run.finished_at, run.error = RunState.FAILED, now, error.message
        run.save(update_fields=["state", "finished_at", "error"])
        findings.report(
            findings.Report(
                source=FINDING_SOURCE,
                fingerprint=f"failed:{table.pk}",
                title=f"“{table.title}”质量检查未能完成",
                severity="minor",
                subject=table.subject,
                contract=table.contract,
                category="data_quality",
                organization_id=table.organization_id,
                detail={"说明": error.message, "表": table.name},
                remedy="按说明处理后在质检表页重新检查；上次的结果仍然有效",
            ),
            now=now,
        )
