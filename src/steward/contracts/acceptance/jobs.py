"""What time alone does to acceptances: silence, overdue steps, reminders."""

from steward.contracts.acceptance import api as acceptance
from steward.contracts.acceptance.models import Acceptance
from steward.core.jobs import api as jobs
from steward.kernel.errors import StewardError
from steward.kernel.instants import now


@jobs.job(code="acceptance.watch", label="核对验收时限", schedule="*/5 * * * *")
def watch_acceptances(run: jobs.RunHandle) -> None:
    """Look at every open acceptance; one that fails does not stop the others."""
    at = now()
    for acceptance_id, title in Acceptance.objects.filter(is_open=True).values_list("pk", "title"):
        try:
            ended = acceptance.watch(acceptance_id, now=at)
        except StewardError as error:
            run.log(f"{title}：{error.message}", level="error")
            continue
        if ended:
            run.log(f"{title}：甲方逾期未办理，视为验收合格")
