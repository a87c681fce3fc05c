"""Two answers at once, from two connections."""

from threading import Barrier, Thread

import pytest
from django.db import connection

from steward.desk.surveys import api as surveys
from steward.desk.surveys.models import Answer
from tests.factories import surveys as made

LATER = made.LATER


@pytest.mark.django_db(transaction=True)
def test_of_simultaneous_answers_by_one_link_exactly_one_counts():
    token = made.tokens(made.opened())[0]
    barrier, said = Barrier(4), []

    def send() -> None:
        form = surveys.form_of_token(token, now=LATER)
        barrier.wait(timeout=20)
        try:
            surveys.submit(form, made.rated(5), now=LATER)
            said.append("taken")
        except surveys.AnsweredError:
            said.append("refused")
        finally:
            connection.close()

    threads = [Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    assert sorted(said) == ["refused", "refused", "refused", "taken"]
    assert Answer.objects.count() == 1
