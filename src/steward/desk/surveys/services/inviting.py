"""Reaching people: a notice to those with an account, mail where there is one, links for the rest."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F, QuerySet

from steward.core.audit import api as audit
from steward.core.jobs import api as jobs
from steward.core.notify import api as notify
from steward.desk.surveys.choices import Reach, RoundState
from steward.desk.surveys.models import Recipient, Round
from steward.desk.surveys.services.rounds import RoundStateError, locked
from steward.desk.surveys.services.tokens import issue
from steward.kernel.actors import Actor
from steward.kernel.errors import NotFoundError
from steward.kernel.instants import local

MAIL = "mail"
SEND = "surveys.send"


@dataclass(frozen=True, slots=True)
class Sent:
    """How many were told at once, and how many mails a job is sending."""

    notices: int
    mails: int


def waiting(row: Round) -> QuerySet[Recipient]:
    """Who was drawn and has not answered."""
    return Recipient.objects.filter(round=row, is_sampled=True, has_answered=False)


def by_mail(row: Round) -> QuerySet[Recipient]:
    """Of those, who can be reached by mail: none while no mail channel is enabled."""
    rows = waiting(row).filter(user_id=None).exclude(email="")
    return rows if notify.is_enabled(MAIL) else rows.none()


def by_list(row: Round) -> QuerySet[Recipient]:
    """Of those, who can only be given a link by hand."""
    rows = waiting(row).filter(user_id=None)
    return rows.filter(email="") if notify.is_enabled(MAIL) else rows


@transaction.atomic
def invite(round_id: int, *, base: str, by: Actor, now: datetime) -> Sent:
    """Invite or remind everybody who has not answered and whom the platform can reach itself.

    `base` is the platform's own address for the links in mails. Somebody with an account gets a
    notice without a token: they answer signed in.
    """
    row = locked(round_id, RoundState.OPEN)
    if row.closes_at <= now:
        raise RoundStateError("调查已截止，不再发送")
    row.waves = F("waves") + 1
    row.save(update_fields=["waves"])
    row.refresh_from_db(fields=["waves"])
    people = list(waiting(row).exclude(user_id=None))
    notify.send(_notice(row, [p.user_id for p in people if p.user_id is not None]), now=now)
    waiting(row).exclude(user_id=None).update(reach=Reach.NOTICE, wave=row.waves, problem="")
    mails = by_mail(row).count()
    if mails:
        jobs.start_job(SEND, by=by, now=now, round_id=row.pk, wave=row.waves, base=base)
    audit.record(
        "surveys.round.invited", row.subject, by=by, now=now,
        after={"wave": row.waves, "notices": len(people), "mails": mails},
    )  # fmt: skip
    return Sent(len(people), mails)


def _notice(row: Round, users: list[int]) -> notify.Notice:
    return notify.Notice(
        users,
        title=f"请填写满意度问卷：{row.title}",
        body=_words(row),
        url=f"/surveys/mine/{row.pk}/",
        urgency=notify.Urgency.NORMAL,
    )


def _words(row: Round) -> str:
    until = local(row.closes_at).strftime("%m 月 %d 日 %H:%M")
    return f"{row.asker}请您评价运维服务，约 1 分钟，{until} 截止。回答匿名，运维单位看不到谁答了什么。"


def send_mails(round_id: int, *, wave: int, base: str, now: datetime, limit: int = 200) -> int:
    """Mail a fresh link to up to `limit` people of a wave, each at most once; how many were tried.

    A person is claimed before the mail server is asked, and no transaction is open meanwhile; a
    killed worker leaves “正在发送”, which the next wave sends again.
    """
    row = Round.objects.filter(pk=round_id, state=RoundState.OPEN).first()
    if row is None or row.closes_at <= now:
        return 0
    tried = 0
    for recipient in by_mail(row).filter(wave__lt=wave).order_by("number")[:limit]:
        claimed = Recipient.objects.filter(pk=recipient.pk, wave__lt=wave, has_answered=False)
        if claimed.update(wave=wave, problem="正在发送"):
            _mail(row, recipient, base=base, now=now)
            tried += 1
    return tried


def _mail(row: Round, recipient: Recipient, *, base: str, now: datetime) -> None:
    with transaction.atomic():
        token = issue(recipient, reach=Reach.MAIL, expires_at=row.closes_at, now=now)
    envelope = notify.Envelope(
        title=f"请填写满意度问卷：{row.title}",
        body=_words(row) + "链接只属于您本人，请勿转发。",
        url=f"{base}/surveys/answer/{token}/",
        name=recipient.name,
        email=recipient.email,
    )
    rows = Recipient.objects.filter(pk=recipient.pk)
    try:
        notify.send_now(MAIL, envelope)
    except (notify.ChannelRejectedError, notify.ChannelUnavailableError) as error:
        rows.update(problem=error.message[:200])
    else:
        rows.update(reach=Reach.MAIL, problem="")


@transaction.atomic
def export_links(round_id: int, *, by: Actor, now: datetime) -> list[tuple[str, str, str]]:
    """Fresh tokens for everybody who can only be given a link: name, unit, token.

    Shown this once; exporting again replaces them, so an older list stops working.
    """
    row = locked(round_id, RoundState.OPEN)
    people = list(by_list(row).order_by("number"))
    if not people:
        raise RoundStateError("没有需要人工转交链接的人")
    found = [(p.name, p.unit, _hand(row, p, now=now)) for p in people]
    row.exports += 1
    row.save(update_fields=["exports"])
    audit.record(
        "surveys.round.exported", row.subject, by=by, now=now,
        after={"number": row.exports, "links": len(found)},
    )  # fmt: skip
    return found


def _hand(row: Round, recipient: Recipient, *, now: datetime) -> str:
    token = issue(recipient, reach=Reach.LIST, expires_at=row.closes_at, now=now)
    Recipient.objects.filter(pk=recipient.pk).update(reach=Reach.LIST, problem="")
    return token


@transaction.atomic
def reissue(round_id: int, recipient_id: int, *, by: Actor, now: datetime) -> str:
    """A fresh token for one person who lost theirs; audited, shown this once."""
    row = locked(round_id, RoundState.OPEN)
    recipient = waiting(row).filter(pk=recipient_id).first()
    if recipient is None:
        raise NotFoundError("没有这位调查对象，或已经答过")
    token = _hand(row, recipient, now=now)
    audit.record(
        "surveys.round.reissued", row.subject, by=by, now=now, after={"number": recipient.number}
    )
    return token
