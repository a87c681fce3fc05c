from steward.core.approvals import api as approvals
from steward.core.findings import api as findings
from steward.core.jobs import api as jobs
from steward.data.catalog.collected import refresh_collected
from steward.data.catalog.demands import follow_tasks, open_demands, take_demand_decision
from steward.data.catalog.events import StandardAdopted
from steward.data.catalog.models import (
    CATALOGUE_KIND,
    DEMAND_KIND,
    STANDARD_KIND,
    Catalogue,
)
from steward.data.catalog.publishing import take_decision
from steward.data.catalog.rates import take_rates, tell_overdue
from steward.data.catalog.searching import reindex_all
from steward.data.catalog.standard import FINDING_SOURCE, check_catalogues, check_every
from steward.data.catalog.standard_versions import take_standard_decision
from steward.data.catalog.surveying import compare_source
from steward.data.collection import api as collection
from steward.data.sources import api as sources
from steward.kernel.actors import Actor
from steward.kernel.instants import now as wall_clock


@jobs.job(code="catalog.survey", label="目录普查", schedule="10 18 * * *")
def survey_all(run: jobs.RunHandle) -> None:
    """Every night (02:10 in Shanghai), after the sources were read: the catalogue against them."""
    rows = [row for row in sources.all_sources() if row.is_database and row.surveyed_at]
    for number, row in enumerate(rows, start=1):
        compare_source(row.id, now=wall_clock())
        run.progress(number, len(rows), row.name)


@jobs.job(code="catalog.check", label="检查目录编制标准", schedule="30 18 * * *")
def check_all(run: jobs.RunHandle) -> None:
    """Every night, and when a standard comes into force: all catalogues against the standard."""
    check_every(now=wall_clock(), progress=run.progress)


@jobs.job(code="catalog.index", label="重建目录检索", schedule="40 18 * * 6")
def index_all(run: jobs.RunHandle) -> None:
    """Every week: what each catalogue is found by, from its rows as they are."""
    reindex_all(run.progress)


@jobs.handles(StandardAdopted, code="catalog.standard_adopted")
def on_adopted(event: StandardAdopted) -> None:
    """Other rules are in force: every catalogue is checked again."""
    jobs.start_job("catalog.check", by=Actor.system("编目标准"), now=event.occurred_at)


@jobs.job(code="catalog.rates", label="统计归集率", schedule="50 15 * * *")
def rates(run: jobs.RunHandle) -> None:
    """Every evening (23:50 in Shanghai): the day's collection rate of each department."""
    rows = take_rates(now=wall_clock())
    late = tell_overdue(now=wall_clock())
    run.log(f"{len(rows)} 个单位，逾期未归集 {late} 个目录")


@jobs.handles(sources.SourceSurveyed, code="catalog.surveyed")
def on_survey(event: sources.SourceSurveyed) -> None:
    """A database was read for the first time: tell what of it is not listed."""
    compare_source(event.source_id, now=event.occurred_at)


@jobs.handles(sources.SchemaDrifted, code="catalog.drifted")
def on_drift(event: sources.SchemaDrifted) -> None:
    """A source changed: compare it at once."""
    compare_source(event.source_id, now=event.occurred_at)


@jobs.handles(collection.TableCollected, code="catalog.collected")
def on_collected(event: collection.TableCollected) -> None:
    """Data came: its catalogue is collected, its demands are met."""
    _refresh(event.table)
    follow_tasks(open_demands(), now=event.occurred_at)


@jobs.handles(collection.TableRecalled, code="catalog.recalled")
def on_recalled(event: collection.TableRecalled) -> None:
    """Data was taken back: its catalogue is not collected any more."""
    refresh_collected(list(Catalogue.objects.filter(collected_into=event.table)))


def _refresh(target: str) -> None:
    task = collection.task_of_table(target)
    if task is not None:
        mine = {"source_id": task.source_id, "source_table": task.source_table}
        refresh_collected(list(Catalogue.objects.filter(**mine)))


@jobs.handles(findings.RecheckRequested, code="catalog.recheck")
def recheck(event: findings.RecheckRequested) -> None:
    """Run the check behind a finding again; it closes when it passes."""
    if event.source != FINDING_SOURCE:
        return
    kind, _, key = event.fingerprint.partition(":")
    now = event.requested_at
    if kind == "catalogue":
        check_catalogues([int(key)], now=now)
    elif kind == "survey":
        compare_source(int(key), now=now)
    elif kind == "rate":
        take_rates(now=now)
    else:
        tell_overdue(now=now)


Ended = approvals.ApprovalPassed | approvals.ApprovalRejected | approvals.ApprovalWithdrawn


def _take(event: Ended, *, approved: bool) -> None:
    if event.subject_kind == CATALOGUE_KIND:
        take_decision(int(event.subject_key), approved=approved, now=event.occurred_at)
        check_catalogues([int(event.subject_key)], now=event.occurred_at)
    elif event.subject_kind == DEMAND_KIND:
        take_demand_decision(int(event.subject_key), approved=approved, now=event.occurred_at)
    elif event.subject_kind == STANDARD_KIND:
        take_standard_decision(int(event.subject_key), approved=approved, now=event.occurred_at)


@jobs.handles(approvals.ApprovalPassed, code="catalog.approved")
def on_passed(event: approvals.ApprovalPassed) -> None:
    _take(event, approved=True)


@jobs.handles(approvals.ApprovalRejected, code="catalog.rejected")
def on_rejected(event: approvals.ApprovalRejected) -> None:
    _take(event, approved=False)


@jobs.handles(approvals.ApprovalWithdrawn, code="catalog.withdrawn")
def on_withdrawn(event: approvals.ApprovalWithdrawn) -> None:
    _take(event, approved=False)
