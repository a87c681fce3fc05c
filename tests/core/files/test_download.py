import pytest

from steward.core.accounts.models import User
from steward.core.files import api as files
from steward.kernel.subjects import Subject
from tests.support import NOW, SYSTEM

pytestmark = pytest.mark.django_db
OPEN, CLOSED = Subject("test.open", "1", "公开"), Subject("test.closed", "1", "不公开")

files.guard("test.open", lambda user, _: user.is_active)
files.guard("test.closed", lambda *_: False)


@pytest.fixture
def signed_in(client):
    client.force_login(User.objects.create_user("reader", "x", name="读者"))
    return client


def attached(subject: Subject, content: bytes = b"%PDF-1.7 x") -> files.FileInfo:
    info = files.store(content, "纪要.pdf", by=SYSTEM, now=NOW)
    return files.attach(info.id, subject, by=SYSTEM, now=NOW)


def test_whoever_may_read_the_object_downloads_its_file(signed_in):
    info = attached(OPEN)

    answer = signed_in.get(info.url)

    assert b"".join(answer.streaming_content) == b"%PDF-1.7 x"
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("attachment")


def test_a_file_of_a_closed_object_does_not_exist(signed_in):
    assert signed_in.get(attached(CLOSED).url).status_code == 404


def test_a_file_of_an_object_nobody_guards_does_not_exist(signed_in):
    assert signed_in.get(attached(Subject("test.unguarded", "1")).url).status_code == 404


def test_a_file_taken_off_its_object_does_not_exist_any_more(signed_in):
    info = attached(OPEN)
    files.detach(info.id, OPEN, reason="传错了", by=SYSTEM, now=NOW)

    assert signed_in.get(info.url).status_code == 404


def test_the_anonymous_are_sent_to_sign_in(client):
    answer = client.get(attached(OPEN).url)

    assert answer.status_code == 302
    assert answer["Location"].startswith("/login/")
