import pytest

from steward.core.ui.frame import navigation

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("address", "expected"),
    [("/", ["总览"]), ("/assets/", ["配置项"]), ("/desk/clocks/", ["时限清单"])],
)
def test_the_side_bar_marks_one_entry_as_the_present_one(admin_client, address, expected):
    request = admin_client.get(address).wsgi_request

    groups = navigation(request)

    assert [e["title"] for g in groups for e in g["items"] if e["active"]] == expected


def test_the_anonymous_have_no_side_bar(client):
    request = client.get("/login/").wsgi_request

    assert navigation(request) == []
