from datetime import timedelta
from decimal import Decimal

import pytest
from django.db.utils import ProgrammingError

from steward.core.evidence.models import EvidenceRecord
from steward.core.notify.models import Message
from steward.desk.surveys import api as surveys
from steward.desk.surveys.models import Answer, Invitation, Questionnaire, Recipient, Round
from steward.desk.surveys.queries import results
from tests.factories import surveys as made
from tests.factories.accounts import UserFactory, post_of
from tests.factories.organizations import body
from tests.support import NOW, SYSTEM

pytestmark = pytest.mark.django_db
LATER = made.LATER


def answer(token: str, rating: int = 5) -> None:
    form = surveys.form_of_token(token, now=LATER)
    surveys.submit(form, made.rated(rating), now=LATER)


def test_a_change_of_a_questionnaire_is_a_version_and_rounds_keep_theirs():
    round_id = made.draft()
    asked = Round.objects.get(pk=round_id).version
    questions = [surveys.Question("overall", "rating", "整体")]

    surveys.save_questionnaire(asked.questionnaire.code, "新问卷", questions, by=SYSTEM, now=NOW)

    assert Round.objects.get(pk=round_id).version.number == 1
    assert Questionnaire.objects.get().versions.first().number == 2


def test_a_person_already_in_the_population_is_left_out_and_named():
    round_id = made.draft(made.people(3))

    done = surveys.add_recipients(round_id, made.people(2, start=3), by=SYSTEM, now=NOW)

    assert done.added == 1
    assert "已在名单中" in done.problems[0]


def test_a_sample_is_drawn_only_once():
    round_id = made.draft(made.people(10))
    surveys.draw_sample(round_id, method="simple", size=4, by=SYSTEM, now=NOW)

    with pytest.raises(surveys.RoundStateError, match="不能重抽"):
        surveys.draw_sample(round_id, method="simple", size=4, by=SYSTEM, now=NOW)

    assert sum(r.is_sampled for r in made.recipients(round_id)) == 4


def test_a_sample_larger_than_the_population_is_refused():
    round_id = made.draft(made.people(10))

    with pytest.raises(surveys.RoundInvalidError, match="1 到 10"):
        surveys.draw_sample(round_id, method="simple", size=11, by=SYSTEM, now=NOW)


def test_only_the_hash_of_a_token_is_stored():
    round_id = made.opened()

    token = made.tokens(round_id)[0]

    stored = Invitation.objects.values_list("token_hash", flat=True)
    assert len(token) > 40
    assert all(token not in value and len(value) == 64 for value in stored)


@pytest.mark.clause("HA")
def test_nobody_answers_twice():
    round_id = made.opened()
    token = made.tokens(round_id)[0]
    first, second = (surveys.form_of_token(token, now=LATER) for _ in range(2))
    surveys.submit(first, made.rated(5), now=LATER)

    with pytest.raises(surveys.AnsweredError):
        surveys.submit(second, made.rated(1), now=LATER)

    assert Answer.objects.count() == 1


def test_an_answer_is_taken_until_the_last_instant_before_closing():
    round_id = made.opened()
    token = made.tokens(round_id)[0]
    closes = Round.objects.get(pk=round_id).closes_at
    just_before = closes - timedelta(microseconds=1)

    surveys.submit(surveys.form_of_token(token, now=just_before), made.rated(4), now=just_before)

    assert Answer.objects.count() == 1


def test_at_the_closing_instant_the_form_no_longer_opens():
    round_id = made.opened()
    token = made.tokens(round_id)[0]

    with pytest.raises(surveys.SurveyOverError):
        surveys.form_of_token(token, now=Round.objects.get(pk=round_id).closes_at)


def test_a_form_opened_in_time_and_sent_too_late_is_refused():
    round_id = made.opened()
    form = surveys.form_of_token(made.tokens(round_id)[0], now=LATER)

    with pytest.raises(surveys.SurveyOverError):
        surveys.submit(form, made.rated(4), now=Round.objects.get(pk=round_id).closes_at)


def test_a_link_made_up_opens_nothing():
    made.opened()

    with pytest.raises(surveys.UnknownLinkError):
        surveys.form_of_token("x" * 43, now=LATER)


def test_exporting_again_replaces_the_links():
    round_id = made.opened()
    old = made.tokens(round_id)[0]

    new = made.tokens(round_id)[0]

    with pytest.raises(surveys.SurveyOverError, match="换发"):
        surveys.form_of_token(old, now=LATER)
    assert surveys.form_of_token(new, now=LATER).round.pk == round_id


