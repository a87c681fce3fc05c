import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as options
from hypothesis import strategies as st

from steward.core.notify.api import UnreadableSecretError, decrypt, encrypt, seal, unseal


@given(st.text())
def test_what_was_encrypted_is_decrypted(text):
    assert decrypt(encrypt(text)) == text


def test_the_same_secret_never_looks_the_same():
    assert encrypt("x") != encrypt("x")


@options(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(min_value=3, max_value=40))
def test_a_changed_character_is_noticed(position):
    token = encrypt("the secret of the robot")
    other = "A" if token[position] != "A" else "B"

    with pytest.raises(UnreadableSecretError, match="重新填写"):
        decrypt(token[:position] + other + token[position + 1 :])


def test_after_a_change_of_key_the_old_one_still_opens(settings):
    token = encrypt("x")
    old, settings.SECRET_KEY = settings.SECRET_KEY, "another-key"

    with pytest.raises(UnreadableSecretError):
        decrypt(token)
    settings.SECRET_KEY_FALLBACKS = [old]

    assert decrypt(token) == "x"


@given(st.dictionaries(st.text(), st.text()))
def test_what_was_sealed_is_read_back_and_not_to_be_seen(values):
    sealed = seal(values)

    assert unseal(sealed) == values
    assert all(len(v) < 4 or v not in sealed for v in values.values())
