"""Servers of files as sources: looked at on saving, their keys pinned, their secrets sealed."""

from urllib.parse import parse_qs, urlsplit

import asyncssh
import pytest

from steward.core.audit.models import AuditEntry
from steward.core.findings.models import Finding
from steward.data.sources import api as sources
from steward.data.sources.models import Source
from tests.factories.accounts import user_with
from tests.factories.sources import source_at
from tests.support import NOW, SYSTEM

pytestmark = pytest.mark.django_db


def key_in(url):
    return parse_qs(urlsplit(url).query)["host_key"][0]


@pytest.mark.parametrize("kind", ["ftp", "sftp"])
def test_a_server_is_looked_at_when_it_is_registered(kind, request):
    row = source_at(request.getfixturevalue(kind), purpose="files")

    assert row.health == "good"
    assert "3 个文件" in row.health_words
    assert "topsecret" not in row.secrets + row.health_words


def test_a_server_with_a_certificate_of_its_own_is_trusted_when_that_is_given(ftps, certificate):
    signed = (certificate / "cert.pem").read_text()

    stranger = source_at(ftps)
    known = source_at(ftps, trust=signed)

    assert (stranger.health, "证书未经确认" in stranger.health_words) == ("down", True)
    assert (known.health, known.health_words) == ("good", known.health_words)


def test_the_key_of_a_server_is_pinned_at_first_sight(sftp):
    row = source_at(sftp)

    assert row.trust == key_in(sftp)
    assert "SHA256:" in row.health_words
    assert AuditEntry.objects.filter(code="sources.key.pinned").count() == 1


def test_another_key_stops_the_source_until_somebody_accepts_it(sftp):
    other = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode()
    row = source_at(sftp, trust=other)
    told = row.health_words

    sources.accept_host_key(row.pk, reason="对方换了服务器", by=SYSTEM, now=NOW)
    after = sources.test_source(row.pk, now=NOW)

    assert "主机密钥变了" in told
    assert after.health == "good"


def test_a_key_is_not_accepted_without_a_reason(sftp):
    row = source_at(sftp)

    with pytest.raises(sources.InvalidTrustError, match="理由"):
        sources.accept_host_key(row.pk, reason=" ", by=SYSTEM, now=NOW)


def test_what_is_no_key_is_refused(sftp):
    with pytest.raises(sources.InvalidTrustError, match="公钥的一行文本"):
        source_at(sftp, trust="不是密钥")


@pytest.mark.parametrize("kind", ["ftp", "sftp"])
def test_a_folder_that_is_not_there_is_said_in_words(kind, request):
    row = source_at(request.getfixturevalue(kind), database="/没有")

    assert (row.health, "没有目录" in row.health_words) == ("down", True)


@pytest.mark.parametrize("kind", ["ftp", "sftp"])
def test_a_wrong_password_is_said_in_words(kind, request):
    row = source_at(request.getfixturevalue(kind), password="wrong")

    assert "账号或口令不对" in row.health_words


def test_a_dead_server_is_a_finding():
    row = source_at("sftp://u:p@127.0.0.1:1/")

    assert "拒绝连接" in row.health_words
    assert Finding.objects.get(fingerprint=f"down:{row.pk}").state == "open"


def test_a_folder_of_this_machine_is_read_only_where_the_settings_open_it(root, settings):
    closed = {"engine": "directory", "host": "", "username": "", "port": 0}
    with pytest.raises(sources.FolderRefusedError, match="不在开放范围"):
        source_at("ftp://u:p@x:1/", **closed, database=str(root))
    settings.SOURCE_FOLDERS = [str(root)]

    row = source_at("ftp://u:p@x:1/", **closed, database=str(root / "2026"))

    assert [file.path for file in sources.files_in(row.pk)] == ["照片.jpg"]


def test_a_link_does_not_lead_out_of_an_open_folder(root, settings, tmp_path):
    (tmp_path / "secret.csv").write_text("a\n")
    (root / "2026" / "link.csv").symlink_to(tmp_path / "secret.csv")
    settings.SOURCE_FOLDERS = [str(root)]
    given = {"engine": "directory", "host": "", "username": "", "port": 0}

    row = source_at("ftp://u:p@x:1/", **given, database=str(root / "2026"))

    assert [file.path for file in sources.files_in(row.pk)] == ["照片.jpg"]


def test_files_are_listed_by_pattern_without_those_still_being_written(ftp, root):
    (root / "c.csv.tmp").write_text("k\n")
    row = source_at(ftp)

    assert [file.path for file in sources.files_in(row.pk, "*.csv")] == ["a.csv", "b.csv"]
    assert "c.csv.tmp" not in {file.path for file in sources.files_in(row.pk)}


def test_the_pages_show_the_files_and_say_why_they_cannot(ftp, client):
    row = source_at(ftp)
    client.force_login(user_with("sources.source.view", "sources.source.change"))

    seen = client.get(f"/data/sources/{row.pk}/files/?q=*.csv").content.decode()
    Source.objects.filter(pk=row.pk).update(port=1)
    failed = client.get(f"/data/sources/{row.pk}/files/").content.decode()

    assert "a.csv" in seen
    assert "拒绝连接" in failed


def test_a_new_key_is_accepted_on_the_page(sftp, client):
    other = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode()
    row = source_at(sftp, trust=other)
    client.force_login(user_with("sources.source.view", "sources.source.change"))
    page = client.get(f"/data/sources/{row.pk}/").content.decode()

    client.post(f"/data/sources/{row.pk}/host-key/", {"reason": "换机"})

    row.refresh_from_db()
    assert "认可新的主机密钥" in page
    assert (row.health, row.trust) == ("good", key_in(sftp))
