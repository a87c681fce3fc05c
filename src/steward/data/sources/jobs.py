from steward.core.findings.api import RecheckRequested
from steward.core.jobs import api as jobs
from steward.data.sources.choices import DATABASES, SourceState
from steward.data.sources.models import Source
from steward.data.sources.profiling import profile_table
from steward.data.sources.rights import audit_rights
from steward.data.sources.services import FINDING_SOURCE, test_source
from steward.data.sources.surveying import survey_source
from steward.kernel.actors import Actor
from steward.kernel.errors import StewardError
from steward.kernel.instants import now as wall_clock

SURVEYOR = Actor.system("数据源普查")
RECHECKER = Actor.system("复查")


@jobs.job(code="sources.survey", label="检测数据源并读取结构", schedule="20 17 * * *")
def survey_all(run: jobs.RunHandle) -> None:
    """Every night (01:20 in Shanghai): look at every active source; one dead source stops none."""
    rows = list(Source.objects.filter(state=SourceState.ACTIVE))
    for number, row in enumerate(rows, start=1):
        test_source(row.pk, now=wall_clock())
        if row.engine in DATABASES:
            try:
                survey_source(row.pk, by=SURVEYOR, now=wall_clock())
            except StewardError as error:
                run.log(f"{row.name}：{error.message}", level="error")
        run.progress(number, len(rows), row.name)


@jobs.job(code="sources.profile", label="分析源表")
def profile_one(run: jobs.RunHandle, table_id: int, by_label: str) -> None:
    """Profile one table, asked for on its page."""
    run.progress(0, 1, "读取数据")
    profile_table(table_id, by=Actor.system(by_label), now=wall_clock())
    run.progress(1, 1)


@jobs.handles(RecheckRequested, code="sources.recheck")
def recheck(event: RecheckRequested) -> None:
    """Look at a source again when somebody asks for it on its finding."""
    if event.source != FINDING_SOURCE:
        return
    kind, _, key = event.fingerprint.partition(":")
    if kind == "down":
        test_source(int(key), now=wall_clock())
    else:
        jobs.start_job(
            "sources.audit_rights", by=RECHECKER, now=event.requested_at, source_id=int(key)
        )


@jobs.job(code="sources.audit_rights", label="核对前置库权限")
def audit_one(run: jobs.RunHandle, source_id: int) -> None:
    """Compare the rights on the server with those registered."""
    result = audit_rights(source_id, by=RECHECKER, now=wall_clock())
    run.log(f"未登记 {len(result.unregistered)} 项，缺失 {len(result.missing)} 项")


@jobs.job(code="sources.audit_all_rights", label="核对全部前置库权限", schedule="40 17 * * 0")
def audit_every(run: jobs.RunHandle) -> None:
    """Every week: the rights of every front-end database that has a managing account."""
    rows = list(Source.objects.filter(state=SourceState.ACTIVE).exclude(manager=""))
    for number, row in enumerate(rows, start=1):
        try:
            audit_rights(row.pk, by=RECHECKER, now=wall_clock())
        except StewardError as error:
            run.log(f"{row.name}：{error.message}", level="error")
        run.progress(number, len(rows), row.name)
