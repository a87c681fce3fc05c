"""Every connector conforms; locations and secrets."""

import pickle

import pytest

from steward.engine.connectors.base import connectors, open_connector
from steward.engine.connectors.errors import InvalidLocationError, UnsupportedError
from steward.engine.connectors.location import Location, Secret


@pytest.mark.parametrize("cls", list(connectors), ids=lambda cls: cls.code)
def test_every_connector_says_what_it_is_and_where_it_serves(cls):
    assert cls.label
    assert cls.schemes or cls.suffixes
    assert cls.__doc__


def test_no_two_connectors_serve_the_same_place():
    places = [place for cls in connectors for place in (*cls.schemes, *cls.suffixes)]

    assert len(places) == len(set(places))


def test_passwords_come_from_the_environment():
    text = "mysql://u:${DB_PW}@h:3306/db#t"

    place = Location.parse(text, environment={"DB_PW": "top/secret"})

    assert (place.secret.reveal(), place.item, place.port) == ("top/secret", "t", 3306)
    with pytest.raises(InvalidLocationError, match="环境变量 DB_PW 未设置"):
        Location.parse(text, environment={})


def test_a_secret_is_shown_nowhere():
    place = Location.parse("mysql://u:topsecret@h/db#t")

    assert "topsecret" not in f"{place} {place!r} {place.secret} {place.secret!r}"
    assert place.secret.scrub("no topsecret here") == "no *** here"
    with pytest.raises(TypeError, match="not serialised"):
        pickle.dumps(Secret("x"))


@pytest.mark.parametrize("text", ["", "#t", "mysql://u:topsecret@h:port/db"])
def test_a_location_that_cannot_be_understood_is_refused_without_its_secret(text):
    with pytest.raises(InvalidLocationError) as caught:
        open_connector(text)

    assert "topsecret" not in str(caught.value)


def test_an_unknown_kind_of_location_names_those_there_are():
    with pytest.raises(UnsupportedError, match=r"支持：CSV 文本、.*PostgreSQL"):
        open_connector("a.unknown")
