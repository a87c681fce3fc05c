"""Taking answers: one person, one answer, and no way back from the answer to the person."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from steward.desk.surveys.choices import RoundState
from steward.desk.surveys.models import Answer, Invitation, Recipient, Round
from steward.desk.surveys.questions import check_answers, read_questions
from steward.desk.surveys.services.tokens import hash_of
from steward.kernel.errors import ConflictError, NotFoundError, StewardError


class UnknownLinkError(NotFoundError):
    """No invitation has this token."""

    code = "surveys.unknown_link"


class AnsweredError(ConflictError):
    """This person has answered already."""

    code = "surveys.answered"


class SurveyOverError(StewardError):
    """The link expired, was replaced, or the round takes no more answers."""

    code = "surveys.over"
    status = 410


@dataclass(frozen=True, slots=True)
class Form:
    """What somebody is asked: the round and their place in it."""

    round: Round
    recipient_id: int


def form_of_token(token: str, *, now: datetime) -> Form:
    """The form behind a link; the errors of this module say why it does not open."""
    rows = Invitation.objects.filter(token_hash=hash_of(token))
    found = rows.select_related("recipient__round__version").first()
    if found is None:
        raise UnknownLinkError("这个链接无效，请核对是否复制完整")
    if found.recipient.has_answered:
        raise AnsweredError("您已经答过了，谢谢")
    if found.is_revoked:
        raise SurveyOverError("这个链接已换发新的，请使用最新收到的链接")
    if found.expires_at <= now:
        raise SurveyOverError("调查已截止，谢谢关注")
    return _form(found.recipient, now=now)


def form_of_user(user_id: int, round_id: int, *, now: datetime) -> Form:
    """The form of a signed-in person who was drawn."""
    rows = Recipient.objects.filter(user_id=user_id, round_id=round_id, is_sampled=True)
    found = rows.select_related("round__version").first()
    if found is None or found.round.state in (RoundState.DRAFT, RoundState.CANCELLED):
        raise UnknownLinkError("没有请您填写的这份问卷")
    if found.has_answered:
        raise AnsweredError("您已经答过了，谢谢")
    return _form(found, now=now)


def _form(recipient: Recipient, *, now: datetime) -> Form:
    _require_taking(recipient.round, now=now)
    return Form(recipient.round, recipient.pk)


def _require_taking(row: Round, *, now: datetime) -> None:
    if row.state != RoundState.OPEN or row.closes_at <= now:
        raise SurveyOverError("调查已截止，谢谢关注")


@transaction.atomic
def submit(form: Form, given: Mapping[str, str], *, now: datetime) -> None:
    """Take one answer; AnswerError names the question, AnsweredError for a second one.

    The round is locked shared, so that closing waits; the person is claimed by a conditional
    update, so that of two simultaneous answers one is refused.
    """
    content = check_answers(read_questions(form.round.version.questions), given)
    row = _shared(form.round.pk)
    _require_taking(row, now=now)
    claimed = Recipient.objects.filter(pk=form.recipient_id, round=row, has_answered=False)
    if not claimed.update(has_answered=True):
        raise AnsweredError("您已经答过了，谢谢")
    unit = Recipient.objects.values_list("unit", flat=True).get(pk=form.recipient_id)
    Answer.objects.create(round=row, unit=unit, content=content)


def _shared(round_id: int) -> Round:
    """The round under FOR KEY SHARE's stronger brother: many answer at once, closing waits."""
    found = Round.objects.raw("SELECT * FROM surveys_round WHERE id = %s FOR SHARE", [round_id])
    return found[0]
