import pytest
from django.db.utils import IntegrityError, ProgrammingError

from steward.desk.surveys.models import (
    Questionnaire,
    QuestionnaireVersion,
    Recipient,
    Round,
    TicketRating,
)
from tests.factories import desk
from tests.factories import surveys as made
from tests.support import NOW

pytestmark = pytest.mark.django_db


def test_a_version_of_a_questionnaire_is_never_changed():
    made.version()

    with pytest.raises(ProgrammingError, match="Cannot update"):
        QuestionnaireVersion.objects.update(intro="改")


def test_only_the_drawn_can_have_answered():
    made.draft()

    with pytest.raises(IntegrityError, match="survey_answer_sampled"):
        Recipient.objects.update(has_answered=True)


def test_a_closed_round_has_a_result():
    made.opened()

    with pytest.raises(IntegrityError, match="survey_closed_has_result"):
        Round.objects.update(state="closed")


def test_a_ticket_rating_lies_between_one_and_five():
    ticket = desk.ticket()

    with pytest.raises(IntegrityError, match="ticket_rating"):
        TicketRating.objects.create(
            ticket_id=ticket.id, rating=6, rated_at=NOW, rated_by_id=1, rated_by="甲"
        )


def test_the_words_of_the_models_read_as_people_say_them():
    made.version()

    assert str(Questionnaire.objects.get()) == "运维服务满意度（五个维度）"
    assert str(QuestionnaireVersion.objects.get()).endswith("第 1 版")