def test_a_longer_round_keeps_links_alive():
    round_id = made.opened()
    token = made.tokens(round_id)[0]
    old = Round.objects.get(pk=round_id).closes_at
    surveys.extend_round(round_id, closes_at=old + timedelta(days=3), by=SYSTEM, now=LATER)

    assert surveys.form_of_token(token, now=old).recipient_id


def test_nothing_joins_an_answer_to_a_person():
    made.closed(5, 4, 3)

    columns = {field.name for field in Answer._meta.get_fields()}

    assert columns == {"id", "round", "unit", "content"}


def test_an_answer_is_never_changed():
    made.closed(5, 4, 3)

    with pytest.raises(ProgrammingError, match="Cannot update"):
        Answer.objects.update(unit="乙局")


@pytest.mark.clause("HA")
def test_closing_freezes_the_figure_and_keeps_it_as_evidence():
    row = made.closed(5, 5, 4, 2)

    kept = EvidenceRecord.objects.get(kind="survey.round")
    assert Decimal(kept.payload["value"]) == Decimal("0.75")
    assert (kept.payload["sampled"], kept.payload["answered"], kept.grade) == (5, 4, "C")
    assert row.state == "closed"


def test_a_closed_round_takes_no_answer():
    round_id = made.opened()
    token = made.tokens(round_id)[0]
    surveys.close_round(round_id, by=SYSTEM, now=LATER)

    with pytest.raises(surveys.SurveyOverError):
        answer(token)


def test_people_with_an_account_answer_signed_in_and_need_no_token():
    place = body(name="办公室")
    person = UserFactory()
    post_of(person, place.id)
    asked = surveys.people_of_bodies(place.id, now=NOW)
    round_id = made.opened(asked)
    sent = surveys.invite(round_id, base="", by=SYSTEM, now=NOW)

    form = surveys.form_of_user(person.pk, round_id, now=LATER)
    surveys.submit(form, made.rated(5), now=LATER)
    surveys.close_round(round_id, by=SYSTEM, now=LATER)

    assert (sent.notices, sent.mails, Invitation.objects.count()) == (1, 0, 0)
    assert Message.objects.get(recipient=person).url == f"/surveys/mine/{round_id}/"
    assert Round.objects.get(pk=round_id).grade == "B"


def test_whoever_was_not_drawn_has_no_form():
    round_id = made.opened()

    with pytest.raises(surveys.UnknownLinkError):
        surveys.form_of_user(UserFactory().pk, round_id, now=LATER)


def test_the_supplier_is_not_asked_about_itself():
    supplier = body(kind="supplier")

    with pytest.raises(surveys.RoundInvalidError, match="乙方"):
        surveys.people_of_bodies(supplier.id, now=NOW)


def test_a_reminder_skips_who_has_answered():
    place = body()
    people = [UserFactory(), UserFactory()]
    for person in people:
        post_of(person, place.id)
    round_id = made.opened(surveys.people_of_bodies(place.id, now=NOW))
    surveys.submit(
        surveys.form_of_user(people[0].pk, round_id, now=LATER), made.rated(5), now=LATER
    )

    sent = surveys.invite(round_id, base="", by=SYSTEM, now=LATER)

    assert sent.notices == 1


def test_groups_below_three_are_not_shown():
    asked = [
        *made.people(5, unit="甲局"),
        *made.people(4, unit="乙局"),
        *made.people(1, unit="丙局"),
    ]
    round_id = made.opened(asked)
    made.answered(round_id, *[5] * 10)
    surveys.close_round(round_id, by=SYSTEM, now=LATER)

    found = results(Round.objects.get(pk=round_id))

    assert [(group.name, group.answers) for group in found.groups] == [
        ("甲局", 5), ("其他单位（合并）", 5),
    ]  # fmt: skip


def test_below_three_answers_nothing_at_all_is_shown():
    found = results(made.closed(1, 1))

    assert (found.value, found.dimensions, found.texts) == (None, [], [])


def test_a_cancelled_round_needs_a_reason():
    round_id = made.opened()

    with pytest.raises(surveys.RoundInvalidError, match="取消原因"):
        surveys.cancel_round(round_id, reason=" ", by=SYSTEM, now=LATER)


def test_a_lost_link_is_replaced_for_one_person():
    round_id = made.opened()
    old = made.tokens(round_id)
    person = Recipient.objects.get(round_id=round_id, number=1)

    new = surveys.reissue(round_id, person.pk, by=SYSTEM, now=LATER)

    assert surveys.form_of_token(new, now=LATER).recipient_id == person.pk
    assert surveys.form_of_token(old[1], now=LATER).recipient_id != person.pk
