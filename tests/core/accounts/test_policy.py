import string
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from steward.core.accounts.passwords import generate
from steward.core.accounts.policy import complaints, password_expired

SET = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("Ab1!", ["至少 10 位"]),
        ("abcdefghij12", ["大写字母、小写字母、数字、符号至少含 3 种"]),
        ("Wangfang-2026", ["不能包含登录名"]),
        ("Qing111tian-2", ["不能有 3 个以上连续相同的字符"]),
        ("Qingtian-2026", []),
    ],
)
def test_every_broken_rule_is_named(password, words):
    assert complaints(password, username="wangfang") == words


@given(st.text(alphabet=string.ascii_lowercase + string.digits, max_size=40))
def test_two_classes_are_never_enough(password):
    assert complaints(password, username="")


def test_a_generated_password_follows_the_rules():
    made = {generate() for _ in range(50)}

    assert len(made) == 50
    assert not any(complaints(password, username="") for password in made)


@pytest.mark.parametrize(("days", "expired"), [(89, False), (90, True)])
def test_passwords_live_ninety_days(days, expired):
    assert password_expired(SET, now=SET + timedelta(days=days)) is expired


def test_a_password_of_unknown_age_does_not_expire():
    assert not password_expired(None, now=SET)
