"""What time alone does to acceptances: silence, overdue steps, reminders."""

from steward.contracts.acceptance import api as acceptance
from steward.contracts.acceptance.models import Acceptance
from steward.contracts.assessment import api as assessment
from steward.core.jobs import api as jobs
from steward.kernel.actors import Actor
from steward.kernel.errors import StewardError
from steward.kernel.instants import local_date, now

NEED = "acceptance"


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


@jobs.handles(acceptance.AcceptanceConcluded, code="acceptance.frees_stages")
def free_stages(event: acceptance.AcceptanceConcluded) -> None:
    """An accepted contract fulfils the condition of every payment stage that waits for it."""
    moment = now()
    day = local_date(event.occurred_at)
    words = "逾期未验收，视为合格" if event.deemed else "验收合格"
    for stage in assessment.pack_now(event.contract, moment).payment.stages:
        if NEED not in stage.needs and stage.due != NEED:
            continue
        if any(
            fact.stage == stage.id and fact.need == NEED
            for fact in assessment.stage_facts(event.contract, as_of=moment)
        ):
            continue
        fact = assessment.NewStageFact(
            contract=event.contract,
            stage=stage.id,
            need=NEED,
            day=day,
            reference=f"验收 {event.acceptance_id}（{words}）",
        )
        assessment.record_stage_fact(fact, side="client", by=Actor.system("验收"), now=moment)
