"""Saving what is asked: every change is a version, old rounds keep theirs."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from steward.core.audit import api as audit
from steward.desk.surveys.models import Questionnaire, QuestionnaireVersion
from steward.desk.surveys.questions import (
    STANDARD,
    Question,
    QuestionnaireError,
    check_questions,
)
from steward.kernel.actors import Actor
from steward.kernel.subjects import Subject

STANDARD_CODE = "satisfaction"


@transaction.atomic
def save_questionnaire(
    code: str,
    title: str,
    questions: Sequence[Question],
    *,
    intro: str = "",
    by: Actor,
    now: datetime,
) -> int:
    """Save a questionnaire as its next version (the same again changes nothing); the version's id."""
    if not title.strip():
        raise QuestionnaireError("请填写问卷名称")
    check_questions(questions)
    row, created = Questionnaire.objects.select_for_update().update_or_create(
        code=code, defaults={"title": title.strip()}
    )
    newest = None if created else row.versions.first()
    stored = [question.stored() for question in questions]
    if newest is not None and newest.questions == stored and newest.intro == intro.strip():
        return newest.pk
    number = 1 if newest is None else newest.number + 1
    made = QuestionnaireVersion.objects.create(
        questionnaire=row,
        number=number,
        intro=intro.strip(),
        questions=stored,
        made_at=now,
        made_by=by.label,
    )
    audit.record(
        "surveys.questionnaire.saved",
        Subject("surveys.questionnaire", code, row.title),
        by=by,
        now=now,
        after={"number": number},
    )
    return made.pk


def seed_questionnaires(*, now: datetime) -> None:
    """Lay the standard questionnaire once (HA's five dimensions); afterwards it is the client's."""
    if not Questionnaire.objects.filter(code=STANDARD_CODE).exists():
        save_questionnaire(
            STANDARD_CODE, "运维服务满意度（五个维度）", STANDARD, by=Actor.system(), now=now
        )
