from steward.contracts.reports import api as reports
from steward.core.jobs import api as jobs
from steward.kernel.actors import Actor
from steward.kernel.instants import now


@jobs.job(code="reports.make_due", label="生成到期的报告", schedule="7 * * * *")
def make_due(run: jobs.RunHandle) -> None:
    """Every hour what is due: weeks from Monday 08:00, months from the 1st 08:00, years likewise."""
    for line in reports.make_due(by=Actor.system("报告"), now=now()):
        run.log(line)
