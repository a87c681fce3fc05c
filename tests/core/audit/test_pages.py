import pytest
from django.urls import reverse

from steward.core.audit import api as audit
from steward.core.audit.models import AuditEntry
from steward.kernel.actors import Actor
from steward.kernel.subjects import Subject
from tests.factories.accounts import UserFactory, user_with
from tests.support import NOW

pytestmark = pytest.mark.django_db
audit.register("test.lamp.lit", "点亮{subject}")


@pytest.fixture
def reader(client):
    client.force_login(user_with("audit.entry.view", name="审计员"))
    return client


@pytest.fixture
def lamp() -> int:
    subject = Subject("test.lamp", "7", "七号灯")
    return audit.record(
        "test.lamp.lit", subject, by=Actor(None, "灯匠"), now=NOW,
        before={"state": "灭"}, after={"state": "亮"},
    )  # fmt: skip


def page(client, **query: str) -> str:
    return client.get(reverse("audit:entries"), query).content.decode()


@pytest.mark.parametrize(
    "query",
    [
        {"actor": "灯匠"},
        {"subject": "七号"},
        {"subject": "7"},
        {"code": "test.lamp.lit"},
        {"from_date": "2026-03-02", "until_date": "2026-03-02"},
    ],
)
def test_an_action_is_found_by_who_what_and_when(reader, lamp, query):
    assert "点亮七号灯" in page(reader, **query)


@pytest.mark.parametrize(
    "query", [{"actor": "厨师"}, {"until_date": "2026-03-01"}, {"from_date": "2026-03-03"}]
)
def test_what_does_not_fit_is_not_shown(reader, lamp, query):
    assert "点亮七号灯" not in page(reader, **query)


def test_reading_the_audit_is_audited_with_what_was_asked(reader, lamp):
    page(reader, actor="灯匠")

    entry = AuditEntry.objects.get(code="audit.read")
    assert entry.actor_label == "审计员"
    assert "灯匠" in entry.sentence


def test_dates_the_wrong_way_round_are_told_in_words(reader):
    assert "不能早于开始日期" in page(reader, from_date="2026-03-03", until_date="2026-03-01")


def test_one_action_shows_before_and_after(reader, lamp):
    shown = reader.get(reverse("audit:entry", args=[lamp])).content.decode()

    assert "灭" in shown
    assert "亮" in shown


def test_without_the_permission_there_is_no_audit(client, lamp):
    client.force_login(UserFactory())

    assert client.get(reverse("audit:entries")).status_code == 404
    assert client.get(reverse("audit:entry", args=[lamp])).status_code == 404
