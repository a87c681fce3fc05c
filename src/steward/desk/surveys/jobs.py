"""Background work: mails of a wave; rounds whose time is up."""

from steward.core.jobs import api as jobs
from steward.desk.surveys import api as surveys
from steward.desk.surveys.models import Round
from steward.kernel.actors import Actor
from steward.kernel.errors import StewardError
from steward.kernel.instants import now

AT_ONCE = 200


@jobs.job(code=surveys.SEND, label="发送满意度问卷邮件")
def send_survey_mails(run: jobs.RunHandle, *, round_id: int, wave: int, base: str) -> None:
    """Mail everybody of a wave; run again, it goes on where it stopped."""
    sent = 0
    while tried := surveys.send_mails(round_id, wave=wave, base=base, now=now(), limit=AT_ONCE):
        sent += tried
        run.progress(sent, sent, f"已处理 {sent} 封")


@jobs.job(code="surveys.close_due", label="结束到期的满意度调查", schedule="*/10 * * * *")
def close_due(run: jobs.RunHandle) -> None:
    """Close every round whose closing time has passed; one that fails does not stop the others."""
    at = now()
    due = Round.objects.filter(state=surveys.RoundState.OPEN, closes_at__lte=at)
    for round_id, title in due.values_list("pk", "title"):
        try:
            surveys.close_round(round_id, by=Actor.system("满意度调查"), now=at)
        except StewardError as error:
            run.log(f"{title}：{error.message}", level="error")
        else:
            run.log(f"{title}：已结束")
